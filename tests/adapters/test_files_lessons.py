"""Reading lessons: what an association may add or replace, and how a fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.adapters.files.lessons import load
from bot.adapters.files.reading import shipped
from bot.cli.table import app
from bot.errors import ContentError

GOOD = """\
name: nos-archives
level: 2
version: 2027.1
title: {fr: Nos archives}
text:
  fr: |
    Une phrase qui continue
    à la ligne.

    - un point qui continue
      aussi ;
    - un autre.
questions:
  - ask: {fr: Où sont-elles ?}
    choices:
      - {fr: Dans l’armoire}
      - {fr: Nulle part}
    right: 1
    why: {fr: Depuis toujours.}
"""


def own(folder: Path, text: str = GOOD, name: str = "a.yaml") -> Path:
    path = folder / "lessons" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_an_association_adds_a_lesson_in_french_alone(tmp_path: Path) -> None:
    """Expected: it stands with those of its level; lines of a paragraph or a point are one line."""
    course = load(shipped("policies"), own(tmp_path))
    (number,) = [number for number, one in course.numbered() if one.name == "nos-archives"]
    assert number == 6
    added = course.lesson(number)
    assert added.version == "2027.1"
    assert added.text["fr"] == (
        "Une phrase qui continue à la ligne.\n\n- un point qui continue aussi ;\n- un autre."
    )
    assert len(course.lessons) == 8


def test_an_association_replaces_a_lesson_by_its_name(tmp_path: Path) -> None:
    """Expected: its own in the place of the shipped one, none twice."""
    course = load(shipped("policies"), own(tmp_path, GOOD.replace("nos-archives", "relire")))
    assert len(course.lessons) == 7
    assert course.lesson(4).title == {"fr": "Nos archives"}


def test_a_folder_without_lessons_has_an_empty_course(tmp_path: Path) -> None:
    """Expected: no fault: an association may do without."""
    assert load(tmp_path).lessons == ()


LONG = "x" * 65
FAULTS = {
    "a level beyond the last": (("level: 2", "level: 4"), 2, "a whole number from 1 to 3"),
    "a name with a space": (("nos-archives", "nos archives"), 1, "a name such as"),
    "a version of two words": (("2027.1", "de mars"), 3, "a version such as"),
    "no French": (("{fr: Nos archives}", "{en: Our archives}"), 4, "missing: fr"),
    "a language that the title lacks": (("{fr: Où", "{en: Where, fr: Où"), 14, "unknown key « en »"),
    "a language that only the title has": (("{fr: Nos archives}", "{fr: A, nl: B}"), 6, "missing: nl"),
    "a choice too long to be shown": (("Nulle part", LONG), 17, "64 characters at most, not 65"),
    "a single choice": (("      - {fr: Nulle part}\n", ""), 16, "expected 2 to 6 choices, not 1"),
    "choices that read the same": (("Nulle part", "Dans l’armoire"), 16, "two choices read the same"),
    "a right answer that is none": (("right: 1", "right: 3"), 18, "a whole number from 1 to 2"),
    "no why": (("    why: {fr: Depuis toujours.}\n", ""), 14, "missing: why"),
    "no question": (
        ("questions:\n" + GOOD.partition("questions:\n")[2], "questions: []\n"),
        13,
        "expected 1 to 5 questions, not 0",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_by_file_line_and_what_was_expected(tmp_path: Path, name: str) -> None:
    (before, after), line, expected = FAULTS[name]
    assert before in GOOD
    with pytest.raises(ContentError) as caught:
        load(shipped("policies"), own(tmp_path, GOOD.replace(before, after)))
    assert caught.value.file.endswith("lessons/a.yaml")
    assert caught.value.line == line
    assert expected in caught.value.fault


def test_two_lessons_of_one_name_in_a_folder_are_a_fault(tmp_path: Path) -> None:
    own(tmp_path)
    with pytest.raises(ContentError, match="two lessons are called « nos-archives »"):
        load(shipped("policies"), own(tmp_path, name="b.yaml"))


def test_a_level_that_nobody_could_reach_is_a_fault(tmp_path: Path) -> None:
    """Expected: named, where lessons of a higher level stand beyond a gap."""
    with pytest.raises(ContentError, match="no lesson of level 1"):
        load(own(tmp_path))


@pytest.mark.slow
def test_the_policys_test_checks_the_lessons_too(tmp_path: Path) -> None:
    """Expected: how many can be taken; on a fault exit 1."""
    said = CliRunner().invoke(app, ["policy", "test", "--own", str(own(tmp_path))])
    assert said.exit_code == 0
    assert "8 lessons can be taken" in said.output
    own(tmp_path, GOOD.replace("right: 1", "right: 9"))
    assert CliRunner().invoke(app, ["policy", "test", "--own", str(tmp_path)]).exit_code == 1
