"""The likeness model: trained from examples in seconds by scikit-learn, read and applied with numpy alone.

A text is two blocks, each of unit length: words with their pairs, and letters within words. The model is one
linear layer, a margin for each class, turned into shares of 1: `why` can therefore name what weighed most.
"""

from __future__ import annotations

import io
import math
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bot.core.policy.folding import Words
from bot.core.policy.likeness import ALLOW, letters_of, pairs_of, stem
from bot.errors import ContentError

SEEN_AT_LEAST = {"w": 1, "c": 2}
"""How many examples must hold a feature for the model to know it."""

FIRMNESS = 1.0
"""Inverse of the regularisation; chosen on the development texts."""

STEEPNESS = 2.0
"""From margins to odds."""

BENEFIT_OF_DOUBT = 1.15
"""Added to the margin of what is allowed: a text must be clearly unlike harmless ones to be stopped."""

Matrix = NDArray[np.float32]
Places = NDArray[np.int32]

MOST_KEPT = 20_000
"""Words whose features are kept in memory."""

_NOWHERE: Places = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as the model reads it, and the class it belongs to."""

    words: Words
    label: str
    weight: float = 1.0


class LikenessModel:
    """A trained model; `digest` is the fingerprint of the examples it learned from."""

    def __init__(
        self,
        labels: Sequence[str],
        vocabulary: Sequence[str],
        rarity: Matrix,
        weights: Matrix,
        bias: Matrix,
        digest: str = "",
    ) -> None:
        self.labels = tuple(labels)
        self.digest = digest
        self.vocabulary = vocabulary
        self._places = {feature: place for place, feature in enumerate(vocabulary)}
        self._squares = rarity * rarity
        self._weights = weights * rarity[:, None]
        self._bias = bias
        self._allow = self.labels.index(ALLOW)
        self._letters: dict[str, Places] = {}
        self._stem = lru_cache(maxsize=MOST_KEPT)(stem)

    def scores(self, words: Words) -> Mapping[str, float]:
        """Return how like each class the text is; the numbers sum to 1."""
        margins = self._bias.copy()
        for places in self._blocks(words):
            if len(places):
                length = math.sqrt(float(self._squares[places].sum()))
                margins += self._weights[places].sum(axis=0) / length
        margins *= STEEPNESS
        margins[self._allow] += BENEFIT_OF_DOUBT
        odds = np.exp(margins - margins.max())
        return dict(zip(self.labels, (odds / odds.sum()).tolist(), strict=True))

    def why(self, words: Words, label: str, most: int = 8) -> tuple[tuple[str, float], ...]:
        """Return the features that weighed most for `label`, the heaviest first."""
        column = self.labels.index(label)
        found: dict[str, float] = {}
        for places in self._blocks(words):
            length = math.sqrt(float(self._squares[places].sum())) if len(places) else 1.0
            for place in places:
                found[self.vocabulary[place]] = float(self._weights[place, column]) / length
        return tuple(sorted(found.items(), key=lambda each: -each[1])[:most])

    def _blocks(self, words: Words) -> tuple[Places, Places]:
        stems = tuple(map(self._stem, words.words))
        known = self._places
        seen = [known.get("w" + feature) for feature in {*stems, *pairs_of(stems)}]
        letters = [self._letters_of(word) for word in set(words.words)]
        return (
            np.array([place for place in seen if place is not None], dtype=np.int32),
            np.unique(np.concatenate(letters)) if letters else _NOWHERE,
        )

    def _letters_of(self, word: str) -> Places:
        """Return the places of a word's letters; kept, as words come back."""
        kept = self._letters.get(word)
        if kept is None:
            seen = {self._places.get("c" + piece) for piece in letters_of(word)}
            kept = np.array([place for place in seen if place is not None], dtype=np.int32)
            if len(self._letters) > MOST_KEPT:
                self._letters.clear()
            self._letters[word] = kept
        return kept

    def save(self, path: Path) -> None:
        """Write the model so that a reader sees the old one or the new one, never half."""
        kept = io.BytesIO()
        rarity = np.sqrt(self._squares)
        np.savez_compressed(
            kept,
            labels=np.array("\n".join(self.labels)),
            vocabulary=np.array("\n".join(self.vocabulary)),
            rarity=rarity.astype(np.float16),
            weights=(self._weights / rarity[:, None]).astype(np.float16),
            bias=self._bias.astype(np.float32),
            digest=np.array(self.digest),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as written:
            written.write(kept.getvalue())
        Path(written.name).chmod(0o644)
        Path(written.name).replace(path)


def read(path: Path) -> LikenessModel | None:
    """Return the model kept at `path`, None when there is none. Raises ContentError when it is broken."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            return LikenessModel(
                str(kept["labels"]).split("\n"),
                str(kept["vocabulary"]).split("\n"),
                kept["rarity"].astype(np.float32),
                kept["weights"].astype(np.float32),
                kept["bias"],
                str(kept["digest"]),
            )
    except (OSError, ValueError, KeyError, EOFError) as fault:
        raise ContentError(path.as_posix(), 1, "a broken likeness model: delete it") from fault


def train(samples: Iterable[Sample], digest: str = "") -> LikenessModel:
    """Learn from examples. Takes seconds; the same examples give the same model."""
    from sklearn.svm import LinearSVC

    samples = tuple(samples)
    features = [_features(sample) for sample in samples]
    vocabulary = _vocabulary(features)
    often = Counter(feature for each in features for block in each for feature in block)
    rarity = np.array([1.0 + math.log(len(samples) / often[word]) for word in vocabulary], dtype=np.float32)
    labels = [sample.label for sample in samples]
    if ALLOW not in labels:
        raise ContentError("examples", 1, "no example of what is allowed")
    learner = LinearSVC(C=FIRMNESS, random_state=0)
    learner.fit(_rows(features, vocabulary, rarity), labels, [sample.weight for sample in samples])
    weights = cast("Any", learner.coef_).T.astype(np.float32)
    bias = cast("Any", learner.intercept_).astype(np.float32)
    return LikenessModel(
        [str(label) for label in learner.classes_], vocabulary, rarity, weights, bias, digest
    )


def _features(sample: Sample) -> tuple[set[str], set[str]]:
    stems = tuple(map(stem, sample.words.words))
    return (
        {"w" + feature for feature in (*stems, *pairs_of(stems))},
        {"c" + piece for word in set(sample.words.words) for piece in letters_of(word)},
    )


def _vocabulary(features: Sequence[tuple[set[str], set[str]]]) -> list[str]:
    often = Counter(feature for each in features for block in each for feature in block)
    return sorted(feature for feature, times in often.items() if times >= SEEN_AT_LEAST[feature[0]])


def _rows(features: Sequence[tuple[set[str], set[str]]], vocabulary: Sequence[str], rarity: Matrix) -> Any:
    """Return the examples as a sparse matrix, one a row."""
    from scipy.sparse import csr_matrix

    places = {feature: place for place, feature in enumerate(vocabulary)}
    values: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    for row, each in enumerate(features):
        for block in each:
            here = [places[feature] for feature in sorted(block) if feature in places]
            length = math.sqrt(float((rarity[here] ** 2).sum())) or 1.0
            values += [float(rarity[place]) / length for place in here]
            columns += here
            rows += [row] * len(here)
    return csr_matrix((values, (rows, columns)), shape=(len(features), len(vocabulary)), dtype=np.float32)
