"""National numbers of persons: Belgium's register and bis numbers, France's social security number."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from bot.core.policy.detectors.context import before, number_alone, past_digits
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_GAP = r"[ .\-/_]{0,3}\s?"
_BELGIAN = re2.compile(rf"\d\d{_GAP}\d\d{_GAP}\d\d{_GAP}\d\d\d{_GAP}\d\d")
_FRENCH = re2.compile(
    rf"[12347]\s?{_GAP}\d\d{_GAP}\d\d{_GAP}(?:(?:\d\d|2[ab]){_GAP}\d\d\d|9[78]\d{_GAP}\d\d){_GAP}\d\d\d"
    rf"(?:{_GAP}\(?(?:cle\s?:?\s?)?\d\d\)?)?"
)
"""Overseas the department has three figures and the commune two."""
_SOCIAL = re2.compile(r"secu|nir\b|social|insee|assure|vitale")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find national numbers whose check digits hold."""
    for pattern, valid in ((_FRENCH, _french), (_BELGIAN, _belgian)):
        position = 0
        while match := pattern.search(normalised.flat, position):
            start, end = match.span()
            end -= match[0].endswith(")") and "(" not in match[0]
            if number_alone(normalised.flat, start, end) and valid(
                normalised.flat, start, normalised.flat[start:end]
            ):
                yield Finding(*normalised.span(start, end), Label.NATIONAL_ID, 1.0, "national_id")
                position = end
            else:
                position = past_digits(normalised.flat, start)


def _belgian(_text: str, _start: int, found: str) -> bool:
    """Check a Belgian number: calendar (bis numbers add 20 or 40 to the month), then modulo 97."""
    number = "".join(letter for letter in found if letter.isdigit())
    month, day = int(number[2:4]), int(number[4:6])
    if month > 52 or month % 20 > 12 or day > 31:
        return False
    key = int(number[9:])
    return key in {97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97}


def _french(text: str, start: int, found: str) -> bool:
    """Check a French number: month and department, then modulo 97; without its key it must be announced."""
    number = "".join(letter for letter in found.upper() if letter.isdigit() or letter in "AB")
    month = int(number[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50):
        return False
    if len(number) == 13:
        return bool(_SOCIAL.search(before(text, start)))
    plain = number[:13].replace("2A", "19").replace("2B", "18")
    return plain.isdigit() and int(number[13:]) == 97 - int(plain) % 97
