"""Names of private persons: a gazetteer, the words around, and a linear model that weighs them.

Only words that may be a name are looked at closely. The model says of each how likely it is part of a name;
`raising` lifts what the rest of the text shows to be one, `stretches` joins neighbours; public figures are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp
from typing import Any

from bot.core.policy.detectors.cues import HONORIFICS, PLACES_TOO, ROYAL, STOPS
from bot.core.policy.detectors.figures import Figures, figures_in
from bot.core.policy.detectors.observations import at_or_outside, groups
from bot.core.policy.detectors.raising import across, raised
from bot.core.policy.detectors.stretches import ending, stretches
from bot.core.policy.detectors.tokens import Gazetteer, Reader, Token, lower_text
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_COUNTED = frozenset({"un", "une", "des"})
"""Before a capital they make it a thing: « une Mercedes »."""
_INTRODUCED = frozenset({"title", "role", "greet", "."})
_LETTERS = 6
"""Fewer letters, all capitals, in a text that is not: an office or an abbreviation."""
_KEPT = 20_000
"""Groups of observations whose weight is remembered."""


@dataclass(frozen=True, slots=True)
class NameModel:
    """What the gazetteer knows, and the weight of each observation."""

    gazetteer: Gazetteer
    weights: Mapping[str, float]
    figures: Figures = field(default_factory=dict)
    threshold: float = 0.45


@dataclass(slots=True)
class Names:
    """Finds names of private persons."""

    model: NameModel
    _reader: Reader = field(init=False)
    _weigh: Callable[[tuple[Any, ...]], float] = field(init=False)

    def __post_init__(self) -> None:
        self._reader = Reader(self.model.gazetteer)
        weights = self.model.weights
        self._weigh = lru_cache(_KEPT)(
            lambda group: sum(weights.get(feature, 0.0) for feature in group[0](*group[1:]))
        )

    def __call__(self, normalised: Normalised) -> Iterator[Finding]:
        """Find names; the detector's name ends in « .f » or « .m » when the given name tells."""
        tokens = self._reader.read(normalised.text)
        scores = self._scores(tokens)
        for first, last in stretches(tokens, scores, self.model.threshold):
            if _is_royal(tokens, first, last) or _is_thing(tokens, first, last):
                continue
            start, end = normalised.span(
                tokens[first].start, ending(tokens, first, last - 1, normalised.text)
            )
            sure = max(scores[at] for at in range(first, last))
            yield Finding(start, end, Label.PERSON, round(sure, 3), f"names{_gender(tokens[first:last])}")

    def _scores(self, tokens: Sequence[Token]) -> list[float]:
        """Return for each token how likely it is part of a name."""
        strange, small = is_strange(tokens), lower_text(tokens)
        mixed = small == "A" and any(token.shape == "A" for token in tokens)
        places = [
            at
            for at, token in enumerate(tokens)
            if token.candidate
            and (
                token.shape != "a"
                or not (
                    (strange and token.known[0] < "2")
                    or (mixed and _hardly(token) and tokens[at - 1].kind not in _INTRODUCED)
                )
            )
        ]
        scores = [0.0] * len(tokens)
        for at in places:
            total = sum(map(self._weigh, groups(tokens, at, small)))
            scores[at] = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
        raised(tokens, scores, places)
        for first, last in figures_in(tokens, self.model.figures):
            scores[first:last] = [0.0] * (last - first)
        return scores


def _hardly(token: Token) -> bool:
    """Return whether a word in lower case, among others with capitals, is hardly a name."""
    known = token.known
    return known[0] < "2" and (known[2] < "2" or known[3] > "0")


def is_strange(tokens: Sequence[Token]) -> bool:
    """Return whether most words are in no list: another language, or a text that was scrambled."""
    small = [token for token in tokens if token.shape == "a" and len(token.word) > 1]
    unknown = sum(token.known[3] == "0" and token.known[0] < "2" for token in small)
    return len(small) > 4 and unknown * 2 > len(small)


def _is_royal(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Return whether a title makes it a monarch's, a saint's or a storm's name: « tempête Ciarán »."""
    if tokens[first].word in ROYAL and tokens[first].shape == "A" and last - first > 1:
        return True
    previous = at_or_outside(tokens, first - 1)
    return previous.word in ROYAL and last - first == 1 and tokens[first].start - previous.end == 1


def _is_thing(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Return whether one word names a town, a country, a brand or an office, and hardly a person here."""
    token, previous = tokens[first], at_or_outside(tokens, first - 1)
    if last - first > 1 or previous.word in HONORIFICS or previous.kind == "role":
        return False
    if previous.word in _COUNTED and token.shape == "A":
        return True
    known = token.known
    letters = token.shape == "AA" and len(token.word) < _LETTERS and max(known[0], known[2]) < "2"
    if letters and lower_text(tokens) != "AA":
        return True
    if known[0] < "2" and ((known[4] == "1" and known[2] < "3") or (known[4] == "2" and known[2] < "2")):
        return True
    twofold = token.word in PLACES_TOO or (known[4] != "0" and known[0] < "3")
    return twofold and any(_is_elsewhere(tokens, first, step) for step in (-1, 1))


def _is_elsewhere(tokens: Sequence[Token], at: int, step: int) -> bool:
    """Return whether the next of a list, or the word before, is a place: « Florence ou Sienne », « sortie Louise »."""
    other = across(tokens, at, step)
    if other is None:
        return step < 0 and any(token.word in STOPS for token in tokens[max(0, at - 3) : at])
    word, known = tokens[other].word, tokens[other].known
    if tokens[other].shape == "a" and tokens[at].shape != "a":
        return False
    return word in PLACES_TOO or word.startswith("saint") or (known[4] != "0" and known[0] < "2")


def _gender(tokens: Sequence[Token]) -> str:
    """Return « .f » or « .m » when the given name is one gender's."""
    for token in tokens:
        if token.known[0] > "1" and token.known[1] != "0":
            return ".f" if token.known[1] == "1" else ".m"
    return ""
