"""Addresses of machines, IPv4 and IPv6, private ranges too."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

import re2

from bot.core.policy.detectors.context import before, number_alone
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_FOUR = re2.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_SIX = re2.compile(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}")
_VERSION = re2.compile(
    r"(?:\bv|version|release|build|article|art\.?|section|chapitre|point|§|mise a jour|\bmaj|update|firmware|"
    r"logiciel|paragraphe|clause|annexe|norme|\bios|android|macos|question|exercice|rubrique|titre|tableau|"
    r"figure|fiche)\s*(?:n°|no?\.?)?\s*$"
)


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find addresses of machines."""
    text = normalised.flat
    for match in _FOUR.finditer(text):
        if _whole(text, *match.span()) and not _numbers_text(normalised.text, *match.span()):
            yield Finding(*normalised.span(*match.span()), Label.IP, 1.0, "ip")
    if text.count(":") < 2:
        return
    for match in _SIX.finditer(text):
        start, end = match.span()
        start += match[0][0] == ":" != match[0][1]
        if end - start > 3 and _edges(text, start, end) and _is_six(text[start:end]):
            yield Finding(*normalised.span(start, end), Label.IP, 1.0, "ip")


def _numbers_text(text: str, start: int, end: int) -> bool:
    """Return whether it numbers a version, an article, or the title that it opens: « 2.1.3.4 Objectifs »."""
    if _VERSION.search(before(text, start, 24)):
        return True
    small = all(int(part) < 20 for part in text[start:end].split("."))
    return small and not before(text, start).strip(" #*>") and text[end : end + 2].strip()[:1].isupper()


def _whole(text: str, start: int, end: int) -> bool:
    """Return whether the address is not part of a longer number; a port or a mask may follow."""
    if text[end : end + 1] in {":", "/"}:
        return number_alone(text[:end], start, end)
    return number_alone(text, start, end)


def _edges(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _is_six(found: str) -> bool:
    try:
        IPv6Address(found)
    except ValueError:
        return False
    return True
