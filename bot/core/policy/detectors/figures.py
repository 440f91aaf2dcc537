"""Public figures: names that anybody may read, told from private persons who share a part of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.policy.detectors.cues import FIGURE_FAMILIES, HONORIFICS, WORKS
from bot.core.policy.detectors.observations import at_or_outside
from bot.core.policy.detectors.tokens import Token, lower_text

Figures = Mapping[str, Sequence[tuple[str, ...]]]
"""Names of figures by their first word; of one with an apostrophe also by what stands before it."""
_NEAR = 4
"""Tokens within which another figure, or a work of art, vouches for a name that is common."""
_CAPITALS = frozenset({"A", "AA", "I"})
_MANY = 3
"""So many common names that figures bear too, and nothing else, are a list of figures."""


def by_first_word(names: Iterable[str]) -> Figures:
    """Group names by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        parts = tuple(name.replace("'", " ").split())
        first = name.split()[0]
        for word in {first, first.partition("'")[0] + "'"} if "'" in first else {first}:
            found.setdefault(word, []).append(parts)
    return found


def figures_in(tokens: Sequence[Token], figures: Figures) -> list[tuple[int, int]]:
    """Return the stretches of tokens that name a public figure, and later family names of those."""
    met = [one for one in _met(tokens, figures) if not _private(tokens, *one)]
    if not met:
        return []
    sure = [(first, last) for first, last in met if _sure(tokens, first, last)]
    families = [one for one in met if tokens[one[0]].known[0] < "2"]
    many = bool(sure) or len(families) >= _MANY
    near = (*sure, *families)
    kept = [one for one in met if one in sure or (many and one in families) or _vouched(tokens, one, near)]
    later = {tokens[last - 1].word for first, last in kept if last - first > 1}
    return kept + [
        (at, at + 1)
        for at, token in enumerate(tokens)
        if token.word in later and token.shape != "a" and not _private(tokens, at, at + 1)
    ]


def _met(tokens: Sequence[Token], figures: Figures) -> Iterator[tuple[int, int]]:
    """Yield names of figures that begin with a capital or stand before one; any in a text without."""
    reached, small = 0, None
    for at in [at for at, token in enumerate(tokens) if token.word in figures]:
        token = tokens[at]
        if at < reached:
            continue
        if token.shape == "a" and at_or_outside(tokens, at + 1).shape not in _CAPITALS:
            small = lower_text(tokens) if small is None else small
            if small != "a":
                continue
        reached = max(_matched(tokens, at, name) for name in figures[token.word])
        if reached:
            yield at, reached


def _matched(tokens: Sequence[Token], at: int, name: tuple[str, ...]) -> int:
    """Return the token after the name when it begins here, 0 otherwise; points of initials do not count."""
    if len(name) > 1 and at + 1 < len(tokens) and tokens[at + 1].word[:1] not in {name[1][:1], ".", "'"}:
        return 0
    place = 0
    while place < len(name):
        token = at_or_outside(tokens, at)
        at += 1
        if token.text in {".", "'"} and place:
            continue
        parts = tuple(part for part in token.word.split("'") if part)
        if not parts or name[place : place + len(parts)] != parts:
            return 0
        place += len(parts)
    return at


def _private(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Return whether more of a name stands right before or after: « Jean Bosco Habimana », « Sophie Renoir »."""
    following, previous = at_or_outside(tokens, last), at_or_outside(tokens, first - 1)
    if last - first == 1 and previous.word in HONORIFICS and tokens[first].word not in FIGURE_FAMILIES:
        return True
    after = (
        following.shape in {"A", "AA"}
        and following.start - tokens[last - 1].end == 1
        and following.candidate
        and (following.known[3] < "2" or following.known[2] > "1")
    )
    before = (
        last - first == 1
        and previous.shape in {"A", "AA"}
        and tokens[first].start - previous.end == 1
        and previous.known[0] > "1"
        and previous.known[3] < "4"
    )
    return after or before


def _sure(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Return whether nobody else is likely to bear the name."""
    known, word = tokens[first].known, tokens[first].word
    return last - first > 1 or word in FIGURE_FAMILIES or (known[0] < "2" and known[2] < "2")


def _vouched(tokens: Sequence[Token], one: tuple[int, int], sure: Sequence[tuple[int, int]]) -> bool:
    """Return whether another figure or a work stands beside a common name."""
    first, last = one
    if any(first - _NEAR <= end and start <= last + _NEAR for start, end in sure if start != first):
        return True
    return any(token.word in WORKS for token in tokens[max(0, first - _NEAR) : first])
