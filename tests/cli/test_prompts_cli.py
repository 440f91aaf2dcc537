"""`sobria prompts` from outside: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli.prompts import app

run = CliRunner()


def test_the_shipped_library_holds() -> None:
    ended = run.invoke(app, ["test"])
    assert ended.exit_code == 0
    assert "prompts hold" in ended.stdout


def test_a_fault_ends_with_1_and_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "faux.md").write_text("---\nname: faux\nname: faux\n---\nx\n", encoding="utf-8")
    ended = run.invoke(app, ["test", "--folder", str(tmp_path)])
    assert ended.exit_code == 1
    assert "faux.md:3:" in ended.stderr


def test_a_list_can_be_narrowed_by_a_word() -> None:
    ended = run.invoke(app, ["list", "dons"])
    assert "appel-dons" in ended.stdout
    assert "compte-rendu" not in ended.stdout


def test_a_prompt_is_shown_as_the_model_would_read_it() -> None:
    ended = run.invoke(app, ["show", "Remerciement pour un don"])
    assert "Sophie Lambert" in ended.stdout
    assert "vetted by" in ended.stdout
    assert "{{" not in ended.stdout
