"""How a letter to one person begins, where the ask says who she is and how she is reached.

A small model asked for a letter forgets half of that. Given its own first lines it goes on from there, and
nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.policy.folding import fold
from bot.core.policy.restoring import names_a_person

_ASKS_FOR_A_TEXT = re.compile(
    r"\b(?:redige[rz]?|ecri(?:s|vez|re)|prepare[rz]?|compose[rz]?|write|draft|compose|schrijf|stel)\b"
)
_WITHIN = 60
"""Characters within which people say that a text is to be written, before any colon."""

_QUOTES = re.compile(r"[«»“”\"]")
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Heading:
    """The person's name and the lines above the greeting, both as the model sees them."""

    name: str
    lines: tuple[str, ...]


def heading(text: str, pseudonyms: Mapping[str, str]) -> Heading | None:
    """Return the heading of the letter that `text` asks for, None when it asks for something else.

    `text` quotes nothing, asks for a text to be written and names one person with an address or a number.
    """
    present = [pseudonym for pseudonym in pseudonyms if pseudonym in text]
    names = [one for one in present if names_a_person(one)]
    others = [one for one in present if not names_a_person(one)]
    if len(names) != 1 or not others or len(present) > min(_MOST_LINES, len(pseudonyms)):
        return None
    if _QUOTES.search(text) or not _ASKS_FOR_A_TEXT.search(fold(text[:_WITHIN].partition(":")[0])):
        return None
    return Heading(names[0], (names[0], *others))
