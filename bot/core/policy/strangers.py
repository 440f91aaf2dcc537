"""Personal data in an answer that its ask did not hold: of somebody else, unless plainly invented.

A model may sign with `nom@example.org` or show how a number is written; it must not show what could be a
real person's number that nobody gave it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence

from phonenumbers import PhoneNumberType, is_valid_number, number_type, parse
from phonenumbers.phonenumberutil import NumberParseException

from bot.core.policy.finding import Finding, Label
from bot.core.policy.folding import fold
from bot.core.policy.identity import same_value, units

_RESERVED = re.compile(
    r"(?:^|\.)(?:exemple|example|voorbeeld|test|invalid|localhost|domaine|domain|domein)(?:\.|$)"
)
_PLACE = re.compile(
    r"^(?:votre|notre|mon|ma|your|our|my|uw|onze|jouw|nom|monasbl|monassociation|association|asbl)\b"
)
_ROLE = re.compile(
    r"^(?:info|contact|bonjour|hello|accueil|secretariat|direction|support|aide|help|admin|presse|press|rgpd|dpo|privacy"
    r"|communication|benevoles?|don|dons|inscriptions?|prenom|nom|votre|your|name|uw|naam)(?:[._-]|$)"
)
_SERIES = ("123456", "012345", "234567", "654321", "abc123", "123abc", "111111", "000000", "999999")
_SAMPLES = frozenset(
    same_value(sample)
    for sample in (
        *("BE68 5390 0754 7034", "BE71 0961 2345 6769", "FR76 3000 6000 0112 3456 7890 189"),
        *("FR14 2004 1010 0505 0001 3M02 606", "LU28 0019 4006 4475 0000", "GB29 NWBK 6016 1331 9268 19"),
        *("DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111", "4242 4242 4242 4242", "5555 5555 5555 4444"),
        *("85.07.30-033.28", "1 84 12 76 451 089 46", "2 55 08 14 168 025 38"),
    )
)
"""Values that standards, banks and administrations print as samples of their formats."""

_COUNTRIES = ("BE", "FR", "LU")


def foreign(text: str, findings: Sequence[Finding], asked: str | None) -> frozenset[Label]:
    """Return the labels of what an answer shows that was neither asked nor is plainly invented.

    Without an ask (None) nothing is compared.
    """
    if asked is None:
        return frozenset()
    known, folded = same_value(asked), fold(asked)
    return frozenset(
        one.label
        for one in findings
        if not _said(text[one.start : one.end], one.label, known, folded)
        and not _INVENTED.get(one.label, _nobodys)(text[one.start : one.end])
    )


def _said(value: str, label: Label, known: str, folded: str) -> bool:
    """Return whether the ask held the value, perhaps in another spelling, or what it is made of."""
    plain = same_value(value)
    match label:
        case Label.PERSON:
            return any(same_value(part) in known for part in units(value) if len(same_value(part)) > 1)
        case Label.EMAIL:
            return plain in known or value.rpartition("@")[2].lower() in folded
        case Label.PHONE:
            return plain[-8:] in known
        case Label.BIRTH_DATE:
            return any(year in known for year in re.findall(r"\d{4}", value)) or plain in known
        case _:
            return plain in known


def _nobodys(_: str) -> bool:
    """Take a datum for somebody's: what else it could be is not known of its kind."""
    return False


def _address(value: str) -> bool:
    user, _, host = fold(value).partition("@")
    return bool(_RESERVED.search(host) or _PLACE.search(host) or _ROLE.search(user))


def _number(value: str) -> bool:
    """Return whether a telephone number is nobody's own: a landline, a service, or figures in a row."""
    if _row(value):
        return True
    for country in _COUNTRIES:
        try:
            number = parse(value, country)
        except NumberParseException:
            continue
        if is_valid_number(number):
            return number_type(number) is not PhoneNumberType.MOBILE
    return False


def _row(value: str) -> bool:
    plain = same_value(value)
    return plain in _SAMPLES or any(series in plain for series in _SERIES)


def _machine(value: str) -> bool:
    try:
        return not ipaddress.ip_address(value).is_global
    except ValueError:
        return False


_INVENTED: Mapping[Label, Callable[[str], bool]] = {
    Label.EMAIL: _address,
    Label.PHONE: _number,
    Label.IBAN: _row,
    Label.CARD: _row,
    Label.NATIONAL_ID: _row,
    Label.ID_DOC: _row,
    Label.PLATE: _row,
    Label.IP: _machine,
}
