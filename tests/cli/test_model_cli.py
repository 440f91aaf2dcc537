"""`sobria model`: what a person reads when the model is brought, joined or checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.adapters.embedded.weights import Weights
from bot.cli import model
from bot.errors import SettingsError
from tests.edges.parts import PARTS, WEIGHTS, wheel


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(model, "LARGER", WEIGHTS)
    return CliRunner()


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number, part in enumerate(PARTS, 1):
        wheel(folder, number, part)
    return folder


def test_parts_from_a_folder_become_the_model_and_then_it_checks(
    run: CliRunner, parts: Path, tmp_path: Path
) -> None:
    data = str(tmp_path / "data")
    joined = run.invoke(model.app, ["join", str(parts), "--data", data])
    assert joined.exit_code == 0
    assert "ready" in joined.stdout
    checked = run.invoke(model.app, ["check", "--data", data])
    assert checked.exit_code == 0
    assert WEIGHTS.sha256 in checked.stdout


def test_a_second_time_nothing_is_done(run: CliRunner, parts: Path, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    run.invoke(model.app, ["join", str(parts), "--data", data])
    for command in (["join", str(parts)], ["fetch"]):
        again = run.invoke(model.app, [*command, "--data", data])
        assert again.exit_code == 0
        assert "already there" in again.stdout


def test_a_model_that_is_not_there_is_not_well(run: CliRunner, tmp_path: Path) -> None:
    checked = run.invoke(model.app, ["check", "--data", str(tmp_path)])
    assert checked.exit_code == 1
    assert "sobria model fetch" in checked.stderr


def test_a_model_that_was_changed_is_refused_and_not_fetched_over(
    run: CliRunner, parts: Path, tmp_path: Path
) -> None:
    run.invoke(model.app, ["join", str(parts), "--data", str(tmp_path)])
    file = tmp_path / "models" / WEIGHTS.file
    file.write_bytes(b"something else")
    assert run.invoke(model.app, ["check", "--data", str(tmp_path)]).exit_code == 1
    again = run.invoke(model.app, ["fetch", "--data", str(tmp_path)])
    assert isinstance(again.exception, SettingsError)


@pytest.mark.parametrize("command", ["fetch", "join", "check"])
def test_every_command_shows_an_example(run: CliRunner, command: str) -> None:
    shown = run.invoke(model.app, [command, "--help"])
    assert shown.exit_code == 0
    assert f"sobria model {command}" in shown.stdout


def test_the_pinned_parts_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def fetch(_: Weights, requirements: Path, target: Path, __: object) -> Path:
        seen.append(requirements)
        return target

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.adapters.embedded.fetch.fetch", fetch)
    assert CliRunner().invoke(model.app, ["fetch", "--small", "--data", "d"]).exit_code == 0
    assert seen[0].name == "model-small.txt"
    assert seen[0].exists()
