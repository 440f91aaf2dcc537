"""Learning from examples with scikit-learn: half a minute at most, and only when examples have changed."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.adapters.likeness.meanings import Matrix, Meanings
from bot.adapters.likeness.model import STRESS, LikenessModel, Linear, Network
from bot.core.policy.folding import Words
from bot.core.policy.likeness import ALLOW, letters_of, pairs_of, stem
from bot.errors import ContentError

SEEN_AT_LEAST = {"word": 1, "pair": 2, "letters": 3}
"""How many examples must hold a feature for the model to know it; rarer ones cost memory and teach nothing."""

FIRMNESS = 1.0
"""Inverse of the linear reading's regularisation; chosen on the development texts, like what follows."""

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


def train(samples: Iterable[Sample], meanings: Meanings, digest: str = "") -> LikenessModel:
    """Learn from examples; the same examples give the same model. Raises ContentError without any allowed."""
    samples = tuple(samples)
    labels = {sample.label for sample in samples}
    if ALLOW not in labels:
        raise ContentError("examples", 1, "no example of what is allowed")
    if len(labels) < FEWEST:
        raise ContentError("examples", 1, "examples of at least two categories, beside what is allowed")
    ordered, linear = _linear(samples)
    return LikenessModel(ordered, linear, _network(samples, linear, meanings), meanings, digest)


def _linear(samples: Sequence[Sample]) -> tuple[list[str], Linear]:
    from sklearn.svm import LinearSVC  # a second, for those who train

    features = [_features(sample.words) for sample in samples]
    often = Counter(feature for each in features for block in each for feature in block)
    vocabulary = sorted(feature for feature, times in often.items() if times >= SEEN_AT_LEAST[_kind(feature)])
    rarity = np.array([1.0 + math.log(len(samples) / often[word]) for word in vocabulary], dtype=np.float32)
    learner: Any = LinearSVC(C=FIRMNESS, random_state=0)
    learner.fit(
        _rows(features, vocabulary, rarity),
        [sample.label for sample in samples],
        [sample.weight for sample in samples],
    )
    weights, bias = learner.coef_.T.astype(np.float32), learner.intercept_.astype(np.float32)
    return [str(label) for label in learner.classes_], Linear(vocabulary, rarity, weights, bias)


def _network(samples: Sequence[Sample], linear: Linear, meanings: Meanings) -> Network:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    gists = _gists(samples, linear, meanings)
    centre: Matrix = gists.mean(axis=0)
    members: list[Any] = [
        MLPClassifier(
            (HIDDEN,),
            alpha=1e-3,
            batch_size=min(BATCH, len(samples)),
            learning_rate_init=PACE,
            max_iter=ROUNDS,
            random_state=seed,
        )
        for seed in range(MEMBERS)
    ]
    # on a busy machine the threads of one product wait for each other, and training takes minutes
    with warnings.catch_warnings(), threadpool_limits(1, "blas"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # they are stopped early on purpose
        for member in members:
            member.fit(
                (gists - centre) * SPREAD,
                [sample.label for sample in samples],
                np.array([sample.weight for sample in samples], dtype=np.float32),
            )
    # side by side, networks of one hidden layer are one network whose answer is their mean
    return Network(
        centre,
        np.concatenate([each.coefs_[0] * SPREAD for each in members], axis=1).astype(np.float32),
        np.concatenate([each.intercepts_[0] for each in members]).astype(np.float32),
        np.concatenate([each.coefs_[1] / MEMBERS for each in members]).astype(np.float32),
        np.mean([each.intercepts_[1] for each in members], axis=0).astype(np.float32),
    )


def _gists(samples: Sequence[Sample], linear: Linear, meanings: Meanings) -> Matrix:
    rarity = dict(zip(linear.vocabulary, linear.rarity.tolist(), strict=True))
    rarest = max(rarity.values(), default=1.0)
    found = []
    for sample in samples:
        pairs = [(word, row) for word in sample.words.words if (row := meanings.row(word)) is not None]
        rows = [row for _, row in pairs]
        stress = [rarity.get("w" + stem(word), rarest) ** STRESS for word, _ in pairs]
        found.append(meanings.gist(rows, np.array(stress, dtype=np.float32)))
    return np.array(found, dtype=np.float32)


def _features(words: Words) -> Features:
    stems = tuple(map(stem, words.words))
    return (
        {"w" + feature for feature in (*stems, *pairs_of(stems))},
        {"c" + piece for word in set(words.words) for piece in letters_of(word)},
    )


def _kind(feature: str) -> str:
    if feature[0] == "c":
        return "letters"
    return "pair" if " " in feature else "word"


def _rows(features: Sequence[Features], vocabulary: Sequence[str], rarity: Matrix) -> Any:
    """Return the examples as a sparse matrix, one a row, each block of unit length."""
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
