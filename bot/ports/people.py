"""Who they are, and what they have learned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from bot.core.lesson import Course, Lesson, Passed
from bot.core.person import Language, Organisation, Person


class People(Protocol):
    """Persons, their accounts on platforms, teams and organisations."""

    async def organisation(self, organisation: str) -> Organisation: ...
    async def person(self, person: str) -> Person: ...
    async def by_account(self, platform: str, workspace: str, account: str) -> Person | None: ...
    async def enrol(
        self,
        organisation: str,
        name: str,
        *,
        platform: str,
        workspace: str,
        account: str,
        email: str | None,
        language: Language,
        at: datetime,
    ) -> Person:
        """Create the person, or link the account to the one with the same verified `email`."""
        ...

    async def grant(
        self, person: str, *, roles: frozenset[str] | None = None, team: str | None = None
    ) -> Person: ...
    async def speak(self, person: str, language: Language) -> None:
        """Keep the language that the person reads."""
        ...

    async def accept_charter(self, person: str, version: str, at: datetime) -> None: ...
    async def holders(self, organisation: str, role: str) -> tuple[Person, ...]: ...
    async def team_size(self, organisation: str, team: str | None) -> int: ...
    async def ledger_key(self, person: str) -> str:
        """Return the person's pseudonymous key, which no longer leads to them once erased."""
        ...

    async def export(self, person: str) -> Mapping[str, Any]: ...
    async def erase(self, person: str, at: datetime) -> None:
        """Delete names, accounts, texts and the way from ledger key to person; counts stay."""
        ...


class Lessons(Protocol):
    """The lessons that people have passed. Each learns of their own, nobody of another's."""

    async def passed(self, person: str) -> Passed: ...
    async def keep(self, person: str, lesson: Lesson, course: Course, at: datetime) -> int:
        """Keep that a person passed `lesson`, raise their level to what `course` brings, and return it.

        All in one transaction. A level never falls.
        """
        ...
