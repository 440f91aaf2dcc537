"""How a letter to one person begins, where the ask says who she is and how she is reached.

A small model asked for a letter forgets half of that. Given its own first lines it goes on from there, and
nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.policy.folding import fold
from bot.core.policy.restoring import names_a_person

_ASKS_FOR_A_TEXT = re.compile(
    r"\b(?:redige[rz]?|ecri(?:s|vez|re)|prepare[rz]?|compose[rz]?|write|draft|compose|schrijf|stel)\b"
)
_WITHIN = 60
"""Characters within which people say that a text is to be written, before any colon."""

_TO = re.compile(r"\b(?:a|to|aan) (?:(?:mme|madame|m|monsieur|mr|mrs|ms|mevrouw|meneer)\.? )?$")
"""What stands before the name of the person who is written to."""

_QUOTES = re.compile(r"[«»“”\"]")
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Heading:
    """The person's name and the lines above the greeting, both as the model sees them."""

    name: str
    lines: tuple[str, ...]


def heading(text: str, pseudonyms: Mapping[str, str]) -> Heading | None:
    """Return the heading of the letter that `text` asks for, None when it asks for something else.

    `text` quotes nothing, asks for a text to be written to a person, and says how she is reached. Where it names
    others too, hers is what stands between her name and the next.
    """
    if _QUOTES.search(text) or not _ASKS_FOR_A_TEXT.search(fold(text[:_WITHIN].partition(":")[0])):
        return None
    places = sorted(
        ((text.find(one), one) for one in pseudonyms if one in text), key=lambda placed: placed[0]
    )
    names = _names(places)
    if not names or len(places) < len(pseudonyms):
        return None
    start, name = names[0]
    if len(names) > 1 and not _TO.search(fold(text[:start])):
        return None
    end = names[1][0] if len(names) > 1 else len(text)
    hers = tuple(one for place, one in places if start < place < end) if len(names) > 1 else _others(places)
    return Heading(name, (name, *hers)) if 0 < len(hers) < _MOST_LINES else None


def _names(places: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return names where they first stand; a shorter form of a name that came before is no other person."""
    names: list[tuple[int, str]] = []
    for place, one in sorted(places, key=lambda placed: (placed[0], -len(placed[1]))):
        if names_a_person(one) and (not names or place >= names[-1][0] + len(names[-1][1])):
            names.append((place, one))
    return names


def _others(places: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(one for _, one in places if not names_a_person(one))
