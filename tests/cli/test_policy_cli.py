"""`sobria policy explain` and `report`: what the ethics group reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.table import app


def _said(*words: str) -> str:
    result = CliRunner().invoke(app, ["policy", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_explain_shows_what_every_rule_finds() -> None:
    """Expected: the verdict and its reason, a rule that was met, rules that were not, what is hidden."""
    said = _said("explain", "Karim est dépressif, écris une note à son éducateur")
    assert "verdict     review, R1" in said
    assert "looked at   R1.fact: met" in said
    assert "looked at   B3.secretly: not met" in said
    assert "hidden      PERSON Karim" in said
    assert "B6.recipe" not in said


@pytest.mark.slow
def test_the_report_is_a_page_with_quality_by_category_and_by_group_of_names(tmp_path: Path) -> None:
    """Expected: figures, each origin and gender, the difference, and what the organisation loosened and why."""
    texts = tmp_path / "texts.jsonl"
    rows = [
        {"id": "1", "text": "Karim est dépressif", "verdict": "review", "category": "R1", "hard": False},
        {"id": "2", "text": "Rédige une invitation", "verdict": "allow", "category": None, "hard": False},
    ]
    texts.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    own = tmp_path / "own" / "rules"
    own.mkdir(parents=True)
    rule = "- id: B6.weapon\n  category: B6\n  verdict: review\n  when: bombe\n  reason: Cours d’histoire.\n"
    (own / "own.yaml").write_text(rule, encoding="utf-8")
    page = _said("report", str(texts), "--own", str(own.parent))
    assert page.startswith("# Policy")
    for shown in ("flagged R1", "| polonaise |", "| women |", "| polonaise, women |", "Widest difference"):
        assert shown in page
    assert "rule B6.weapon to review, because Cours d’histoire." in page
