"""Word vectors: what a text is about, also in words that no example used. `SOURCES.md` says where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "meanings.npz"
LONGEST = 20
"""Letters of the longest word in the table."""


class Meanings:
    """The table: 313,000 folded words share 20,000 vectors of 300 numbers, one byte each. Takes 13 MB."""

    def __init__(self, words: NDArray[np.bytes_], rows: NDArray[np.uint16], table: NDArray[np.int8]) -> None:
        self._words = words
        self._rows = rows
        self._table = table
        self.width = int(table.shape[1])

    def gist(self, rows: Sequence[int], weights: Matrix) -> Matrix:
        """Return three directions of unit length: the rows' weighted mean, their plain one, and their spread.

        The spread (weighted variance) tells apart texts whose words differ but have the same mean.
        """
        if not rows:
            return np.zeros(3 * self.width, dtype=np.float32)
        vectors = self._table[rows].astype(np.float32)
        shares = weights / weights.sum()
        mean = np.einsum("i,ij->j", shares, vectors)
        spread = np.einsum("i,ij->j", shares, vectors * vectors) - mean * mean
        return np.concatenate([_unit(mean), _unit(vectors.sum(axis=0)), _unit(spread)])

    def row(self, word: str) -> int | None:
        """Return the row of a folded word's vector, None when it has none."""
        if len(word) > LONGEST or not word.isascii():
            return None
        wanted = word.encode()
        place = int(np.searchsorted(self._words, wanted))
        found = place < len(self._words) and self._words[place] == wanted
        return int(self._rows[place]) if found else None


def read() -> Meanings:
    """Read the shipped table."""
    with np.load(SHIPPED, allow_pickle=False) as kept:
        words = np.array(str(kept["words"]).split("\n"), dtype=f"S{LONGEST}")
        return Meanings(words, kept["rows"], kept["table"])


def _unit(vector: Matrix) -> Matrix:
    length = float(np.sqrt((vector * vector).sum()))
    return vector / length if length else vector
