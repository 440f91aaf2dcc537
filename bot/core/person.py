"""Who asks: a person, their roles, and where the organisation is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Language = Literal["fr", "en", "nl"]


class Role(StrEnum):
    """What a person may do. Roles add up: a mentor is also staff."""

    STAFF = "staff"
    MENTOR = "mentor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An association on this installation.

    `timezone` is an IANA name, `zone` the electricity mix (ISO 3166 alpha-3, as EcoLogits names it).
    """

    id: str
    name: str
    timezone: str = "Europe/Brussels"
    language: Language = "fr"
    country: Literal["BE", "FR", "LU"] = "BE"
    zone: str = "BEL"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of an organisation. `id` is random and means nothing outside the store."""

    id: str
    organisation: str
    name: str
    team: str | None = None
    roles: frozenset[Role] = frozenset({Role.STAFF})
    language: Language = "fr"
    charter: str | None = None
    level: int = 1

    def has(self, role: Role) -> bool:
        """Return whether the person holds `role`."""
        return role in self.roles
