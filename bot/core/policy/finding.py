"""What a detector saw: a stretch of text that is a personal datum."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """Kinds of personal data, as `docs/privacy.md` defines them."""

    PERSON = "PERSON"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    IBAN = "IBAN"
    CARD = "CARD"
    NATIONAL_ID = "NATIONAL_ID"
    ADDRESS = "ADDRESS"
    BIRTH_DATE = "BIRTH_DATE"
    ID_DOC = "ID_DOC"
    PLATE = "PLATE"
    SECRET = "SECRET"  # noqa: S105  the name of a label
    IP = "IP"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A stretch `[start, end)` in Unicode code points of the text as received; `score` is 0 to 1."""

    start: int
    end: int
    label: Label
    score: float = 1.0
    detector: str = ""
