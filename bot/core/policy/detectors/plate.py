"""Number plates: Belgium, France (new and old series), Luxembourg."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from bot.core.policy.detectors.context import alone, before, referenced
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_GAP = r"[ \-.*]?"
_FRENCH_LETTERS = "[a-hj-np-tv-z]"
_BELGIAN = rf"[1-9]{_GAP}[a-z]{{3}}{_GAP}\d{{3}}|[qm]-[a-z]{{3}}-\d{{2,3}}"
_FRENCH = rf"{_FRENCH_LETTERS}{{2}}{_GAP}\d{{3}}{_GAP}{_FRENCH_LETTERS}{{2}}"
_OLDER = (
    rf"\d{{2,4}}{_GAP}[a-z]{{2,3}}{_GAP}(?:\d\d|2[ab]|97\d)|[a-z]{{2}}{_GAP}\d{{4}}|"
    rf"[a-z]{{3}}{_GAP}\d{{3}}|\d{{3}}{_GAP}[a-z]{{3}}"
)
_ANY = re2.compile(rf"\b(?:({_BELGIAN}|{_FRENCH})|{_OLDER})\b")
_CUE = re2.compile(
    r"plaque|plate|immatricul|mineralogique|nummerplaat|kenteken|voiture|vehicule|camionnette|"
    r"auto\b|car\b|moto\b|scooter|"
    r"minibus|bus\b|camion|van\b|garee?s?\b|stationn|parking|wagen|bestelwagen|utilitaire|clio|"
    r"golf|kangoo|berlingo|peugeot|renault|citroen|"
    r"toyota|volkswagen|vw\b|opel|ford|dacia|fiat|bmw|audi|mercedes|skoda|seat|polo"
)
_OTHER = re2.compile(
    r"(?:modele|model|type|salle|vol|version|imprimante|machine|code|produit|local|batiment|\bbus|ligne)\s*$"
)
_THING = re2.compile(
    r"cartouche|toner|encre|ampoule|batterie|chargeur|cable|filtre|ecran|papier|taille|reference|pile|vis\b"
)
"""What has a number of its own that may be shaped like a plate."""
_STRONG = re2.compile(r"plaque|plate\b|immatricul|nummerplaat|kenteken")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find plates: the shape alone is enough for some, others need a vehicle nearby."""
    text = normalised.text
    for match in _ANY.finditer(normalised.flat):
        start, end = match.span()
        if alone(text, start, end) and not _part(text, start, end) and _is_plate(text, start, end, match[1]):
            yield Finding(*normalised.span(start, end), Label.PLATE, 1.0, "plate")


def _part(text: str, start: int, end: int) -> bool:
    """Return whether it is a piece of something longer, such as INV-1-ABC-123-9."""
    return text[max(0, start - 1) : start] in {"-", ".", "/", "_", "@", "#"} or (
        text[end : end + 1] in {"-", "/", "_", "@"} and text[end + 1 : end + 2].isalnum()
    )


def _line_above(text: str, start: int) -> str:
    """Return the line above when a plate opens its own."""
    return before(text, text.rfind("\n", 0, start), 60) if "\n" in text[:start] else ""


def _is_plate(text: str, start: int, end: int, usual: str | None) -> bool:
    found = text[start:end]
    around = before(text, start, 60) or _line_above(text, start)
    if referenced(text, start) or _OTHER.search(around) or _THING.search(around[-30:]):
        return bool(_STRONG.search(around[-24:]))
    parts = len(re2.split(r"[ \-.]", found))
    if usual and parts == 3 and (found.count("-") == 2 or found == found.upper()):
        return True
    cued = bool(_CUE.search(around)) or bool(_STRONG.search(before(text, min(len(text), end + 30), 28)))
    return cued and (bool(usual) or found == found.upper() or "-" in found or bool(_STRONG.search(around)))
