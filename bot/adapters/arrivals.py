"""Who is at the door of a chat platform: the person behind an account, their roles now.

Shared by the chat adapters, which tell who the platform says it is; all that is decided here is the same
for each of them. Roles that a channel governs are those of its members, looked up again at the moment of
a mentor's or an admin's action and at most seconds old otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.adapters.drafts import PAUSES, brought
from bot.core.ask import Platform
from bot.core.command import Command, parse
from bot.core.person import Language, Person, Role
from bot.core.reply import Message
from bot.dispatch import TABLE
from bot.errors import NotAllowed, SobriaError, Undeliverable
from bot.ports import Clock, Ports
from bot.wording import chat as wording
from bot.wording import faults

FRESH_FOR = 10.0
"""Seconds that a channel's members are believed for what any staff member may do."""

DOUBLE_CLICK = 1
"""Seconds within which a second press of the same button by the same person is the first one again."""

log = logging.getLogger(__name__)

Members = Callable[[], Awaitable[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its platform vouches for it. `email` is given only when the platform verified it.

    `outsider` stands for guests, bots, people of another workspace and deactivated accounts.
    """

    platform: Platform
    workspace: str
    id: str
    name: str
    email: str | None = None
    language: Language = "fr"
    outsider: bool = False


class Roster:
    """Members of the channels that give roles. `Undeliverable` from a look-up means nobody can tell."""

    def __init__(self, clock: Clock, members: Mapping[Role, Members]) -> None:
        self._clock = clock
        self._members = members
        self._seen: dict[Role, tuple[float, frozenset[str]]] = {}
        self.governed = frozenset(members)

    async def roles(self, account: str, *, fresh: bool) -> frozenset[Role]:
        """Return the governed roles of `account`. Raises Undeliverable when the platform does not say."""
        return frozenset([role for role in self._members if account in await self._holders(role, fresh)])

    def forget(self) -> None:
        """Look everything up again next time: a membership has changed."""
        self._seen.clear()

    async def _holders(self, role: Role, fresh: bool) -> frozenset[str]:
        now = self._clock.seconds()
        seen = self._seen.get(role)
        if not fresh and seen is not None and now - seen[0] < FRESH_FOR:
            return seen[1]
        holders = await self._members[role]()
        self._seen[role] = (now, holders)
        return holders


def privileged(line: str) -> bool:
    """Return whether `line` is a command that takes more than being staff."""
    command = parse(line)
    if not isinstance(command, Command):
        return False
    entry = TABLE[command.name]
    return entry.role is not Role.STAFF or (entry.decides and command.number is not None)


async def who(
    ports: Ports, organisation: str, roster: Roster, line: str, look_up: Callable[[], Awaitable[Account]]
) -> Person | Message:
    """Return who is there, or what to tell somebody who may not come in.

    Raises Undeliverable when the network stays cut: what came in then waits for it.
    """
    language: Language = "fr"
    try:
        account = await brought(look_up, PAUSES)
        language = account.language
        return await admitted(ports, organisation, account, roster, line, ports.clock.now())
    except NotAllowed:
        return wording.guest(language)
    except Undeliverable as fault:
        if fault.passing:
            raise
        log.warning("account not looked up: %s", fault)
        return wording.outage(language)
    except SobriaError as fault:
        return faults.told(fault, language)


async def admitted(
    ports: Ports, organisation: str, account: Account, roster: Roster, line: str, at: datetime
) -> Person:
    """Return the person behind `account` with the roles they hold now. Raises NotAllowed("guest").

    When the platform does not say who is in a channel, the person is treated as staff for this once and
    nothing is written: an outage takes no role away for good and gives none.
    """
    if account.outsider:
        raise NotAllowed("guest")
    person = await _known(ports, organisation, account, at)
    if person.organisation != organisation:
        raise NotAllowed("guest")
    try:
        held = await roster.roles(account.id, fresh=privileged(line))
    except Undeliverable as fault:
        log.warning("roles could not be looked up: %s", fault)
        return replace(person, roles=(person.roles - roster.governed) | {Role.STAFF})
    roles = (person.roles - roster.governed) | held | {Role.STAFF}
    if roles != person.roles:
        person = await ports.people.grant(person.id, roles=roles)
    return person


async def refreshed(ports: Ports, organisation: str, account: Account, roster: Roster) -> None:
    """Look roles up again after a membership has changed, and give a known person theirs at once."""
    roster.forget()
    known = await ports.people.by_account(account.platform.value, account.workspace, account.id)
    if known is not None and not account.outsider:
        await admitted(ports, organisation, account, roster, "", ports.clock.now())


def language_of(locale: str) -> Language:
    """Return the language of a platform's locale, such as `nl_BE`; French for one that we do not speak."""
    spoken = locale[:2].lower()
    return "en" if spoken == "en" else "nl" if spoken == "nl" else "fr"


async def _known(ports: Ports, organisation: str, account: Account, at: datetime) -> Person:
    person = await ports.people.by_account(account.platform.value, account.workspace, account.id)
    if person is not None:
        return person
    return await ports.people.enrol(
        organisation,
        account.name,
        platform=account.platform.value,
        workspace=account.workspace,
        account=account.id,
        email=account.email,
        language=account.language,
        at=at,
    )


async def once(ports: Ports, key: str, at: datetime) -> bool:
    """Return whether this is the first time `key` came in, on any replica."""
    return await ports.receipts.first(key, at)


async def pressed_once(ports: Ports, key: str, at: datetime) -> bool:
    """Return whether a press of a button is no double click. Pressing again later is a new press.

    Two presses close together may fall on both sides of a tick, so each also takes the tick before its own. One
    that does not count takes none: it must not keep the next from counting.
    """
    tick = int(at.timestamp()) // DOUBLE_CLICK
    if await ports.receipts.known(f"{key}:{tick - 1}"):
        return False
    now = await ports.receipts.first(f"{key}:{tick}", at)
    before = await ports.receipts.first(f"{key}:{tick - 1}", at)
    return now and before
