"""The likeness model: trained from examples in seconds by scikit-learn, read and applied with numpy alone.

A text is the sum of three blocks (words, letters within words, word lists), each of unit length. The model is
one linear layer and a softmax: `why` can therefore name the words that weighed most.
"""

from __future__ import annotations

import io
import math
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bot.core.policy.folding import Words
from bot.core.policy.lexicon import Marks
from bot.core.policy.likeness import ALLOW, letters_of, lists_of, pairs_of
from bot.errors import ContentError

WEIGHT_OF_BLOCK = {"w": 1.0, "c": 1.2, "l": 0.4}
SEEN_AT_LEAST = {"w": 2, "c": 3, "l": 2}
SOBRIETY = 600.0
"""Added to a block's squared length, so that a text of few known words stays near what most texts are."""

FIRMNESS = 10.0
"""Inverse of the regularisation; chosen by cross-validation on the development texts."""

MOST_TURNS = 120

Matrix = NDArray[np.float32]
Places = NDArray[np.int32]

_NOWHERE: Places = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as the model reads it, and the class it belongs to."""

    words: Words
    marks: Marks
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
        self._letters: dict[str, Places] = {}

    def scores(self, words: Words, marks: Marks) -> Mapping[str, float]:
        """Return how like each class the text is; the numbers sum to 1."""
        logits = self._bias.copy()
        for block, places in self._blocks(words, marks):
            if len(places):
                length = math.sqrt(float(self._squares[places].sum()) + SOBRIETY)
                logits += self._weights[places].sum(axis=0) * (WEIGHT_OF_BLOCK[block] / length)
        odds = np.exp(logits - logits.max())
        return dict(zip(self.labels, (odds / odds.sum()).tolist(), strict=True))

    def why(self, words: Words, marks: Marks, label: str, most: int = 8) -> tuple[tuple[str, float], ...]:
        """Return the features that weighed most for `label`, the heaviest first."""
        column = self.labels.index(label)
        found: dict[str, float] = {}
        for block, places in self._blocks(words, marks):
            length = math.sqrt(float(self._squares[places].sum()) + SOBRIETY)
            for place in places:
                weight = float(self._weights[place, column]) * WEIGHT_OF_BLOCK[block] / length
                found[self.vocabulary[place]] = weight
        return tuple(sorted(found.items(), key=lambda each: -each[1])[:most])

    def _blocks(self, words: Words, marks: Marks) -> Iterator[tuple[str, Places]]:
        known = self._places
        seen = [known.get("w " + word) for word in set(words.words)]
        seen += [known.get("w " + pair) for pair in set(pairs_of(words))]
        yield "w", np.array([place for place in seen if place is not None], dtype=np.int32)
        letters = [self._letters_of(word) for word in set(words.words)]
        yield "c", np.unique(np.concatenate(letters)) if letters else _NOWHERE
        lists = (known.get("l " + name) for name in lists_of(marks))
        yield "l", np.array([place for place in lists if place is not None], dtype=np.int32)

    def _letters_of(self, word: str) -> Places:
        """Return the places of a word's letters; kept, as words come back."""
        kept = self._letters.get(word)
        if kept is None:
            seen = {self._places.get("c " + piece) for piece in letters_of(word)}
            kept = np.array([place for place in seen if place is not None], dtype=np.int32)
            if len(self._letters) > 20_000:
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
        os.replace(written.name, path)


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
        raise ContentError(path.as_posix(), 1, "a broken likeness model: delete it, it is trained anew") from fault


def train(samples: Iterable[Sample], digest: str = "") -> LikenessModel:
    """Learn from examples. Takes seconds; the same examples give the same model."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415  half a second to import, only to learn
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  the same

    samples = tuple(samples)
    features = [_features(sample) for sample in samples]
    vocabulary = _vocabulary(features)
    places = {feature: place for place, feature in enumerate(vocabulary)}
    often = Counter(feature for each in features for block in each.values() for feature in block)
    rarity = np.array([1.0 + math.log(len(samples) / often[word]) for word in vocabulary], dtype=np.float32)
    rows = csr_matrix(_triples(features, places, rarity), shape=(len(samples), len(vocabulary)), dtype=np.float32)
    learner = LogisticRegression(C=FIRMNESS, max_iter=MOST_TURNS, tol=1e-2)
    learner.fit(rows, [sample.label for sample in samples], [sample.weight for sample in samples])
    labels = [str(label) for label in learner.classes_]
    if ALLOW not in labels:
        raise ContentError("examples", 1, "no example of what is allowed")
    weights = cast("Any", learner.coef_).T.astype(np.float32)
    return LikenessModel(labels, vocabulary, rarity, weights, learner.intercept_.astype(np.float32), digest)


def _features(sample: Sample) -> dict[str, set[str]]:
    words = sample.words
    return {
        "w": {"w " + word for word in words.words} | {"w " + pair for pair in pairs_of(words)},
        "c": {"c " + piece for word in set(words.words) for piece in letters_of(word)},
        "l": {"l " + name for name in lists_of(sample.marks)},
    }


def _vocabulary(features: Sequence[Mapping[str, set[str]]]) -> list[str]:
    chosen: list[str] = []
    for block, least in SEEN_AT_LEAST.items():
        often = Counter(feature for each in features for feature in each[block])
        chosen += sorted(feature for feature, times in often.items() if times >= least and "\n" not in feature)
    return chosen


def _triples(
    features: Sequence[Mapping[str, set[str]]], places: Mapping[str, int], rarity: Matrix
) -> tuple[list[float], tuple[list[int], list[int]]]:
    values: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    for row, each in enumerate(features):
        for block, found in each.items():
            here = [places[feature] for feature in found if feature in places]
            length = math.sqrt(float((rarity[here] ** 2).sum()) + SOBRIETY)
            values += [float(rarity[place]) * WEIGHT_OF_BLOCK[block] / length for place in here]
            columns += here
            rows += [row] * len(here)
    return values, (rows, columns)
