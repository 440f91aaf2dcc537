"""Telephone numbers: Belgium, France, Luxembourg in every usual spacing, others with their prefix.

Emergency and freephone numbers belong to nobody and are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from bot.core.policy.detectors.context import before, digits, number_alone, past_digits, referenced
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_GAP = r"[ .\-/_()]{0,3}"
_WIDE_GAP = r"[ .\-/_()]{0,3}\s?[ ]?"
_INTERNATIONAL = r"(?:\+ ?|\(\+|\b00[ ]?)"


def _shape(gap: str) -> Any:
    return re2.compile(
        rf"{_INTERNATIONAL}[1-9](?:{gap}\d){{6,14}}|\(?0\)?(?:{gap}\d){{8,9}}|\b6[269]1(?:{gap}\d){{6}}"
    )


_SHAPES = (_shape(_GAP), _shape(_WIDE_GAP))
_BELGIAN = re2.compile(r"04[5-9]\d{7}|04[1-4]\d{6}|0[1-35-9]\d{7}")
_FRENCH = re2.compile(r"0[1-79]\d{8}")
_FREE = re2.compile(r"0(?:800|90\d|80[0-9]|70\d)\d+")
_CALL = re2.compile(
    r"\b(?:tel\w*|gsm|mobile|portable|phone|appel\w*|joindre|contact\w*|whatsapp|sms|fixe|call|fax)\b"
)
_GROUPED = re2.compile(r"\(?0(?:\d{3}|\d\)?|\d\d\)?)\)?[ /.\-]{1,3}\d{2,3}(?:[ .\-]\d\d){2,3}")
"""Written as people write their number: no reference is grouped so."""
_ENTERPRISE = re2.compile(r"[01]\d{3}[ .]\d{3}[ .]\d{3}")
_DATE = re2.compile(r"\(?0?\d[./\-]\d\d?[./\-](?:19|20)\d\d.*")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find telephone numbers."""
    text = normalised.flat
    position = 0
    while (span := _next(text, position)) is not None:
        start, end, found = span
        if found:
            start += text[start] == "(" and text[start:end].count("(") > text[start:end].count(")")
            yield Finding(*normalised.span(start, end), Label.PHONE, 1.0, "phone")
        position = end


def _next(text: str, position: int) -> tuple[int, int, bool] | None:
    """Return the next candidate, and whether it is a number; a rejected one ends with its first digits."""
    match = _SHAPES[1].search(text, position)
    if match is None:
        return None
    start = match.start()
    for shape in _SHAPES:
        tight = shape.match(text, start)
        for end in _ends(text, start, tight.end() if tight else start):
            if _is_phone(text, start, end):
                return start, end, True
    return start, past_digits(text, start), False


def _ends(text: str, start: int, furthest: int) -> Iterator[int]:
    """Yield where the number may end, whole groups first: 9 digits before a space are not cut from 10."""
    for end in range(furthest, start + 8, -1):
        if text[end - 1].isdigit() and not text[end : end + 1].isdigit():
            yield end + 1 if text[end : end + 1] == ")" and "(" in text[start:end].lstrip("(")[8:] else end


def _is_phone(text: str, start: int, end: int) -> bool:
    found = text[start:end]
    if not number_alone(text, start, end) or found.count("\n") > 1 or _structured(text, start, end):
        return False
    if found.lstrip("( ").startswith(("+", "00")):
        return _abroad("+" + digits(found.replace("(0)", "")).lstrip("0"))
    number = digits(found)
    if _DATE.fullmatch(found) or (_FREE.match(number) and len(number) < 11):
        return False
    called = bool(_CALL.search(before(text, start, 24)))
    if not called and (
        (referenced(text, start) and not _GROUPED.fullmatch(found))
        or _enterprise(found, number)
        or _announced_as_belgian(text, start)
    ):
        return False
    if number[0] == "6":
        return called and len(number) == 9
    return bool(_BELGIAN.fullmatch(number) or _FRENCH.fullmatch(number))


def _structured(text: str, start: int, end: int) -> bool:
    """Return whether it is a bank's structured communication: +++123/4567/89012+++, ***…***."""
    return text[max(0, start - 1) : start + 1] == "++" or text[end : end + 2] == "++"


def _announced_as_belgian(text: str, start: int) -> bool:
    """Return whether « BE » stands right before, as before an enterprise's number."""
    return before(text, start, 4).strip() == "be" or before(text, start, 5).strip(" .-").endswith(" be")


def _enterprise(found: str, number: str) -> bool:
    """Return whether a number is written as an enterprise's (0123.456.749) and passes its checksum."""
    grouped = bool(_ENTERPRISE.fullmatch(found)) and not (number.startswith("04") and number[2] in "56789")
    return grouped or (
        len(number) == 10
        and bool(_ENTERPRISE.fullmatch(found))
        and 97 - int(number[:8]) % 97 == int(number[8:])
    )


@lru_cache(maxsize=512)
def _abroad(number: str) -> bool:
    """Return whether a number with its country's prefix exists; the library loads when first needed."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    if parsed.country_code in {32, 33, 352}:
        local = "0" + str(parsed.national_number)
        shape = {32: _BELGIAN, 33: _FRENCH}.get(parsed.country_code)
        return (
            bool(shape.fullmatch(local)) and not _FREE.match(local) if shape else len(local) in range(6, 12)
        )
    return bool(phonenumbers.is_possible_number(parsed))
