"""Reading the library: whatever does not fit is refused with its file and line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.files.prompts import faults, load, read
from bot.core.model import Need
from bot.core.policy.finding import Label
from bot.errors import ContentError

GOOD = """\
---
name: merci
title: Merci à un voisin
area: Communication
purpose: Remercier.
language: fr
level: 2
need: medium
length: 80
permitted: [PERSON]
version: 3
vetted:
  by: Groupe éthique
  on: 2026-09-14
variables:
  - name: voisin
    label: Voisin
    type: line
    help: Le nom.
    example: Madame Peeters
  - name: ton
    label: Ton
    type: choice
    options: [simple, officiel]
    required: false
    help: Comment.
    example: simple
---

Merci à {{ voisin }}.
Ton : {{ton}}
"""


def wrote(folder: Path, text: str, name: str = "merci.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def fault_of(folder: Path, text: str) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read(wrote(folder, text), folder)
    return caught.value


def test_a_prompt_is_read_whole(tmp_path: Path) -> None:
    template = read(wrote(tmp_path, GOOD), tmp_path)
    assert (template.name, template.level, template.need, template.length) == ("merci", 2, Need.MEDIUM, 80)
    assert (template.vetted_by, template.vetted_on) == ("Groupe éthique", dt.date(2026, 9, 14))
    assert template.permitted == {Label.PERSON}
    assert [variable.kind for variable in template.variables] == ["line", "choice"]
    assert template.body == "Merci à {{ voisin }}.\nTon : {{ton}}"
    assert template.file == "merci.md"


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("level: 2", "niveau: 2"), 7, "unknown key « niveau »"),
        (("level: 2\n", ""), 2, "missing: level"),
        (("level: 2", "level: 9"), 7, "from 1 to 4"),
        (("level: 2", "level: deux"), 7, "from 1 to 4"),
        (("level: 2", "level: 2\nlevel: 3"), 8, "« level » is written twice"),
        (("need: medium", "need: huge"), 8, "not one of: small, medium, large"),
        (("[PERSON]", "[NOM]"), 10, "« NOM » is not one of"),
        (("language: fr", "language: de"), 6, "not one of: fr, en, nl"),
        (("on: 2026-09-14", "on: hier"), 14, "expected a date"),
        (("  on: 2026-09-14\n", ""), 13, "missing: on"),
        (("name: merci", "name: Merci"), 2, "small letters"),
        (("name: merci", "name: autre"), 2, "name and file must agree"),
        (("type: line", "type: ligne"), 18, "not one of"),
        (("type: line", "type: choice"), 18, "« options » goes with"),
        (("help: Le nom.", "aide: Le nom."), 19, "unknown key « aide »"),
        (("example: simple", "example: drôle"), 21, "the example of « ton » is no choice"),
        (("{{ton}}", "{{ to }}"), 21, "« ton » is used nowhere"),
        (("Ton : {{ton}}", "Ton : {{ton}} {{ autre }}"), 31, "« autre » is no variable"),
        (("Merci à {{", "Merci {{à {{"), 30, "expected placeholders"),
        (("Merci à {{", "Merci {{ a b }} {{"), 30, "expected placeholders"),
        (("name: ton", "name: voisin"), 21, "declared twice"),
        (("title: Merci", "title: [Merci"), 4, "not YAML"),
        (("---\nname", "name"), 1, "front matter"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, change: tuple[str, str], line: int, words: str) -> None:
    fault = fault_of(tmp_path, GOOD.replace(*change, 1))
    assert (fault.file, fault.line) == ("merci.md", line), str(fault)
    assert words in fault.fault


def test_an_unclosed_front_matter_is_refused(tmp_path: Path) -> None:
    assert "end of the front matter" in fault_of(tmp_path, "---\nname: merci\n").fault


def test_a_prompt_without_a_text_is_refused(tmp_path: Path) -> None:
    assert "no text" in fault_of(tmp_path, GOOD[: GOOD.index("\n\nMerci")]).fault


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "merci.md"
    path.write_bytes(GOOD.encode("latin-1"))
    with pytest.raises(ContentError, match=r"merci.md:3: not UTF-8"):
        read(path, tmp_path)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    plain = read(wrote(tmp_path, GOOD), tmp_path)
    (tmp_path / "merci.md").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read(tmp_path / "merci.md", tmp_path) == plain


def test_a_folder_that_is_absent_or_empty_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(ContentError, match="no prompt here"):
        load(tmp_path)


def test_two_prompts_with_one_title_are_refused(tmp_path: Path) -> None:
    wrote(tmp_path, GOOD)
    wrote(tmp_path, GOOD.replace("name: merci", "name: merci-bis"), "merci-bis.md")
    with pytest.raises(ContentError, match="answer to"):
        load(tmp_path)


def test_the_readme_is_no_prompt_and_all_faulty_files_are_named(tmp_path: Path) -> None:
    wrote(tmp_path, "# Lisez-moi", "README.md")
    wrote(tmp_path, GOOD.replace("level: 2", "level: x"), "merci.md")
    wrote(tmp_path, "rien", "autre.md")
    assert [fault.file.rpartition("/")[2] for fault in faults(tmp_path)] == ["autre.md", "merci.md"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(place=st.integers(0, len(GOOD)), junk=st.text(max_size=6))
def test_whatever_is_typed_into_a_prompt_it_is_read_or_refused_politely(
    tmp_path: Path, place: int, junk: str
) -> None:
    path = tmp_path / "merci.md"
    path.write_bytes((GOOD[:place] + junk + GOOD[place:]).encode("utf-8", "surrogatepass"))
    refused: list[ContentError] = []
    try:
        read(path, tmp_path)
    except ContentError as fault:
        refused.append(fault)
    assert all(fault.file.endswith("merci.md") and fault.line >= 1 for fault in refused)
