"""Names of private persons: a gazetteer, the words around, and a linear model that weighs them.

Only words that may be a name are looked at closely. The model says of each how likely it is part of a name;
neighbours that are likely join, with particles between them; public figures are left out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp
from typing import Any

from bot.core.policy.detectors.cues import (
    FIGURE_ROLES,
    HONORIFICS,
    PARTICLES,
    ROYAL,
    STRONG_PARTICLES,
    TITLES,
)
from bot.core.policy.detectors.figures import Figures, figures_in
from bot.core.policy.detectors.observations import ENDS, at_or_outside, groups
from bot.core.policy.detectors.tokens import Gazetteer, Reader, Token
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_KEPT = 20_000
"""Groups of observations whose weight is remembered."""


@dataclass(frozen=True, slots=True)
class NameModel:
    """What the gazetteer knows, and the weight of each observation."""

    gazetteer: Gazetteer
    weights: Mapping[str, float]
    figures: Figures = field(default_factory=dict)
    threshold: float = 0.55


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
        for stretch in _stretches(tokens, scores, self.model.threshold):
            first, last = _trimmed(tokens, *stretch)
            if first >= last or _is_royal(tokens, first, last):
                continue
            start, end = normalised.span(tokens[first].start, _end(tokens, last - 1, normalised.text))
            sure = max(scores[at] for at in range(first, last))
            yield Finding(start, end, Label.PERSON, round(sure, 3), f"names{_gender(tokens[first:last])}")

    def _scores(self, tokens: Sequence[Token]) -> list[float]:
        """Return for each token how likely it is part of a name."""
        strange = is_strange(tokens)
        places = [
            at
            for at, token in enumerate(tokens)
            if token.candidate and not (strange and token.shape == "a" and token.known[0] < "2")
        ]
        scores = [0.0] * len(tokens)
        small = lower_text(tokens)
        for at in places:
            total = sum(map(self._weigh, groups(tokens, at, small)))
            scores[at] = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
        _titled(tokens, scores)
        _pair(tokens, scores, places)
        _repeat(tokens, scores, places)
        for first, last in figures_in(tokens, self.model.figures):
            scores[first:last] = [0.0] * (last - first)
        return scores


def is_strange(tokens: Sequence[Token]) -> bool:
    """Return whether most words are in no list: another language, or a text that was scrambled."""
    small = [token for token in tokens if token.shape == "a" and len(token.word) > 1]
    unknown = sum(token.known[3] == "0" and token.known[0] < "2" for token in small)
    return len(small) > 4 and unknown * 2 > len(small)


def lower_text(tokens: Sequence[Token]) -> str:
    """Return how the text is typed: « a » without capitals, « AA » in capitals, « A » otherwise."""
    words = [token.shape for token in tokens if token.shape in {"a", "A", "AA"}]
    if not any(shape != "a" for shape in words):
        return "a"
    return "AA" if words.count("AA") * 2 > len(words) else "A"


def _titled(tokens: Sequence[Token], scores: list[float]) -> None:
    """Raise what follows « Madame » or « M. »: any capital, or in lower case a family name that is no common word."""
    for at, token in enumerate(tokens):
        if token.word not in HONORIFICS or (token.shape == "a" and len(token.word) < 3):
            continue
        place = at + 2 if at_or_outside(tokens, at + 1).text == "." else at + 1
        after = at_or_outside(tokens, place)
        if after.kind in {"role", "title", "greet", "inst", "part"} or after.word in FIGURE_ROLES:
            continue
        capital = (
            after.shape in {"A", "AA"}
            and token.shape != "AA"
            and (after.known[2] > "0" or after.known[3] < "3")
        )
        small = after.shape == "a" and after.known[2] > "1" and after.known[3] < "3"
        if capital or small:
            scores[place] = max(scores[place], 0.6)


def _pair(tokens: Sequence[Token], scores: list[float], places: Sequence[int]) -> None:
    """Raise the other half of a name: « Claire » before Fontaine, « Fontaine » after Claire."""
    for at in places:
        token, after = tokens[at], at_or_outside(tokens, at + 1)
        if not after.candidate or not (token.shape == after.shape != "a") or after.start - token.end != 1:
            continue
        if token.known[0] < "2" or after.known[2] < "2" or "2" in {token.known[4], after.known[4]}:
            continue
        best = max(scores[at], scores[at + 1])
        if best > 0.5:
            scores[at], scores[at + 1] = max(scores[at], 0.6), max(scores[at + 1], 0.6)


def _repeat(tokens: Sequence[Token], scores: list[float], places: Sequence[int]) -> None:
    """Raise what the text elsewhere shows to be a name: « Lambert » once « Sophie Lambert » was seen."""
    sure: dict[str, float] = {}
    for at in places:
        token = tokens[at]
        if scores[at] > 0.8 and token.known[3] < "2" and len(token.word) > 2:
            sure[token.word] = max(sure.get(token.word, 0.0), scores[at])
    for at in places:
        if scores[at] < 0.5 and tokens[at].word in sure and at_or_outside(tokens, at - 1).kind != "inst":
            scores[at] = 0.6


def _stretches(tokens: Sequence[Token], scores: Sequence[float], cut: float) -> Iterator[tuple[int, int]]:
    """Yield runs of likely tokens, joined by spaces, points of initials and particles."""
    at = 0
    while at < len(tokens):
        if scores[at] < cut:
            at += 1
            continue
        last = at
        while (following := _next(tokens, scores, last, cut)) is not None:
            last = following
        yield _with_particles(tokens, at), last + 1
        at = last + 1


def _next(tokens: Sequence[Token], scores: Sequence[float], at: int, cut: float) -> int | None:
    """Return the next token of the same name, over a point after an initial or over particles."""
    step = at + 1
    while step < len(tokens) and tokens[step].text in {".", "-"} and len(tokens[at].word) == 1:
        step += 1
    particles = 0
    while step < len(tokens) and tokens[step].word in PARTICLES and particles < 3 and scores[step] < cut:
        step += 1
        particles += 1
    if step >= len(tokens) or scores[step] < cut:
        return None
    near = all(tokens[one + 1].start - tokens[one].end < 3 for one in range(at, step))
    return step if near and all(token.text != "\n" for token in tokens[at:step]) else None


def _with_particles(tokens: Sequence[Token], first: int) -> int:
    """Return where a name begins with its particles and initials: « Van den » Broeck, « c. » dumont."""
    start = first
    while start > 0 and tokens[start - 1].kind == "part" and not tokens[start - 1].text.endswith("'"):
        start -= 1
    titled = start > 0 and tokens[start - 1].word in HONORIFICS
    while start < first and not titled and not _particle(tokens, start):
        start += 1
    initial = start - 2
    if (
        initial >= 0
        and tokens[start - 1].text == "."
        and len(tokens[initial].word) == 1
        and tokens[initial].word.isalpha()
    ):
        touching = (
            tokens[initial].end == tokens[start - 1].start and tokens[start].start - tokens[start - 1].end < 2
        )
        start = initial if touching and tokens[initial].kind != "title" else start
    return start


def _particle(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a particle belongs to the name: van, el; De and Le unless they open the sentence."""
    token = tokens[at]
    if token.word in STRONG_PARTICLES:
        return token.word != "e"
    return token.shape == "A" and not _opens(tokens, at)


def _opens(tokens: Sequence[Token], at: int) -> bool:
    return at_or_outside(tokens, at - 1).shape in ENDS


def _trimmed(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    """Leave titles out, particles alone, and a name made of one letter that nothing announces."""
    while first < last and tokens[first].word in TITLES and tokens[first].shape != "I":
        first += 1
    if all(token.word in PARTICLES and token.shape != "I" for token in tokens[first:last]):
        return first, first
    if (
        last - first == 1
        and tokens[first].shape == "I"
        and at_or_outside(tokens, first - 1).kind not in {"title", "role", "."}
    ):
        return first, first
    return first, last


def _end(tokens: Sequence[Token], last: int, text: str) -> int:
    """Return where the last token ends; an initial's point belongs to it."""
    end = tokens[last].end
    return end + 1 if tokens[last].shape == "I" and text[end : end + 1] == "." else end


def _is_royal(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Return whether a title makes it a monarch's, a saint's or a storm's name: « tempête Ciarán »."""
    previous = at_or_outside(tokens, first - 1)
    return previous.word in ROYAL and last - first == 1 and tokens[first].start - previous.end == 1


def _gender(tokens: Sequence[Token]) -> str:
    """Return « .f » or « .m » when the given name is one gender's."""
    for token in tokens:
        if token.known[0] > "1" and token.known[1] != "0":
            return ".f" if token.known[1] == "1" else ".m"
    return ""
