"""What the names detector observes of a word: itself, its neighbours, the cues before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.policy.detectors.cues import FIGURE_ROLES
from bot.core.policy.detectors.tokens import UNKNOWN, Token

_OUTSIDE = Token("", 0, 0, "", "^", UNKNOWN, "^", "^", False)
_STOPS = frozenset("\n.!?;")
ENDS = frozenset({"\n", ".", "!", "?", "^", "•", "-", "*", "–", ":", '"', "«", "»", "(", "|", ">", "“", "#"})


def features(tokens: Sequence[Token], at: int, small: str) -> list[str]:
    """Return what is observed of a token: itself, its neighbours, the cues before it."""
    return [feature for group in groups(tokens, at, small) for feature in group[0](*group[1:])]


def groups(tokens: Sequence[Token], at: int, small: str) -> tuple[tuple[Any, ...], ...]:
    """Return the observations in groups, each a function and what it observes: groups come back, sums are kept."""
    token = tokens[at]
    before, before2 = at_or_outside(tokens, at - 1), at_or_outside(tokens, at - 2)
    after, after2 = at_or_outside(tokens, at + 1), at_or_outside(tokens, at + 2)
    known, shape = token.known, token.shape
    plain = shape + known[0] + known[2] + known[3]
    return (
        (_itself, token.word, shape, known, plain, small, "^" if before.shape in ENDS else ""),
        (_sides, plain, before.kind, after.kind),
        (_further, before2.kind, after2.kind),
        (_cued, _cue(tokens, at), plain),
        (_words_before, before2.name, before.name, shape + known[0]),
        (_words_after, after.name, after2.name),
    )


def _itself(word: str, shape: str, known: str, plain: str, small: str, opens: str) -> list[str]:
    seen = ["bias", f"o {plain}{known[4]}{opens}", f"s {shape} {small} {opens}", f"k {small} {plain}"]
    if known[3] == "0":
        return [*seen, "e " + word[-3:], "e2 " + word[-2:], "b " + word[:2]]
    return [*seen, "w " + word]


def _sides(plain: str, left: str, right: str) -> list[str]:
    return ["l " + left, "r " + right, f"ol {plain} {left}", f"or {plain} {right}", f"lr {left} {right}"]


def _further(left: str, right: str) -> list[str]:
    return ["l2 " + left, "r2 " + right]


def _cued(cue: str, plain: str) -> list[str]:
    return ["c " + cue, f"co {cue} {plain}"]


def _words_before(further: str, nearer: str, plain: str) -> list[str]:
    return ["wl " + nearer, f"wl2 {further} {nearer}", f"wls {nearer} {plain}"]


def _words_after(nearer: str, further: str) -> list[str]:
    return ["wr " + nearer, f"wr2 {nearer} {further}"]


def at_or_outside(tokens: Sequence[Token], at: int) -> Token:
    """Return the token at a place, an empty one outside the text."""
    return tokens[at] if 0 <= at < len(tokens) else _OUTSIDE


def _cue(tokens: Sequence[Token], at: int) -> str:
    """Return the nearest word before that says what a name would be: a title, a role, a street, a school."""
    joined = ""
    for back in range(at - 1, max(-1, at - 5), -1):
        token = tokens[back]
        if token.shape in _STOPS:
            return "none"
        if token.kind in {"inst", "title"}:
            return token.kind + joined
        if token.word in FIGURE_ROLES:
            return "figure" + joined
        if token.kind == "role":
            return "role" + joined
        if token.kind != "part" and token.shape == "a" and token.known[0] < "2":
            joined = "-far"
    return "none"
