"""A small pretrained encoder: a third reading, which sees how words stand together.

Layers of a transformer (Vaswani et al. 2017, arXiv:1706.03762) over pieces of words; `SOURCES.md` says where it comes
from. It costs ten times what all else does, so it is asked only of what the other readings would stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.adapters.likeness.meanings import Matrix
from bot.adapters.likeness.pieces import Pieces
from bot.core.policy.folding import Words

SHIPPED = Path(__file__).parent / "encoder.npz"

LONGEST = 64
"""Pieces of a text, its two ends among them; it learned from shorter ones, and longer texts are read in parts."""

BEGIN, END = 0, 2
"""Rows of the pieces that frame a text."""

_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Norm:
    """Brings each row to mean 0 and variance 1, then scales and shifts its columns (Ba et al. 2016)."""

    scale: Matrix
    shift: Matrix

    def of(self, rows: Matrix) -> Matrix:
        """Return `rows`, one a piece, each brought to size."""
        centred = rows - rows.mean(axis=1, keepdims=True)
        variance = np.square(centred).mean(axis=1, keepdims=True)
        normed: Matrix = centred / np.sqrt(variance + _TINY) * self.scale + self.shift
        return normed


@dataclass(frozen=True, slots=True)
class Dense:
    """Columns times weights, plus a bias."""

    weights: Matrix
    bias: Matrix

    def of(self, rows: Matrix) -> Matrix:
        """Return the product."""
        product: Matrix = rows @ self.weights + self.bias
        return product


@dataclass(frozen=True, slots=True)
class Layer:
    """Each piece looks at all others (`heads` times), then at itself."""

    heads: int
    looks: Dense  # what each piece asks, answers to, and says, side by side
    heard: Dense
    after_heard: Norm
    wide: Dense
    narrow: Dense
    after_narrow: Norm

    def of(self, rows: Matrix) -> Matrix:
        """Return `rows` in the light of one another; one row a piece, as wide as before."""
        pieces, width = rows.shape
        asked, known, said = self.looks.of(rows).reshape(pieces, 3, self.heads, -1).transpose(1, 2, 0, 3)
        drawn = asked @ known.transpose(0, 2, 1) / np.sqrt(width / self.heads, dtype=np.float32)
        drawn = np.exp(drawn - drawn.max(axis=-1, keepdims=True))
        drawn /= drawn.sum(axis=-1, keepdims=True)
        heard = (drawn @ said).transpose(1, 0, 2).reshape(pieces, width)
        rows = self.after_heard.of(rows + self.heard.of(heard))
        return self.after_narrow.of(rows + self.narrow.of(_gelu(self.wide.of(rows))))


class Encoder:
    """Reads a text's words in their order. Thread-safe."""

    def __init__(
        self,
        labels: Sequence[str],
        pieces: Pieces,
        table: NDArray[np.int8],
        steps: Matrix,
        places: Matrix,
        start: Norm,
        layers: Sequence[Layer],
        head: Dense,
    ) -> None:
        self.labels = tuple(labels)
        self._pieces = pieces
        self._table = table
        self._steps = steps
        self._places = places
        self._start = start
        self._layers = tuple(layers)
        self._head = head

    def shares(self, words: Words) -> Matrix | None:
        """Return the logarithm of each label's share; None for a text too long or in letters it never saw."""
        split = [self._pieces.of(word) for word in words.words]
        rows = [BEGIN, *(row for word in split for row in word), END]
        if not all(split) or len(rows) > LONGEST:
            return None
        hidden = self._start.of(self._table[rows] * self._steps[rows] + self._places[: len(rows)])
        for layer in self._layers:
            hidden = layer.of(hidden)
        odds = self._head.of(hidden.mean(axis=0, keepdims=True))[0]
        odds -= odds.max()
        shares: Matrix = odds - np.log(np.exp(odds).sum())
        return shares


def read() -> Encoder:
    """Read the shipped encoder."""
    with np.load(SHIPPED, allow_pickle=False) as kept:

        def wide(name: str) -> Matrix:
            """Return numbers of one byte, times the step of each column, as they were."""
            numbers: Matrix = kept[name].astype(np.float32)
            return numbers * kept[f"{name}.steps"].astype(np.float32) if f"{name}.steps" in kept else numbers

        def dense(name: str) -> Dense:
            return Dense(wide(f"{name}.weights"), wide(f"{name}.bias"))

        def norm(name: str) -> Norm:
            return Norm(wide(f"{name}.scale"), wide(f"{name}.shift"))

        layers = [
            Layer(
                int(kept["heads"]),
                dense(f"{number}.looks"),
                dense(f"{number}.heard"),
                norm(f"{number}.after_heard"),
                dense(f"{number}.wide"),
                dense(f"{number}.narrow"),
                norm(f"{number}.after_narrow"),
            )
            for number in range(int(kept["layers"]))
        ]
        spelled = str(kept["pieces"]).split("\n")
        return Encoder(
            str(kept["labels"]).split("\n"),
            Pieces(zip(spelled, enumerate(kept["chances"].tolist()), strict=True)),
            kept["table"],
            kept["table.steps"].astype(np.float32)[:, None],
            wide("places"),
            norm("start"),
            layers,
            dense("head"),
        )


def _gelu(rows: Matrix) -> Matrix:
    """Return each number times how likely a normal one is to be below it (Hendrycks and Gimpel 2016), nearly."""
    below = np.tanh(rows * (0.7978846 + 0.0356774 * rows * rows))
    bent: NDArray[Any] = rows * (below + 1.0) * 0.5
    return bent
