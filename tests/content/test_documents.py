"""The documents keep up with the program: links lead somewhere, commands and settings are told of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.cli.table import app
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("p*/README.md")])
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@page
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        file = (page.parent / target) if target else page
        assert file.exists(), link
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), link


@page
def test_every_command_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    typed = "\n".join(re.findall(r"`[^`\n]+`|^ *\S*sobria .*$", text, re.MULTILINE))
    for name in re.findall(r"(?:^|[`/ ])sobria ([a-z]+)", typed):
        assert name in COMMANDS, name
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_told_of(name: str) -> None:
    assert f"sobria {name}" in OPERATIONS


def subcommands(command: object, path: str = "sobria") -> Iterator[str]:
    for name, one in getattr(command, "commands", {}).items():
        yield from subcommands(one, f"{path} {name}")
        yield f"{path} {name}"


@pytest.mark.parametrize("words", sorted(subcommands(typer.main.get_command(app))))
def test_every_subcommand_is_told_of_somewhere(words: str) -> None:
    """Expected: its last word as code on a page that names its group."""
    *group, last = words.split()
    pages = [path.read_text(encoding="utf-8") for path in PAGES]
    assert any(words in text or (" ".join(group) in text and f"`{last}`" in text) for text in pages)


def test_every_page_draws_the_imports_as_they_are_checked() -> None:
    """Expected: CONTRIBUTING.md and the tour of `bot` name each layer, in the order of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = " → ".join(layer.replace("bot.", "") for layer in ["bot.cli", *layers[1:]])
    for page in ("CONTRIBUTING.md", "bot/__init__.py"):
        assert drawn in " ".join((ROOT / page).read_text(encoding="utf-8").split()), page


def test_the_counts_of_prompts_and_lessons_are_right() -> None:
    """Expected: what the front pages count is what ships."""
    written = [path for path in (ROOT / "prompts").glob("*.md") if path.name != "README.md"]
    french = [path for path in written if "\nlanguage: fr\n" in path.read_text(encoding="utf-8")]
    lessons = list((ROOT / "policies" / "lessons").glob("*.yaml"))
    for page, said, seven in (("README.md", "of them", "seven"), ("README.fr.md", "dont", "sept")):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert re.search(rf"{len(written)},? {said},? {len(french)}\b", text), page
        assert (seven in text) == (len(lessons) == 7), page


DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: str(path.name[:4]))
def test_a_decision_is_numbered_dated_and_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# 0*{int(path.name[:4])}[.:] \S", text)
    assert len(text.splitlines()) <= 80
    assert re.search(r"^Decided on \d{1,2} \w+ 20\d\d\. Stands", text, re.MULTILINE)


def test_the_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_table_of_adapters_has_no_empty_cell_and_no_dash_without_a_reason() -> None:
    rows = re.findall(
        r"^\|(.+)\|$", (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    for row in rows[2:]:
        cells = [cell.strip() for cell in row.split("|")]
        assert len(cells) == 5, row
        assert all(cell and cell != "–" for cell in cells), row


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_told_of(name: str) -> None:
    assert re.search(rf"`\[*{name}\]*`", OPERATIONS), name


@pytest.mark.parametrize("lock", ["run", "dev", "providers"])
def test_a_lock_file_pins_and_names_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE)
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9.\-]+==\S+", requirement), requirement[:60]
        assert "--hash=sha256:" in requirement, requirement[:60]


def test_everything_that_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {"run": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}
    for lock, requirements in asked.items():
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        for requirement in requirements:
            name = re.split(r"[\[<>=!~; ]", requirement)[0].lower()
            assert re.search(rf"^{re.escape(name)}==", text, re.MULTILINE), name
