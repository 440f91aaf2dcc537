"""Words in pieces: the likeliest ones by how often each piece is met (Kudo 2018, arXiv:1804.10959)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

MARK = "▁"
"""Stands before the first letter of a word."""

SIGN = "<"
"""Begins what is no piece of a word, as the sign for a text's end."""

MOST_KEPT = 20_000
"""Words of which it is kept in memory what was found out."""


class Pieces:
    """The known pieces, each with its row and the logarithm of its chance. Thread-safe."""

    def __init__(self, known: Iterable[tuple[str, tuple[int, float]]]) -> None:
        self._known = {piece: found for piece, found in known if not piece.startswith(SIGN)}
        self._longest = max(map(len, self._known))
        self._once = lru_cache(maxsize=MOST_KEPT)(self._likeliest)

    def of(self, word: str) -> tuple[int, ...]:
        """Return the rows of a word's likeliest pieces; none when a letter of it is unknown."""
        return self._once(word)

    def _likeliest(self, word: str) -> tuple[int, ...]:
        framed = MARK + word
        best: list[tuple[float, tuple[int, ...]] | None] = [(0.0, ())]
        for end in range(1, len(framed) + 1):
            found = None
            for begin in range(max(0, end - self._longest), end):
                before, piece = best[begin], self._known.get(framed[begin:end])
                if before and piece and (found is None or before[0] + piece[1] > found[0]):
                    found = (before[0] + piece[1], (*before[1], piece[0]))
            best.append(found)
        whole = best[-1]
        return whole[1] if whole else ()
