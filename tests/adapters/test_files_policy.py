"""An organisation's own folder: what it may change, and how a fault in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.adapters.files import policy as files
from bot.adapters.files.reading import shipped
from bot.cli.table import app
from bot.core.policy.engine import Content, Policy
from bot.core.policy.verdict import Outcome
from bot.errors import ContentError

CATEGORY = """\
{code}:
  verdict: {verdict}
  article: {article}
  title: {{fr: Titre, en: Title}}
  explanation: {{fr: Parce que, en: Because}}
  rewording: {{fr: Autrement, en: Otherwise}}
"""
RULE = """\
- id: {id}
  category: B6
  verdict: {verdict}
  when: "fabriquer une bombe"
"""


def _own(folder: Path, **texts: str) -> Path:
    """Write an organisation's folder: `rules` and `words` go where they belong."""
    for name, text in texts.items():
        path = (
            folder / name / "own.yaml" if name in {"rules", "words", "examples"} else folder / f"{name}.yaml"
        )
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _load(folder: Path) -> Content:
    return files.load(shipped("policies"), folder)


def test_a_category_is_loosened_only_for_a_written_reason_which_the_register_shows(tmp_path: Path) -> None:
    """Expected: a fault at the verdict's line without a reason; with one, it is among what was loosened."""
    milder = CATEGORY.format(code="B6", verdict="review", article="A16")
    with pytest.raises(ContentError, match="milder than the shipped « block »: write a « reason »") as fault:
        _load(_own(tmp_path, categories=milder))
    assert (Path(fault.value.file).name, fault.value.line) == ("categories.yaml", 2)
    content = _load(_own(tmp_path, categories=milder + "  reason: Notre asbl forme des artificiers.\n"))
    assert content.categories["B6"].outcome is Outcome.REVIEW
    (loosened,) = content.loosened
    assert (loosened.kind, loosened.id, loosened.outcome) == ("category", "B6", Outcome.REVIEW)
    assert loosened.reason == "Notre asbl forme des artificiers."


def test_a_threshold_that_stops_less_needs_a_reason_too(tmp_path: Path) -> None:
    """Expected: a fault at the threshold; none for one that stops more."""
    same = CATEGORY.format(code="R1", verdict="review", article="A4")
    with pytest.raises(ContentError, match="stops less than the shipped threshold"):
        _load(_own(tmp_path, categories=same + "  threshold: 99\n"))
    assert _load(_own(tmp_path, categories=same + "  threshold: 10\n")).loosened == ()


def test_a_category_may_be_tightened_or_added_without_a_reason(tmp_path: Path) -> None:
    """Expected: the severer verdict, the new category, and nothing in the register."""
    tighter = CATEGORY.format(code="R5", verdict="block", article="A8")
    added = CATEGORY.format(code="X1", verdict="review", article="A1")
    content = _load(_own(tmp_path, categories=tighter + added))
    assert content.categories["R5"].outcome is Outcome.BLOCK
    assert content.categories["X1"].outcome is Outcome.REVIEW
    assert content.loosened == ()


def test_a_rule_is_replaced_by_its_identifier_and_loosened_only_for_a_reason(tmp_path: Path) -> None:
    """Expected: the own rule speaks in the place of the shipped one; a milder one says why."""
    own = RULE.format(id="B6.weapon", verdict="review")
    with pytest.raises(ContentError, match=r"milder than the shipped « B6\.weapon »"):
        _load(_own(tmp_path, rules=own))
    content = _load(_own(tmp_path, rules=own + "  reason: Un cours d’histoire.\n"))
    assert [rule.outcome for rule in content.rules if rule.id == "B6.weapon"] == [Outcome.REVIEW]
    assert [(one.kind, one.id) for one in content.loosened] == [("rule", "B6.weapon")]


def test_own_words_add_to_the_shipped_lists(tmp_path: Path) -> None:
    """Expected: a new term of a shipped list is met by the shipped rules."""
    content = _load(_own(tmp_path, words="emotion:\n  - spleen\n"))
    verdict = Policy(content).check("Devine le spleen de nos salariés", {})
    assert "B1.emotions" in [hit.rule for hit in verdict.hits]


def test_no_folder_lets_a_failed_check_through(tmp_path: Path) -> None:
    """Expected: review, though every category was loosened to allow."""
    loose = "".join(
        CATEGORY.format(code=code, verdict="allow", article=one.article) + "  reason: Essai.\n"
        for code, one in files.load(shipped("policies")).categories.items()
    )

    def broken(_: str) -> tuple[tuple[()], tuple[str, ...]]:
        return (), ("names",)

    verdict = Policy(_load(_own(tmp_path, categories=loose)), None, broken).check("bonjour", {})
    assert verdict.outcome is Outcome.REVIEW


FAULTS = {
    "an unknown key": ("- id: X\n  category: R1\n  whne: mot\n", 3, "unknown key « whne »; known: "),
    "a missing key": ("- id: X\n  category: R1\n", 1, "missing: when"),
    "an unknown category": ("- id: X\n  category: R99\n  when: mot\n", 2, "« R99 » is not one of: R1"),
    "an unknown list": ('- id: X\n  category: R1\n  when: "@santee"\n', 3, "no word list « santee »"),
    "a pattern that is none": (
        '- id: X\n  category: R1\n  when: {pattern: "("}\n',
        3,
        "not a regular expression",
    ),
    "a label that is none": (
        "- id: X\n  category: R1\n  when: {foreign: [IBANN]}\n",
        3,
        "« IBANN » is not one of",
    ),
    "two of a name": (
        "- id: X\n  category: R1\n  when: a b\n- id: X\n  category: R1\n  when: a b\n",
        4,
        "two rules",
    ),
    "nothing but none": (
        "- id: X\n  category: R1\n  when: {none: [mot]}\n",
        3,
        "« none » alone holds of every text",
    ),
    "mixed signs": ('- id: X\n  category: R1\n  when: "a ~3 b >3 c"\n', 3, "one kind of sign a line"),
    "no YAML": ("- id: [X\n", 2, "not YAML"),
    "not UTF-8": ("é", 1, "not UTF-8"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_command_line_tells_a_fault_by_file_line_and_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Expected: `sobria policy test` ends with 1 and one sentence on standard error, no traceback."""
    from bot import cli

    text, line, expected = FAULTS[name]
    own = _own(tmp_path, rules="x")
    encoding = "latin-1" if name == "not UTF-8" else "utf-8"
    (own / "rules" / "own.yaml").write_text(text, encoding=encoding)
    monkeypatch.setattr("sys.argv", ["sobria", "policy", "test", "--own", str(own)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr().err
    assert end.value.code == 1
    assert f"rules/own.yaml:{line}: " in told
    assert expected in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_an_example_that_does_not_hold_is_told_by_file_and_line(tmp_path: Path) -> None:
    """Expected: exit 1, the example's line, expected and met verdicts."""
    own = _own(
        tmp_path,
        rules="- id: R1.x\n  category: R1\n  when: licorne\n  examples:\n    review:\n      - bonjour\n",
    )
    result = CliRunner().invoke(app, ["policy", "test", "--own", str(own)])
    assert result.exit_code == 1
    assert "rules/own.yaml:6: R1.x: expected review, got allow" in result.output
