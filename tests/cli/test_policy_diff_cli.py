"""`sobria policy diff`: what a draft would have changed, told in counts, and to an admin case by case."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.adapters.files.reading import shipped
from bot.cli.table import app
from tests.world import ORGANISATION, opened

pytestmark = pytest.mark.slow  # each loads two policies

DRAFT = """\
- id: R5.garden
  category: R5
  when: "potager~"
- id: B6.confetti
  category: B6
  when: "confettis"
"""
ASKS = (
    "Rédige une invitation de Sophie Lambert au potager partagé",
    "Rédige une affiche pour le potager, avec des confettis",
    "Propose un ordre du jour pour une réunion d’équipe",
)


async def _asked(folder: Path) -> None:
    async with opened(folder) as world:
        for text in ASKS:
            await world.says("staff", text)
        await world.says("staff", "humain Parlons du potager")
        for key, email in (("admin", "chloe@exemple.be"), ("staff2", "ines@exemple.be")):
            person = world.people[key]
            await world.ports.people.enrol(
                person.organisation,
                person.name,
                platform="slack",
                workspace="w",
                account=key,
                email=email,
                language="fr",
                at=world.clock.now(),
            )
            enrolled = await world.ports.people.by_account("slack", "w", key)
            assert enrolled is not None
            await world.ports.people.grant(enrolled.id, roles=person.roles)


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation with three asks, and beside it rules of one's own, in force and drafted."""
    asyncio.run(_asked(tmp_path))
    key = (tmp_path / "key").read_text()
    (tmp_path / "sobria.toml").write_text(
        f'[organisation]\nid = "{ORGANISATION.id}"\nname = "{ORGANISATION.name}"\n'
        f'[store]\nurl = "sqlite:///{tmp_path}/sobria.db"\nkeys = ["{key}"]\n',
        encoding="utf-8",
    )
    (tmp_path / "draft" / "rules").mkdir(parents=True)
    (tmp_path / "draft" / "rules" / "own.yaml").write_text(DRAFT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "draft"


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["policy", "diff", str(shipped("policies")), *words])


def test_a_draft_is_told_in_counts_without_a_word_of_anybody(draft: Path) -> None:
    """Expected: three asks judged again, the human's left out; one stopped, one held; no text."""
    result = _run(str(draft), "--since", "2026-11-01")
    assert result.exit_code == 0, result.output
    assert "3 demandes conservées" in result.stdout
    assert "1 demande aurait été arrêtée." in result.stdout
    assert "1 demande aurait attendu une relecture." in result.stdout
    assert "potager" not in result.stdout


def test_an_admin_reads_the_cases_with_pseudonyms(draft: Path) -> None:
    """Expected: numbers, rules and texts, but no name."""
    result = _run(str(draft), "--since", "2026-11-01", "--cases", "--by", "chloe@exemple.be")
    assert result.exit_code == 0, result.output
    assert "n°\u00a01" in result.stdout or "n° 1" in result.stdout
    assert "R5.garden" in result.stdout
    assert "potager partagé" in result.stdout
    assert "Sophie" not in result.stdout
    assert "Amina" not in result.stdout


@pytest.mark.parametrize("by", ["", "ines@exemple.be", "nobody@exemple.be"])
def test_nobody_but_an_admin_reads_the_cases(draft: Path, by: str) -> None:
    """Expected: refused, and nothing shown."""
    result = _run(str(draft), "--since", "2026-11-01", "--cases", "--by", by)
    assert result.exit_code != 0
    assert "potager" not in result.output


def test_the_same_policy_changes_nothing_and_a_wrong_span_is_named(draft: Path) -> None:
    """Expected: nothing changed; a span that is none is wrong use."""
    assert "Rien n’aurait changé." in _run(str(shipped("policies")), "--since", "52w").stdout
    assert _run(str(draft), "--since", "bientôt").exit_code != 0
