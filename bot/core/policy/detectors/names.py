"""Names of private persons: a gazetteer, the words around, and a linear model that weighs them.

Only words that may be a name are looked at closely. The model says of each how likely it is part of a name;
neighbours that are likely join, with particles between them; public figures are left out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from bot.core.policy.detectors.cues import (
    FIGURE_FAMILIES,
    FIGURE_ROLES,
    FIGURES,
    GREETINGS,
    INSTITUTIONS,
    PARTICLES,
    ROLES,
    STRONG_PARTICLES,
    TITLES,
)
from bot.core.policy.detectors.tokens import UNKNOWN, Gazetteer, Token, tokens_of
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_OUTSIDE = Token("", 0, 0, "", "^", UNKNOWN)
_ENDS = frozenset({"\n", ".", "!", "?", "^", "•", "-", "*", "–", ":", '"', "«", "»", "(", "|", ">", "“", "#"})


@dataclass(frozen=True, slots=True)
class NameModel:
    """What the gazetteer knows, and the weight of each observation."""

    gazetteer: Gazetteer
    weights: Mapping[str, float]
    threshold: float = 0.5


@dataclass(slots=True)
class Names:
    """Finds names of private persons."""

    model: NameModel
    _cut: float = field(init=False)

    def __post_init__(self) -> None:
        self._cut = self.model.threshold

    def __call__(self, normalised: Normalised) -> Iterator[Finding]:
        """Find names; the detector's name ends in « .f » or « .m » when the given name tells."""
        tokens = tokens_of(normalised.text, self.model.gazetteer)
        scores = self._scores(tokens)
        for first, last in _stretches(tokens, scores, self._cut):
            first, last = _trimmed(tokens, scores, first, last)
            if first >= last or is_figure(tokens, first, last):
                continue
            start, end = normalised.span(tokens[first].start, _end(tokens, last - 1, normalised.text))
            sure = max(scores[at] for at in range(first, last))
            yield Finding(start, end, Label.PERSON, round(sure, 3), f"names{_gender(tokens[first:last])}")

    def _scores(self, tokens: Sequence[Token]) -> list[float]:
        """Return for each token how likely it is part of a name."""
        weights = self.model.weights
        places = [at for at, token in enumerate(tokens) if is_candidate(token)]
        scores = [0.0] * len(tokens)
        if not places:
            return scores
        small = lower_text(tokens)
        for at in places:
            total = sum(weights.get(feature, 0.0) for feature in features(tokens, at, small))
            scores[at] = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
        _repeat(tokens, scores, places)
        return scores


def is_candidate(token: Token) -> bool:
    """Return whether a token may be a name at all."""
    shape, known = token.shape, token.known
    if shape == "a":
        if known[3] >= "4" or len(token.word) < 2:
            return False
        return known[0] > "0" or known[2] > "0" or known[3] == "0"
    return shape in {"A", "AA", "I", "aA"} and token.word not in TITLES


def lower_text(tokens: Sequence[Token]) -> str:
    """Return how the text is typed: « a » without capitals, « AA » in capitals, « A » otherwise."""
    words = [token.shape for token in tokens if token.shape in {"a", "A", "AA"}]
    if not any(shape != "a" for shape in words):
        return "a"
    return "AA" if words.count("AA") * 2 > len(words) else "A"


def features(tokens: Sequence[Token], at: int, small: str) -> list[str]:
    """Return what is observed of a token: itself, its neighbours, the cues before it."""
    token = tokens[at]
    before, before2 = _at(tokens, at - 1), _at(tokens, at - 2)
    after, after2 = _at(tokens, at + 1), _at(tokens, at + 2)
    opens = before.shape in _ENDS
    own = (
        f"{token.shape}{'^' if opens else ''}{token.known[0]}{token.known[2]}{token.known[3]}{token.known[4]}"
    )
    plain = f"{token.shape}{token.known[0]}{token.known[2]}{token.known[3]}"
    left, right = _kind(before), _kind(after)
    cue = _cue(tokens, at)
    seen = [
        "bias",
        "o " + own,
        f"s {token.shape} {small} {opens}",
        f"k {small} {plain}",
        "l " + left,
        "r " + right,
        "l2 " + _kind(before2),
        "r2 " + _kind(after2),
        f"ol {plain} {left}",
        f"or {plain} {right}",
        f"lr {left} {right}",
        "c " + cue,
        f"co {cue} {plain}",
        "wl " + _name(before),
        "wr " + _name(after),
        f"wl2 {_name(before2)} {_name(before)}",
        f"wr2 {_name(after)} {_name(after2)}",
        f"wls {_name(before)} {token.shape}{token.known[0]}",
    ]
    if token.known[3] == "0":
        seen += [f"e {token.word[-3:]}", f"e2 {token.word[-2:]}", f"b {token.word[:2]}"]
    if token.known[3] >= "1":
        seen.append("w " + token.word)
    return seen


def _at(tokens: Sequence[Token], at: int) -> Token:
    return tokens[at] if 0 <= at < len(tokens) else _OUTSIDE


def _kind(token: Token) -> str:
    """Return a neighbour's kind: its cue, or its shape with what the gazetteer knows."""
    if token.shape not in {"a", "A", "AA", "I", "aA"}:
        return token.shape
    word = token.word
    if word in TITLES:
        return "title"
    if word in INSTITUTIONS:
        return "inst"
    if word in ROLES:
        return "role"
    if word in GREETINGS:
        return "greet"
    if word in PARTICLES:
        return "part"
    known = token.known
    if known[3] == "4":
        return "func"
    return f"{token.shape}{min(known[0], '2')}{min(known[2], '2')}{min(known[3], '2')}"


def _name(token: Token) -> str:
    """Return an ordinary word itself, anything else as its shape."""
    return token.word if token.known[3] >= "2" or token.word in TITLES else token.shape


def _cue(tokens: Sequence[Token], at: int) -> str:
    """Return the nearest word before that says what a name would be: a title, a role, a street, a school."""
    joined = True
    for back in range(at - 1, max(-1, at - 5), -1):
        token = tokens[back]
        if token.shape in {"\n", ".", "!", "?", ";"}:
            return "none"
        word = token.word
        if word in INSTITUTIONS:
            return "inst" if joined else "inst-far"
        if word in TITLES:
            return "title" if joined else "title-far"
        if word in FIGURE_ROLES:
            return "figure" if joined else "figure-far"
        if word in ROLES:
            return "role" if joined else "role-far"
        joined = joined and (word in PARTICLES or token.shape != "a" or token.known[0] > "1")
    return "none"


def _repeat(tokens: Sequence[Token], scores: list[float], places: Sequence[int]) -> None:
    """Raise what the text elsewhere shows to be a name: « Lambert » once « Sophie Lambert » was seen."""
    sure: dict[str, float] = {}
    for at in places:
        token = tokens[at]
        if scores[at] > 0.8 and token.known[3] < "2" and len(token.word) > 2:
            sure[token.word] = max(sure.get(token.word, 0.0), scores[at])
    for at in places:
        if scores[at] < 0.5 and tokens[at].word in sure and _kind(_at(tokens, at - 1)) != "inst":
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
        yield _with_particles(tokens, scores, at), last + 1
        at = last + 1


def _next(tokens: Sequence[Token], scores: Sequence[float], at: int, cut: float) -> int | None:
    """Return the next token of the same name, over a point after an initial or over particles."""
    step = at + 1
    if step < len(tokens) and tokens[step].text == "." and len(tokens[at].word) == 1:
        step += 1
    particles = 0
    while step < len(tokens) and tokens[step].word in PARTICLES and particles < 3 and scores[step] < cut:
        step += 1
        particles += 1
    if step >= len(tokens) or scores[step] < cut or "\n" in {token.text for token in tokens[at:step]}:
        return None
    gap = tokens[step].start - tokens[step - 1].end
    return step if gap < 3 and tokens[at + 1].start - tokens[at].end < 3 else None


def _with_particles(tokens: Sequence[Token], scores: Sequence[float], first: int) -> int:
    """Return where a name begins with its particles: « Van den » Broeck, after a title « de » Smet too."""
    start = first
    while start > 0 and tokens[start - 1].word in PARTICLES and tokens[start - 1].shape not in {"'", "\n"}:
        particle = tokens[start - 1]
        strong = particle.word in STRONG_PARTICLES or particle.shape == "A"
        if not strong or particle.text.endswith("'"):
            break
        start -= 1
    if (
        start < first
        and tokens[start].word in {"de", "du", "des", "la", "le", "in"}
        and _opens(tokens, start)
    ):
        return first
    return start


def _opens(tokens: Sequence[Token], at: int) -> bool:
    return _at(tokens, at - 1).shape in _ENDS


def _trimmed(tokens: Sequence[Token], scores: Sequence[float], first: int, last: int) -> tuple[int, int]:
    """Leave titles out, and a name made of one letter that nothing announces."""
    while first < last and tokens[first].word in TITLES and tokens[first].shape != "I":
        first += 1
    if (
        last - first == 1
        and tokens[first].shape == "I"
        and _kind(_at(tokens, first - 1)) not in {"title", "role", "."}
    ):
        return first, first
    return first, last


def _end(tokens: Sequence[Token], last: int, text: str) -> int:
    """Return where the last token ends; an initial's point belongs to it."""
    end = tokens[last].end
    return end + 1 if tokens[last].shape == "I" and text[end : end + 1] == "." else end


def is_figure(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Return whether a name is a public figure's."""
    words = [token.word for token in tokens[first:last] if token.shape != "."]
    name = " ".join(words).replace("' ", "'")
    if name in FIGURES or " ".join([_at(tokens, first - 1).word, name]) in FIGURES:
        return True
    return words[-1] in FIGURE_FAMILIES and (len(words) == 1 or " ".join(words) in FIGURES)


def _gender(tokens: Sequence[Token]) -> str:
    """Return « .f » or « .m » when the given name is one gender's."""
    for token in tokens:
        if token.known[0] > "1" and token.known[1] != "0":
            return ".f" if token.known[1] == "1" else ".m"
    return ""
