"""Addresses of electronic mail, also with spaces or « (at) » against harvesters."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_DOT = r"(?:\.| ?[\[({]\s?(?:dot|point|punt)\s?[\])}] ?| (?:dot|point|punt) )"
_AT = (
    r"(?:@| @ ?|@ | ?[\[({]\s?(?:at|@|arobase|arobas|chez|apenstaartje)\s?[\])}] ?| (?:arobase|"
    r"arobas|apenstaartje) )"
)
_NAME = r"[a-z0-9_][a-z0-9__%+\-]*"
_EMAIL = re2.compile(
    rf"{_NAME}(?:{_DOT}{_NAME})*{_AT}[a-z0-9_\-]+(?:{_DOT}[a-z0-9_\-]+)*{_DOT}[a-z_]{{2,18}}"
)


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find addresses of electronic mail."""
    for match in _EMAIL.finditer(normalised.flat):
        start, end = match.span()
        text = match[0]
        end -= len(text) - len(text.rstrip("_*-"))
        yield Finding(*normalised.span(start, end), Label.EMAIL, 1.0, "email")
