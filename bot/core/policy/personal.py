"""Personal data in a text: every detector runs, what overlaps is settled, a failure is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import re2

from bot.core.policy.detectors import (
    address,
    birth_date,
    card,
    email,
    iban,
    id_doc,
    ip,
    national_id,
    phone,
    plate,
    secret,
)
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised

Find = Callable[[Normalised], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector, and what a text must contain for it to be worth running: a figure, and what `hint` matches."""

    name: str
    find: Find
    hint: str = ""
    figure: bool = False


DETECTORS: tuple[Detector, ...] = (
    Detector("email", email.find, r"@|arobas|apenstaart|[\[({]\s?at\s?[\])}]"),
    Detector("iban", iban.find, r"\d(?:\W{0,4}\d){6}", figure=True),
    Detector("card", card.find, r"\d(?:[\W_]{0,4}\d){12}", figure=True),
    Detector("national_id", national_id.find, r"\d(?:\W{0,4}\d){4}", figure=True),
    Detector("phone", phone.find, r"\d(?:\W{0,4}\d){7}", figure=True),
    Detector(
        "secret",
        secret.find,
        r"pas{1,2}|\bpw|mdp|wacht|paswoord|code|cles?\b|key|token|jeton|secr|\bpin|puk|cv[cv]|"
        r"crypto|chiffres|otp|sesame|alarm|coffre|cadenas|antivol|interphone|visiophone|combin|barriere|grille|portail|kluis|slot|"
        r"lock|keypad|seed|phrase|recovery|herstel|wallet|login|identifiant|wi-?fi|[a-z0-9_\-.]{20}|://|[a-z0-9][!#$%&*_=~^?][a-z0-9]|\d[!#$%&*=~^?]",
    ),
    Detector("ip", ip.find, r"\d\.\d{1,3}\.|:[0-9a-f]{0,4}:"),
    Detector("id_doc", id_doc.find, figure=True),
    Detector(
        "birth_date",
        birth_date.find,
        r"ne|naiss|birth|born|ddn|dob|d\.o\.b|d\.d\.n|geb|anniv|\bo ?\d|naquit|vu le jour|\((?:\d{1,2}[./\- ]){2}\d\d|"
        r"\d\d[. /\-]?\d\d[. /\-]?\d\d[. /\-]{0,3}\d{3}[. /\-]{0,3}\d\d\b",
    ),
    Detector(
        "plate",
        plate.find,
        r"\d{3}[ \-.*]?[a-z]{2}|[a-z]{2,3}[ \-.*]?\d{3}|\d{2}[ \-.*]?[a-z]{2,3}[ \-.*]?\d\d",
        figure=True,
    ),
    Detector("address", address.find, figure=True),
)
_FIGURE = re2.compile(r"\d")
_HINTS = {one.name: re2.compile(one.hint) for one in DETECTORS if one.hint}
_RANK = {
    label: rank
    for rank, label in enumerate(
        (
            Label.EMAIL,
            Label.IBAN,
            Label.CARD,
            Label.NATIONAL_ID,
            Label.IP,
            Label.BIRTH_DATE,
            Label.SECRET,
            Label.ID_DOC,
            Label.PHONE,
            Label.ADDRESS,
            Label.PLATE,
            Label.PERSON,
        )
    )
}
"""Of two findings that overlap, the one whose label comes first is kept."""


def findings(
    normalised: Normalised, names: Find | None = None
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return findings that do not overlap, by place, and the names of detectors that failed."""
    found: list[Finding] = []
    failed: list[str] = []
    figures = _FIGURE.search(normalised.flat) is not None
    for detector in (*DETECTORS, *((Detector("names", names),) if names else ())):
        if detector.figure and not figures:
            continue
        hint = _HINTS.get(detector.name)
        if hint is not None and not hint.search(normalised.flat):
            continue
        try:
            found.extend(detector.find(normalised))
        except Exception:  # noqa: BLE001 (whatever a detector could not do, a human does instead)
            failed.append(detector.name)
    return settled(found), tuple(failed)


def settled(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return `found` by place, without overlaps: the surer label first, then the longer stretch."""
    if len(found) < 2:
        return tuple(found)
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (_RANK[one.label], one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept))
