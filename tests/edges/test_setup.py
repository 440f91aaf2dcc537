"""Setting up on a machine that lacks something: one clear sentence, and nothing half done."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def environment(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "tools" / "environment.sh"), str(folder), "requirements/run.txt"]
    return subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", "PYTHON": python}, capture_output=True, text=True, check=False
    )


def pretending(folder: Path, answer: str) -> str:
    """Write a program that answers as some Python would."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\ncase "$2" in {answer} esac\n', encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ("*version_info*) exit 1;;", "Python 3.11 or newer is needed"),
        ("*version_info*) exit 0;; *ensurepip*) exit 1;;", "sudo apt-get install python3-venv"),
    ],
)
def test_what_python_lacks_is_said_with_what_to_do(tmp_path: Path, answer: str, advice: str) -> None:
    done = environment(tmp_path / "venv", pretending(tmp_path, answer))
    assert done.returncode == 1
    assert advice in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_system_that_has_everything_is_left_alone(tmp_path: Path) -> None:
    listing = tmp_path / "ldconfig"
    listing.write_text("#!/bin/sh\necho 'libgomp.so.1 => here'\n", encoding="utf-8")
    listing.chmod(0o755)
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(
        [ROOT / "tools" / "system.sh", "libgomp1"],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_apt_the_packages_are_named(tmp_path: Path) -> None:
    for name in ("bash", "grep", "id"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    done = subprocess.run(
        ["/usr/bin/bash", ROOT / "tools" / "system.sh", "chromium"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "please install these packages of your system: chromium" in done.stderr
