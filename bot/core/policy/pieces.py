"""A long text in pieces: one sentence that matters must not drown in a pasted e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.policy.folding import Words

LONG = 80
"""Words from which a text is also read piece by piece."""

PIECE = 45
"""Words of a piece, to the end of its sentence; the next one begins half-way."""

MOST = 400
"""Pieces at most: some ten thousand words."""


def pieces(words: Words) -> Iterator[Words]:
    """Yield the whole text, then overlapping pieces of it when it is long."""
    yield words
    total = len(words.words)
    if total < LONG:
        return
    starts = [at for at in range(total) if at == 0 or words.sentences[at] != words.sentences[at - 1]]
    begin = 0
    for _ in range(MOST):
        end = min(total, begin + PIECE)
        later = [at for at in starts if end <= at < end + PIECE // 2]
        end = later[0] if later else end
        chosen = words.words[begin:end]
        yield Words(" ".join(chosen), chosen, words.sentences[begin:end])
        if end >= total:
            return
        middle = [at for at in starts if begin + PIECE // 3 <= at < end]
        begin = middle[0] if middle else begin + PIECE // 2
