"""The documents keep up with the program: links lead somewhere, commands and settings are told of."""

from __future__ import annotations

import re
import tomllib
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
