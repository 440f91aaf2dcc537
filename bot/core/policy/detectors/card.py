"""Payment cards: 13 to 19 digits that pass Luhn's check and begin as a network's cards do."""

from __future__ import annotations

from collections.abc import Iterator

import re2
from stdnum import luhn

from bot.core.policy.detectors.context import before, digits, number_alone, referenced
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_CANDIDATE = re2.compile(r"[2-6]\d{3}(?:[ .\-_/]{0,2}\s?\d){9,15}")
_NETWORKS = re2.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|"
    r"3(?:0[0-5]|[689]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}|(?:5[06-9]|6\d)\d{10,17}|35\d{14}"
)
_EXPIRY = re2.compile(r"\s?[/\-,.:;]\s?(?:0\d|1[0-2])\s?[/\-]\s?(?:20)?\d\d(?:\D|$)")
_ACCOUNT = re2.compile(r"(?:^|[^a-z])[a-z]{2}\d\d(?: ?[\da-z]{4})* $")
"""What an account number looks like up to here, be its checksum right or wrong."""
_CUE = re2.compile(r"carte|card|kaart|visa|master|amex|maestro|bancontact|diners|cb\b")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find cards whose checksum holds."""
    text = normalised.flat
    position = 0
    while match := _CANDIDATE.search(text, position):
        end = _end(text, *match.span())
        if end is None:
            position = match.start() + 1
            while position < len(text) and text[position].isdigit():
                position += 1
            continue
        yield Finding(*normalised.span(match.start(), end), Label.CARD, 1.0, "card")
        position = end


def _end(text: str, start: int, furthest: int) -> int | None:
    """Return where the card that begins at `start` ends: the longest number that passes."""
    for end in range(furthest, start + 12, -1):
        if text[end - 1].isdigit() and _apart(text, start, end):
            number = digits(text[start:end])
            if _is_card(number, text, start):
                return end
    return None


def _apart(text: str, start: int, end: int) -> bool:
    """Return whether it is no piece of a longer number; the month that a card ends in may follow."""
    if _ACCOUNT.search(text[max(0, start - 40) : start]):
        return False
    return number_alone(text[:end], start, end) and (
        number_alone(text, start, end) or bool(_EXPIRY.match(text, end))
    )


def _is_card(number: str, text: str, start: int) -> bool:
    if not _NETWORKS.fullmatch(number) or len(set(number)) < 2 or not luhn.is_valid(number):
        return False
    usual = len(number) == 16 or number[:2] in {"34", "37", "67"}
    announced = bool(_CUE.search(before(text, start)))
    return announced or (usual and not referenced(text, start))
