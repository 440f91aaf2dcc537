"""The least that a chat adapter needs behind it: people and receipts in memory, a script for dispatch.

What is proved with it concerns the adapter alone; the whole program is proved in tests/end_to_end.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from bot.adapters.clock import SystemClock
from bot.core.ask import AskRecord
from bot.core.call import Arrival, Call
from bot.core.person import Language, Organisation, Person, Role
from bot.core.reply import Message
from bot.ports import Outlet, Ports

Answer = Message | Callable[[Call, Outlet], Awaitable[Message | None]]

ORGANISATION = "asbl-exemple"
_PORTS = ("people", "receipts", "arrivals", "asks")


class PeopleInMemory:
    """Fills ports.People as far as a door goes."""

    def __init__(self) -> None:
        self.persons: dict[str, Person] = {}
        self.accounts: dict[tuple[str, str, str], str] = {}
        self.emails: dict[str, str] = {}
        self.grants: list[tuple[str, frozenset[str]]] = []
        self.granted = asyncio.Event()

    async def organisation(self, organisation: str) -> Organisation:
        return Organisation(organisation, "ASBL Exemple")

    async def by_account(self, platform: str, workspace: str, account: str) -> Person | None:
        known = self.accounts.get((platform, workspace, account))
        return self.persons[known] if known else None

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
        known = self.emails.get(email or "")
        person = self.persons.get(known or "") or Person(
            f"p{len(self.persons)}", organisation, name, language=language
        )
        self.persons[person.id] = person
        self.accounts[platform, workspace, account] = person.id
        if email:
            self.emails[email] = person.id
        return person

    async def grant(
        self, person: str, *, roles: frozenset[str] | None = None, team: str | None = None
    ) -> Person:
        held = frozenset(Role(role) for role in roles or ())
        self.grants.append((person, held))
        self.granted.set()
        self.persons[person] = replace(self.persons[person], roles=held, team=team)
        return self.persons[person]


class ReceiptsInMemory:
    """Fills ports.Receipts."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    async def first(self, key: str, at: datetime) -> bool:
        new = key not in self.keys
        self.keys.add(key)
        return new

    async def known(self, key: str) -> bool:
        return key in self.keys


class ArrivalsInMemory:
    """Fills ports.Arrivals; `unwritten` is a fault to raise instead of keeping anything."""

    def __init__(self, receipts: ReceiptsInMemory) -> None:
        self._receipts = receipts
        self.kept: dict[str, tuple[str, Arrival, datetime]] = {}
        self.unwritten: Exception | None = None
        self.until: dict[str, datetime] = {}

    async def keep(
        self, key: str, door: str, kind: str, body: Mapping[str, Any], at: datetime, lease: datetime
    ) -> Arrival | None:
        if self.unwritten is not None:
            raise self.unwritten
        if not await self._receipts.first(key, at):
            return None
        arrival = Arrival(key, kind, json.loads(json.dumps(body)), at)
        self.kept[key] = (door, arrival, lease)
        return arrival

    async def claim(self, door: str, at: datetime, lease: datetime, limit: int) -> tuple[Arrival, ...]:
        free = [one for one in self.kept.values() if one[0] == door and one[2] <= at][:limit]
        self.kept |= {arrival.id: (door, arrival, lease) for _, arrival, _ in free}
        return tuple(arrival for _, arrival, _ in free)

    async def renew(self, arrival: str, held: datetime, until: datetime) -> bool:
        return arrival in self.kept

    async def postpone(self, arrival: str, until: datetime) -> None:
        door, kept, _ = self.kept[arrival]
        self.kept[arrival] = (door, kept, until)

    async def done(self, arrival: str) -> None:
        self.kept.pop(arrival, None)

    async def heard(self, door: str) -> datetime | None:
        return self.until.get(door)

    async def hear(self, door: str, until: datetime) -> None:
        self.until[door] = until

    def released(self) -> None:
        """Let go of every lease, as a start does."""
        free = datetime.min.replace(tzinfo=UTC)
        self.kept = {key: (door, arrival, free) for key, (door, arrival, _) in self.kept.items()}


class AsksInMemory:
    """Fills ports.Asks as far as sharing goes; `accepted` are the asks that are known."""

    def __init__(self) -> None:
        self.records: dict[int, AskRecord] = {}
        self.accepted: set[str] = set()

    async def known(self, ask: str) -> bool:
        return ask in self.accepted

    async def by_number(self, organisation: str, number: int) -> AskRecord | None:
        return self.records.get(number)


@dataclass
class StandIn:
    """Ports with a script behind them: what `/ia` answers by the first word of the line."""

    script: dict[str, Answer] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    people: PeopleInMemory = field(default_factory=PeopleInMemory)
    receipts: ReceiptsInMemory = field(default_factory=ReceiptsInMemory)
    asks: AsksInMemory = field(default_factory=AsksInMemory)
    arrivals: ArrivalsInMemory = field(init=False)

    def __post_init__(self) -> None:
        self.arrivals = ArrivalsInMemory(self.receipts)

    @property
    def ports(self) -> Ports:
        """The ports as an adapter gets them."""
        found: dict[str, Any] = {name: getattr(self, name) for name in _PORTS}
        return cast("Ports", SimpleNamespace(clock=SystemClock(), **found))

    async def run(self, ports: Ports, call: Call, outlet: Outlet) -> None:
        """Stand in for `dispatch.run`."""
        self.calls.append(call)
        answer = self.script.get((call.line.split() or [""])[0], Message(f"Reçu : {call.line}"))
        message = answer if isinstance(answer, Message) else await answer(call, outlet)
        if message is not None:
            await outlet.show(message)
