"""Numbers of identity cards, passports and residence permits."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from bot.core.policy.detectors.context import alone, before, number_alone, referenced
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_CUE = (
    r"(?:carte(?:s)? (?:nationale )?d[' ]?identite|carte id|\bcni\b|\beid\b|\bci\b|passeports?|"
    r"passports?|paspoort|"
    r"(?:titre|carte|permis|document)s? de sejour|residence (?:permit|card)|residency permit|"
    r"identity card|\bid[ -]?card|"
    r"identiteitskaart|verblijfs(?:kaart|titel|vergunning)|carte [abefkhlmn]\b|rijbewijs|permis "
    r"de conduire|driving licen[cs]e|"
    r"piece d[' ]identite|titre d[' ]identite|document d[' ]identite|attestation d[' "
    r"]immatriculation|carte orange|orange card|\bars?nummer)"
)
_BETWEEN = r"(?:[^\d\n.!?;]|no?\.|nr\.|no\.|\n){0,44}?"
_VALUE = r"((?:[a-z]{1,3}[ ]?)?\d[a-z0-9]*(?:[ .\-/]?[a-z0-9]*\d[a-z0-9]*){0,4})"
_ANNOUNCED = re2.compile(rf"{_CUE}{_BETWEEN}[^a-z0-9_]{_VALUE}")
_FLAT = re2.compile(r"\b59\d{10}\b")
_PASSPORT = re2.compile(r"\b(?:[a-z]{1,2}\d{6,7}[a-z]?|\d\d[a-z]{2}\d{5})\b")
_TRAVEL = re2.compile(r"passeport|passport|paspoort")
_CARD = re2.compile(r"carte|\bci\b|identit|\beid\b|kaart")
_BELGIAN = re2.compile(r"\d{3}[ .\-]\d{7}[ .\-]\d\d")
_PERMIT = re2.compile(r"\btitre (?:no?\.? )?(\d{9,10})\b")
_NUMBER_WORD = re2.compile(r"(?:n[o°]?|nr|num|est|is|le|la|de)[ .]")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find numbers that are announced as a document's, and Belgian card numbers whose checksum holds."""
    text = normalised.text
    for match in _BELGIAN.finditer(normalised.flat):
        if number_alone(text, *match.span()) and _holds(match[0]) and not referenced(text, match.start()):
            yield Finding(*normalised.span(*match.span()), Label.ID_DOC, 1.0, "id_doc")
    for start, end in _listed(normalised):
        yield Finding(*normalised.span(start, end), Label.ID_DOC, 0.9, "id_doc")
    position = 0
    while match := _ANNOUNCED.search(normalised.flat, position):
        start, end = _trimmed(text, *match.span(1))
        if end > start and alone(text, start, end) and not _other(text, start):
            yield Finding(*normalised.span(start, end), Label.ID_DOC, 1.0, "id_doc")
            position = end
        else:
            position = match.start(1) + 1


def _listed(normalised: Normalised) -> Iterator[tuple[int, int]]:
    """Yield passports of a list that is announced once, and cards in one piece whose checksum holds."""
    text, flat = normalised.text, normalised.flat
    announced = _TRAVEL.search(flat) if "pass" in flat or "paspoort" in flat else None
    if announced:
        for match in _PASSPORT.finditer(flat, announced.end()):
            if text[match.start() : match.end()].isupper() and alone(text, *match.span()):
                yield match.span()
    for match in _PERMIT.finditer(flat) if "titre" in flat else ():
        yield match.span(1)
    for match in _FLAT.finditer(flat) if "59" in flat else ():
        if _holds(match[0]) and _CARD.search(before(text, match.start(), 60)):
            yield match.span()


def _holds(number: str) -> bool:
    plain = "".join(letter for letter in number if letter.isdigit())
    return (int(plain[:10]) % 97 or 97) == int(plain[10:])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave « n° » out; return nothing when what is left is too short for a document's number."""
    opening = _NUMBER_WORD.match(text[start:end].lower())
    start += opening.end() if opening else 0
    found = text[start:end]
    enough = sum(map(str.isdigit, found)) >= 4 or (
        len(found) == 9 and found.isalnum() and sum(map(str.isdigit, found)) > 1
    )
    return (start, end) if enough and len(found) >= 6 else (start, start)


def _other(text: str, start: int) -> bool:
    """Return whether the words just before announce something else, such as a date or an amount."""
    return bool(
        re2.search(
            r"(?:\ble|\bdu|\bau|jusqu'au|valable|expire\w*|valid\w*|avant|depuis)\s*(?:le|jusqu'au)?\s*$",
            before(text, start, 20),
        )
    )
