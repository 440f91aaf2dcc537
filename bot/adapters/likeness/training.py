"""Learning from examples with scikit-learn: about a minute, and only when examples have changed."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from bot.adapters.likeness.meanings import Matrix, Meanings
from bot.adapters.likeness.model import STRESS, LikenessModel, Linear, Network
from bot.adapters.likeness.prior import Prior
from bot.core.policy.folding import Words
from bot.core.policy.likeness import ALLOW, letters_of, pairs_of, stem
from bot.errors import ContentError

SEEN_AT_LEAST = {"word": 1, "pair": 2, "letters": 3}
"""How many examples must hold a feature for the model to know it; rarer ones cost memory and teach nothing."""

FIRMNESS = 1.0
"""Inverse of the linear reading's regularisation; chosen on the development texts, like what follows."""

NEAR_ENOUGH = 1e-2
"""When to stop looking for better weights: as good as the usual hundredth of it, in half the time."""

FEWEST = 3
"""Classes to tell apart; two would need another form of model."""

HIDDEN = 128
"""Units of the network."""

MEMBERS = 2
"""Networks whose mean is taken: one alone owes a point of recall to the luck of its first weights."""

ROUNDS = 12
"""Times that the network sees every example."""

BATCH, PACE = 500, 2e-3
"""Examples between two corrections, and how large a correction is: as good as the usual half, in half the time."""

SPREAD = 5.0
"""Factor that brings gists to the size at which the network learns well."""

Features = tuple[set[str], set[str]]
"""The words and pairs of a text, and the letters within its words."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text as the model reads it, and the class it belongs to."""

    words: Words
    label: str
    weight: float = 1.0


def train(samples: Iterable[Sample], prior: Prior, digest: str = "") -> LikenessModel:
    """Learn from examples; the same examples give the same model. Raises ContentError without any allowed."""
    samples = tuple(samples)
    labels = {sample.label for sample in samples}
    if ALLOW not in labels:
        raise ContentError("examples", 1, "no example of what is allowed")
    if len(labels) < FEWEST:
        raise ContentError("examples", 1, "examples of at least two categories, beside what is allowed")
    from sklearn.exceptions import ConvergenceWarning  # a second, for those who train
    from threadpoolctl import threadpool_limits

    letters = cache(_letters)  # words come back; forgotten with the training
    features = [_features(sample.words, letters) for sample in samples]
    vocabulary, rarity = _vocabulary(features)
    gists = _gists(samples, vocabulary, rarity, prior.meanings)
    # Two learners beside one another, one thread each: threads of one product wait for each other.
    with (
        warnings.catch_warnings(),
        threadpool_limits(1, "blas"),
        ThreadPoolExecutor(1) as beside,
    ):
        warnings.simplefilter("ignore", ConvergenceWarning)  # the members are stopped early on purpose
        network = beside.submit(_network, samples, gists)
        ordered, linear = _linear(samples, features, vocabulary, rarity)
        return LikenessModel(ordered, linear, network.result(), prior, digest)


def _vocabulary(features: Sequence[Features]) -> tuple[list[str], Matrix]:
    """Return the features that enough examples hold, and how rare each is."""
    often = Counter(chain.from_iterable(chain.from_iterable(features)))
    vocabulary = sorted(feature for feature, times in often.items() if times >= SEEN_AT_LEAST[_kind(feature)])
    rarity = [1.0 + math.log(len(features) / often[feature]) for feature in vocabulary]
    return vocabulary, np.array(rarity, dtype=np.float32)


def _linear(
    samples: Sequence[Sample], features: Sequence[Features], vocabulary: list[str], rarity: Matrix
) -> tuple[list[str], Linear]:
    from sklearn.svm import LinearSVC

    learner: Any = LinearSVC(C=FIRMNESS, tol=NEAR_ENOUGH, random_state=0)
    learner.fit(
        _rows(features, vocabulary, rarity),
        [sample.label for sample in samples],
        [sample.weight for sample in samples],
    )
    weights, bias = learner.coef_.T.astype(np.float32), learner.intercept_.astype(np.float32)
    return [str(label) for label in learner.classes_], Linear(vocabulary, rarity, weights, bias)


def _network(samples: Sequence[Sample], gists: Matrix) -> Network:
    from sklearn.neural_network import MLPClassifier

    centre: Matrix = gists.mean(axis=0)
    inputs = (gists - centre) * SPREAD
    labels = [sample.label for sample in samples]
    weights = np.array([sample.weight for sample in samples], dtype=np.float32)
    members: list[Any] = [
        MLPClassifier(
            (HIDDEN,),
            alpha=1e-3,
            batch_size=min(BATCH, len(samples)),
            learning_rate_init=PACE,
            max_iter=ROUNDS,
            random_state=seed,
        ).fit(inputs, labels, weights)
        for seed in range(MEMBERS)
    ]
    # side by side, networks of one hidden layer are one network whose answer is their mean
    return Network(
        centre,
        np.concatenate([each.coefs_[0] * SPREAD for each in members], axis=1).astype(np.float32),
        np.concatenate([each.intercepts_[0] for each in members]).astype(np.float32),
        np.concatenate([each.coefs_[1] / MEMBERS for each in members]).astype(np.float32),
        np.mean([each.intercepts_[1] for each in members], axis=0).astype(np.float32),
    )


def _gists(
    samples: Sequence[Sample], vocabulary: Sequence[str], rarity: Matrix, meanings: Meanings
) -> Matrix:
    known = dict(zip(vocabulary, rarity.tolist(), strict=True))
    rarest = max(known.values(), default=1.0)

    @cache
    def look(word: str) -> tuple[int | None, float]:
        return meanings.row(word), known.get("w" + stem(word), rarest) ** STRESS

    found = []
    for sample in samples:
        looks = [(row, stress) for row, stress in map(look, sample.words.words) if row is not None]
        stresses = np.array([stress for _, stress in looks], dtype=np.float32)
        found.append(meanings.gist([row for row, _ in looks], stresses))
    return np.array(found, dtype=np.float32)


def _features(words: Words, letters: Callable[[str], tuple[str, ...]]) -> Features:
    stems = tuple(map(stem, words.words))
    return (
        {"w" + feature for feature in (*stems, *pairs_of(stems))},
        set(chain.from_iterable(map(letters, set(words.words)))),
    )


def _letters(word: str) -> tuple[str, ...]:
    return tuple("c" + piece for piece in letters_of(word))


def _kind(feature: str) -> str:
    if feature[0] == "c":
        return "letters"
    return "pair" if " " in feature else "word"


def _rows(features: Sequence[Features], vocabulary: Sequence[str], rarity: Matrix) -> Any:
    """Return the examples as a sparse matrix, one a row, each block of unit length."""
    from scipy.sparse import csr_matrix

    places = {feature: place for place, feature in enumerate(vocabulary)}
    columns: list[Any] = []
    values: list[Any] = []
    for block in chain.from_iterable(features):
        here = np.array(sorted(places[feature] for feature in block if feature in places), dtype=np.int32)
        length = math.sqrt(float((rarity[here] ** 2).sum())) or 1.0
        columns.append(here)
        values.append(rarity[here].astype(float) / length)
    ends = np.cumsum([0, *map(len, columns)])[::2]  # a row is the two blocks of a text
    kept = (np.concatenate(values), np.concatenate(columns), ends)
    return csr_matrix(kept, shape=(len(features), len(vocabulary)), dtype=np.float32)
