"""A trained likeness model, applied with numpy alone.

Two readings of a text are added up. The linear one knows words, their pairs and letters within words, so that
`why` can name what weighed most. The other knows what the words mean, by a small network over their vectors:
it carries what the examples taught over to words that none of them used. Before the two stop a text, a third one is
asked, which sees how words stand together (`encoder.py`).
"""

from __future__ import annotations

import io
import math
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.adapters.likeness.meanings import Matrix
from bot.adapters.likeness.pieces import MOST_KEPT
from bot.adapters.likeness.prior import Prior
from bot.core.policy.deciding import DISTRESS, DISTRESS_FROM
from bot.core.policy.folding import Words
from bot.core.policy.likeness import ALLOW, letters_of, pairs_of, stem
from bot.errors import ContentError

METHOD = "4"
"""Changes whenever a kept model could no longer be read as it was meant; it is then trained again."""

STEEPNESS = 4.0
"""From margins of the linear reading to odds."""

MEANING = 0.7
"""How much the reading of meanings weighs beside the linear one; chosen on the development texts."""

LEANING = -1.25
"""Added to the margin of what is allowed; below zero, as a miss costs more than a mentor's minute."""

SECOND_LOOK = (0.5, 0.993)
"""How unlike harmless texts one must be for the encoder to be asked too: what the other two would stop, unless that is
beyond doubt. So what is let through costs no more time than without it."""

CONTEXT = 1.5
"""How much the encoder's reading weighs beside the other two; chosen like `MEANING`."""

SUREST = -3.0
"""The least that the encoder may hold of a class: such networks are surer than they are right (Guo et al. 2017,
arXiv:1706.04599), and it must not overrule alone what the examples teach."""

STRESS = 2.0
"""A word's share in the meaning of a text grows with its rarity to this power."""

Places = NDArray[np.int32]

_NOWHERE: Places = np.empty(0, dtype=np.int32)


class Look(NamedTuple):
    """What there is to know of a word wherever it stands: its features, its vector, its weight in a gist."""

    stem: str
    place: int | None
    letters: Places
    row: int | None
    stress: float


@dataclass(frozen=True, slots=True)
class Linear:
    """Features, how rare each is (1 + log of texts by texts that hold it), their weights for each class."""

    vocabulary: Sequence[str]
    rarity: Matrix
    weights: Matrix
    bias: Matrix


@dataclass(frozen=True, slots=True)
class Network:
    """One hidden layer of rectified units, over a gist less the average gist."""

    centre: Matrix
    first: Matrix
    first_bias: Matrix
    second: Matrix
    second_bias: Matrix

    def shares(self, gist: Matrix) -> Matrix:
        """Return the logarithm of each class's share."""
        hidden = np.maximum(_times(gist - self.centre, self.first) + self.first_bias, 0.0)
        odds = _times(hidden, self.second) + self.second_bias
        odds -= odds.max()
        shares: Matrix = np.maximum(odds - np.log(np.exp(odds).sum()), -14.0)
        return shares


def _by_kind(vocabulary: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return where the words and pairs are, and the letters, without what tells them apart."""
    kinds: dict[str, dict[str, int]] = {"w": {}, "c": {}}
    for place, feature in enumerate(vocabulary):
        kinds[feature[0]][feature[1:]] = place
    return kinds["w"], kinds["c"]


def _distinct(places: Places) -> Places:
    """Return each place once, in order; half the time of `np.unique` on so few."""
    places.sort()
    first = np.empty(len(places), dtype=bool)
    first[:1] = True
    np.not_equal(places[1:], places[:-1], out=first[1:])
    return places[first]


def _shares(margins: Matrix) -> Matrix:
    """Return shares that sum to 1 of margins that are logarithms of odds."""
    odds = np.exp(margins - margins.max())
    shares: Matrix = odds / odds.sum()
    return shares


def _times(row: Matrix, matrix: Matrix) -> Matrix:
    """Multiply without the threads that `@` may start: on a busy machine they wait for each other."""
    product: Matrix = np.einsum("i,ij->j", row, matrix)
    return product


class LikenessModel:
    """A trained model; `digest` is the fingerprint of the examples it learned from."""

    def __init__(
        self,
        labels: Sequence[str],
        linear: Linear,
        network: Network,
        prior: Prior,
        digest: str = "",
    ) -> None:
        self.labels = tuple(labels)
        self.digest = digest
        self._linear = linear
        self._network = network
        self._meanings = prior.meanings
        self._encoder = prior.encoder
        known = prior.encoder.labels
        self._columns = [known.index(label) if label in known else None for label in self.labels]
        self._stems, self._pieces = _by_kind(linear.vocabulary)
        self._squares = linear.rarity * linear.rarity
        self._weights = linear.weights * linear.rarity[:, None]
        self._rarest = float(linear.rarity.max(initial=1.0))
        self._allow = self.labels.index(ALLOW)
        self._distress = self.labels.index(DISTRESS) if DISTRESS in self.labels else None
        self._look = lru_cache(maxsize=MOST_KEPT)(self._looked_up)  # words come back

    def scores(self, words: Words) -> Mapping[str, float]:
        """Return how like each class the text is; the numbers sum to 1."""
        margins = self._linear.bias.copy()
        for places in self._blocks(words):
            if len(places):
                length = math.sqrt(float(self._squares[places].sum()))
                margins += np.einsum("ij->j", self._weights.take(places, axis=0)) / length
        margins *= STEEPNESS
        margins += MEANING * self._network.shares(self.gist(words))
        margins[self._allow] += LEANING
        shares = _shares(margins)
        if self._needs_second_look(shares):
            shares = _shares(margins + CONTEXT * self._in_context(words))
        return dict(zip(self.labels, shares.tolist(), strict=True))

    def _needs_second_look(self, shares: Matrix) -> bool:
        """Return whether the text would be stopped, and that is in doubt; what may be distress goes to a person."""
        least, most = SECOND_LOOK
        in_doubt = least < 1.0 - shares[self._allow] < most
        return in_doubt and (self._distress is None or shares[self._distress] < DISTRESS_FROM)

    def _in_context(self, words: Words) -> Matrix:
        """Return what the encoder holds of each class; of one that it does not know, nothing against it."""
        shares = self._encoder.shares(words)
        if shares is None:
            return np.zeros(len(self.labels), dtype=np.float32)
        held = np.maximum(shares, SUREST)
        none = held.max()
        return np.array([none if at is None else held[at] for at in self._columns], dtype=np.float32)

    @property
    def features(self) -> Sequence[str]:
        """What the linear reading knows: words and pairs behind a `w`, letters within words behind a `c`."""
        return self._linear.vocabulary

    def gist(self, words: Words) -> Matrix:
        """Return what the text is about: rare words weigh more in the first half."""
        known = [look for word in words.words if (look := self._look(word)).row is not None]
        stress = np.array([look.stress for look in known], dtype=np.float32)
        return self._meanings.gist([look.row for look in known if look.row is not None], stress)

    def why(self, words: Words, label: str, most: int = 8) -> tuple[tuple[str, float], ...]:
        """Return the features that weighed most for `label`, the heaviest first."""
        column = self.labels.index(label)
        found: dict[str, float] = {}
        for places in self._blocks(words):
            length = math.sqrt(float(self._squares[places].sum())) if len(places) else 1.0
            for place in places:
                found[self._linear.vocabulary[place]] = float(self._weights[place, column]) / length
        return tuple(sorted(found.items(), key=lambda each: -each[1])[:most])

    def _blocks(self, words: Words) -> tuple[Places, Places]:
        looks = {word: self._look(word) for word in words.words}
        known = self._stems
        seen = {look.place for look in looks.values()}
        seen.update(known.get(pair) for pair in pairs_of([looks[word].stem for word in words.words]))
        letters = [look.letters for look in looks.values()]
        return (
            np.array([place for place in seen if place is not None], dtype=np.int32),
            _distinct(np.concatenate(letters)) if letters else _NOWHERE,
        )

    def _looked_up(self, word: str) -> Look:
        stemmed = stem(word)
        place = self._stems.get(stemmed)
        letters = set(map(self._pieces.get, letters_of(word)))
        letters.discard(None)
        rarity = self._rarest if place is None else float(self._linear.rarity[place])
        return Look(
            stemmed,
            place,
            np.fromiter(letters, np.int32, len(letters)),
            self._meanings.row(word),
            rarity**STRESS,
        )

    def save(self, path: Path) -> None:
        """Write the model so that a reader sees the old one or the new one, never half."""
        kept = io.BytesIO()
        np.savez_compressed(kept, **self._arrays())
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as written:
            written.write(kept.getvalue())
        Path(written.name).chmod(0o644)
        Path(written.name).replace(path)

    def _arrays(self) -> dict[str, Any]:
        half = np.float16
        return {
            "method": np.array(METHOD),
            "labels": np.array("\n".join(self.labels)),
            "vocabulary": np.array("\n".join(self._linear.vocabulary)),
            "rarity": self._linear.rarity.astype(half),
            "weights": self._linear.weights.astype(half),
            "bias": self._linear.bias,
            "centre": self._network.centre.astype(half),
            "first": self._network.first.astype(half),
            "first_bias": self._network.first_bias,
            "second": self._network.second.astype(half),
            "second_bias": self._network.second_bias,
            "digest": np.array(self.digest),
        }


def read(path: Path, prior: Prior) -> LikenessModel | None:
    """Return the model kept at `path`; None when there is none or it was made in an earlier way.

    Raises ContentError when it is broken.
    """
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if "method" not in kept or str(kept["method"]) != METHOD:
                return None
            wide = {name: kept[name].astype(np.float32) for name in _NUMBERS}
            return LikenessModel(
                str(kept["labels"]).split("\n"),
                Linear(str(kept["vocabulary"]).split("\n"), wide["rarity"], wide["weights"], wide["bias"]),
                Network(*(wide[name] for name in _NUMBERS[3:])),
                prior,
                str(kept["digest"]),
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as fault:
        raise ContentError(path.as_posix(), 1, "a broken likeness model: delete it") from fault


_NUMBERS = ("rarity", "weights", "bias", "centre", "first", "first_bias", "second", "second_bias")
