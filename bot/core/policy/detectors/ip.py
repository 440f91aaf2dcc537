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
_SIX = re2.compile(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}")
_VERSION = re2.compile(r"(?:\bv|version|release|build|article|art\.?|section|chapitre|point|§)\s*(?:n°)?$")


def find(normalised: Normalised) -> Iterator[Finding]:
    """Find addresses of machines."""
    text = normalised.flat
    for match in _FOUR.finditer(text):
        if _whole(text, *match.span()) and not _VERSION.search(before(text, match.start(), 16)):
            yield Finding(*normalised.span(*match.span()), Label.IP, 1.0, "ip")
    if text.count(":") < 2:
        return
    for match in _SIX.finditer(text):
        if len(match[0]) > 3 and _edges(text, *match.span()) and _is_six(match[0]):
            yield Finding(*normalised.span(*match.span()), Label.IP, 1.0, "ip")


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
