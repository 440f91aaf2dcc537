"""The rules language's conditions, from text to values. `docs/policy-language.md` explains it to people.

@demission ~6 @benevole        terms of two lists within 6 words of one another
voler~, detourner~ >4 @argent   terms written on the spot, followed by a list's within 4 words
@juge & @mineur                 both anywhere in the text
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import re2

from bot.core.policy.conditions import Combined, Condition, Listed, Near, Pattern
from bot.core.policy.lexicon import steps

FARTHEST = 60
"""Words that nearness may span."""

_OPERATOR = re.compile(r"\s+(~\d+|>\d+|&)\s+")
_LIST_NAME = re.compile(r"[a-z][a-z0-9_-]*")


class Lists:
    """The word lists known so far, and those that conditions write on the spot."""

    def __init__(self, named: dict[str, tuple[str, ...]]) -> None:
        self.all = dict(named)

    def operand(self, text: str) -> str:
        """Return the name of the list that `text` stands for. Raises ValueError with what was expected."""
        if text.startswith("@"):
            name = text[1:]
            if name not in self.all:
                raise ValueError(f"no word list « {name} » in words/")
            return name
        terms = tuple(term.strip() for term in text.split(",") if term.strip())
        if not terms:
            raise ValueError("expected a term or a list such as @personne")
        for term in terms:
            steps(term)
        name = "=" + ", ".join(terms)
        self.all[name] = terms
        return name


def condition(text: str, lists: Lists) -> Condition:
    """Read one line of condition. Raises ValueError with what was expected."""
    parts = _OPERATOR.split(text.strip())
    names = [lists.operand(part.strip()) for part in parts[::2]]
    operators = parts[1::2]
    if not operators:
        return Listed(names[0])
    if all(operator == "&" for operator in operators):
        return Combined(every=tuple(Listed(name) for name in names))
    signs = {operator[0] for operator in operators}
    reach = max(int(operator[1:]) for operator in operators if operator != "&") if "&" not in signs else 0
    if len(signs) > 1:
        raise ValueError("one kind of sign a line: ~ or > or &; use « all: » to combine")
    if not 1 <= reach <= FARTHEST:
        raise ValueError(f"nearness is from 1 to {FARTHEST} words")
    return Near(tuple(names), reach, ordered=signs == {">"})


def pattern(expression: str) -> Pattern:
    """Compile a regular expression in RE2. Raises ValueError when it is none."""
    return Pattern(expression, compiled(expression))


def compiled(expression: str) -> Callable[[str], Any]:
    """Return the search of an expression that runs in linear time."""
    options = re2.Options()
    options.log_errors = False
    try:
        search: Callable[[str], Any] = re2.compile(expression, options).search
    except re2.error as fault:
        raise ValueError(f"not a regular expression (RE2): {expression}") from fault
    return search


def list_name(name: str) -> str:
    """Return `name` when it may name a word list. Raises ValueError otherwise."""
    if not _LIST_NAME.fullmatch(name):
        raise ValueError("expected small letters without accents, figures and hyphens")
    return name


def terms(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the terms once each was read. Raises ValueError with what was expected."""
    found = tuple(texts)
    for term in found:
        steps(term)
    return found
