"""Word lists and where a text meets them.

A term is written as people write it, with three signs:
`licencier~` stands for every inflection, `suicid*` for every word that begins so, and `mettre~ … ordre`
leaves up to three words between. Several words must follow one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.policy.folding import Words, words_of
from bot.core.policy.inflection import forms

GAP = 3
"""Words that « … » may stand for, at most."""

SHORTEST_PREFIX = 3

MOST_KEPT = 20_000
"""Words whose lists are kept in memory."""

Span = tuple[int, int]
"""First word and the one after the last."""

Marks = Mapping[str, Sequence[Span]]
"""Where each list's terms stand in a text."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What the next word of a phrase may be; `gap` words may come before it."""

    exact: frozenset[str]
    prefix: str
    gap: int

    def fits(self, word: str) -> bool:
        return word in self.exact or (self.prefix != "" and word.startswith(self.prefix))


_Phrases = dict[str, list[tuple[str, tuple[_Step, ...]]]]
"""Phrases that begin alike, by their second word."""


class Lexicon:
    """All word lists of a policy, ready to be looked up word by word."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._single: dict[str, list[str]] = {}
        self._prefixes: dict[str, list[str]] = {}
        self._phrases: dict[str, _Phrases] = {}
        self._phrase_prefixes: dict[str, _Phrases] = {}
        for name, terms in lists.items():
            for term in terms:
                self._add(name, steps(term))
        lengths = {len(prefix) for prefix in (*self._prefixes, *self._phrase_prefixes)}
        self._lengths = tuple(sorted(lengths))
        self._known: dict[str, tuple[list[str], list[_Phrases]]] = {}

    def _add(self, name: str, path: tuple[_Step, ...]) -> None:
        first, rest = path[0], path[1:]
        for word in first.exact:
            if rest:
                self._add_phrase(self._phrases.setdefault(word, {}), name, rest)
            else:
                self._single.setdefault(word, []).append(name)
        if first.prefix and rest:
            self._add_phrase(self._phrase_prefixes.setdefault(first.prefix, {}), name, rest)
        elif first.prefix:
            self._prefixes.setdefault(first.prefix, []).append(name)

    @staticmethod
    def _add_phrase(phrases: _Phrases, name: str, rest: tuple[_Step, ...]) -> None:
        """Keep a phrase under the words that must follow at once, or under "" when they may vary."""
        certain = rest[0].exact if not rest[0].gap and not rest[0].prefix else frozenset(("",))
        for word in certain:
            phrases.setdefault(word, []).append((name, rest))

    def marks(self, text: Words) -> dict[str, list[Span]]:
        """Return where each list stands in `text`, in order."""
        found: dict[str, list[Span]] = {}
        words = text.words
        for at, word in enumerate(words):
            names, indexes = self._beginning(word)
            for name in names:
                found.setdefault(name, []).append((at, at + 1))
            following = words[at + 1] if at + 1 < len(words) else ""
            for phrases in indexes:
                for name, rest in (*phrases.get(following, ()), *(phrases.get("", ()) if following else ())):
                    end = _end(words, at + 1, rest)
                    if end:
                        found.setdefault(name, []).append((at, end))
        return found

    def _beginning(self, word: str) -> tuple[list[str], list[_Phrases]]:
        """Return the lists that hold `word` and the phrases it may begin; kept, as words come back."""
        known = self._known.get(word)
        if known is not None:
            return known
        names = list(self._single.get(word, ()))
        indexes = [self._phrases[word]] if word in self._phrases else []
        for length in self._lengths:
            if length > len(word):
                break
            names += self._prefixes.get(word[:length], ())
            if word[:length] in self._phrase_prefixes:
                indexes.append(self._phrase_prefixes[word[:length]])
        if len(self._known) > MOST_KEPT:
            self._known.clear()
        self._known[word] = list(dict.fromkeys(names)), indexes
        return self._known[word]


def _end(words: Sequence[str], at: int, path: tuple[_Step, ...]) -> int:
    """Return the word after the phrase, 0 when it does not stand here."""
    for step in path:
        for place in range(at, min(at + step.gap + 1, len(words))):
            if step.fits(words[place]):
                at = place + 1
                break
        else:
            return 0
    return at


def steps(term: str) -> tuple[_Step, ...]:
    """Read a term. Raises ValueError with what was expected."""
    path: list[_Step] = []
    gap = 0
    for piece in term.replace("...", "…").replace("…", " … ").split():
        if piece == "…":
            gap = GAP
            continue
        for step in _pieces(piece, term):
            path.append(_Step(step.exact, step.prefix, gap))
            gap = 0
    if not path:
        raise ValueError(f"« {term} » holds no word")
    return tuple(path)


def _pieces(piece: str, term: str) -> Iterable[_Step]:
    sign = piece[-1] if piece[-1] in "~*" else ""
    words = words_of(piece.rstrip("~*")).words
    if not words:
        raise ValueError(f"« {term} »: « {piece} » holds no word")
    for word in words[:-1]:
        yield _Step(frozenset((word,)), "", 0)
    last = words[-1]
    if sign == "*" and len(last) < SHORTEST_PREFIX:
        raise ValueError(f"« {term} »: at least {SHORTEST_PREFIX} letters before « * »")
    if sign == "*":
        yield _Step(frozenset(), last, 0)
    else:
        yield _Step(forms(last) if sign == "~" else frozenset((last,)), "", 0)
