"""What the ledger tells: empreinte to each person, bilan to admins, the digest of each week and month."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.core.budget import Room, first_day
from bot.core.calendar import Kind, Span, around, named
from bot.core.digest import Digest, digest
from bot.core.ledger import Closing, Settlement
from bot.core.person import Language, Organisation, Person
from bot.core.reply import File, Message
from bot.errors import Conflict, SobriaError, Undeliverable
from bot.ports import Ports
from bot.wording import budgets
from bot.wording import ledger as wording
from bot.wording.catalogue import say

log = logging.getLogger(__name__)

ON_TIME = timedelta(hours=6)
KEPT_TRYING = timedelta(days=6)
LEASE = timedelta(minutes=10)
ABANDONED = timedelta(minutes=10)
"""After this nobody is waiting for a second opinion any more."""
LONGEST_AWAY = timedelta(days=32)
"""How far back is looked for open entries: a budget's longest month."""


@dataclass(frozen=True, slots=True)
class Posting:
    """When digests are posted, in the organisation's zone: the week's on a weekday (0 is Monday) at an hour."""

    weekday: int = 0
    hour: int = 9


async def mine(ports: Ports, person: Person, at: datetime) -> Message:
    """Tell a person their own footprint, and what is left of the budgets that apply to them."""
    organisation = await ports.people.organisation(person.organisation)
    key = await ports.people.ledger_key(person.id)
    today = _local(organisation, at).date()
    week, month, year = [
        await ports.ledger.of_person(person.organisation, key, first_day(period, today), today)
        for period in ("week", "month", "year")
    ]
    rooms = await ports.ledger.rooms(person.organisation, person.team, key, today)
    own = tuple(room for room in rooms if room.budget.scope == "person")
    return budgets.mine(week, month, year, own, person.language)


async def overview(ports: Ports, person: Person, period: str, at: datetime) -> Message:
    """Show an admin the digest of a period: the present week when none is named."""
    organisation = await ports.people.organisation(person.organisation)
    made = await told(ports, organisation, span_of(period, _local(organisation, at).date()), at)
    files = await asyncio.to_thread(_files, ports, made, person.language)
    return wording.message(made, person.language, files)


def span_of(period: str, today: date) -> Span:
    """Return the span of « semaine », « mois », 2026-W47 or 2026-11; this week when nothing is said."""
    if period in {"", "semaine"}:
        return around("week", today)
    return around("month", today) if period == "mois" else named(period)


async def told(ports: Ports, organisation: Organisation, span: Span, at: datetime) -> Digest:
    """Return the digest of a span: the kept one, or a new one, which is kept once its days are over."""
    kept = await ports.ledger.kept(organisation.id, span.name)
    if kept is not None:
        return kept
    today = _local(organisation, at).date()
    made = digest(await ports.ledger.figures(organisation.id, span, today), today)
    return await ports.ledger.keep(made, at) if made.complete else made


async def close_abandoned(ports: Ports, at: datetime) -> int:
    """Close what a crash left open beside the asks, so that no budget is held for ever; return how many.

    What the model used before the crash is not known. The entries of asks are closed by who takes them up.
    """
    entries = await ports.ledger.abandoned(at - LONGEST_AWAY, at - ABANDONED)
    for entry in entries:
        with suppress(Conflict):
            await ports.ledger.close(Settlement(entry, Closing.FAILED, at, reason="interrupted"))
    return len(entries)


async def post_due(ports: Ports, at: datetime, posting: Posting = Posting()) -> int:
    """Post to every organisation the digests that are due and were not posted; return how many.

    Called every hour by one replica. What a platform took is recorded for it at once, so that a cut
    network or a crash elsewhere brings it no second one. A digest missed by less than six days is posted
    late, and says so.
    """
    posted = 0
    for name in await ports.ledger.organisations():
        organisation = await ports.people.organisation(name)
        for kind in ("week", "month"):
            try:
                posted += await _post(ports, organisation, kind, at, posting)
            except SobriaError as fault:  # one organisation's trouble must not silence the others
                log.warning("digest of %s: %s", name, type(fault).__name__)
    return posted


def due(
    organisation: Organisation,
    kind: Kind,
    at: datetime,
    posting: Posting = Posting(),
) -> tuple[Span, timedelta]:
    """Return the span whose digest was due last, and how long ago that was."""
    local = _local(organisation, at)
    present = around(kind, local.date())
    if local < (moment := _moment(present, posting, local.tzinfo)):
        present = present.before()
        moment = _moment(present, posting, local.tzinfo)
    return present.before(), local - moment


def _moment(present: Span, posting: Posting, zone: tzinfo | None) -> datetime:
    """Return when the digest of the span before `present` is due; a month's on the first day."""
    later = timedelta(days=posting.weekday if present.kind == "week" else 0)
    return datetime.combine(present.first + later, time(posting.hour), zone)


async def _post(ports: Ports, organisation: Organisation, kind: Kind, at: datetime, posting: Posting) -> int:
    span, ago = due(organisation, kind, at, posting)
    slot = f"{organisation.id}/{span.name}"
    if ago > KEPT_TRYING or not await ports.jobs.claim("digest", slot, at, at + LEASE):
        return 0
    made = await told(ports, organisation, span, at)
    if made.total.entries or made.counts.asks:
        language = organisation.language
        files = await asyncio.to_thread(_files, ports, made, language)
        message = wording.message(made, language, files, late=ago > ON_TIME)
        await _brought(ports, organisation, slot, message, at)
    await ports.jobs.done("digest", slot, at)
    return 1


async def _brought(
    ports: Ports, organisation: Organisation, slot: str, message: Message, at: datetime
) -> None:
    """Post on each platform that has not taken the digest yet. Raises Undeliverable while one may take it.

    A platform without an admin channel stands in nobody's way, as long as another took the digest.
    """
    faults: list[Undeliverable] = []
    platforms = ports.courier.platforms()
    for platform in platforms:
        own = f"{slot}/{platform.value}"
        if not await ports.jobs.claim("digest-post", own, at, at):
            continue
        try:
            await ports.courier.post_on(platform, organisation.id, "admin", message)
        except Undeliverable as fault:
            log.warning("%s did not take the digest of %s: %s", platform.value, organisation.id, fault)
            faults.append(fault)
        else:
            await ports.jobs.done("digest-post", own, at)
    waiting = next((fault for fault in faults if fault.passing), None)
    if waiting is not None or len(faults) == len(platforms):
        raise waiting or Undeliverable("no platform took the digest")


async def warned(ports: Ports, person: Person, at: datetime) -> Message | None:
    """Return what to say before an ask when a budget is nearly used, or used up; None otherwise."""
    today, rooms = await rooms_of(ports, person, at)
    spent = next((room for room in rooms if room.exhausted), None)
    if spent is not None:
        return budgets.budget_exhausted(spent, today, person.language)
    near = _nearest(rooms)
    return None if near is None else budgets.budget_warning(near, person.language)


async def refused(ports: Ports, person: Person, scope: str, at: datetime) -> Message | None:
    """Return why a hard budget of `scope` had too little left for an ask, and how to get more."""
    today, rooms = await rooms_of(ports, person, at)
    hard = [room for room in rooms if room.budget.hard and (room.exhausted or room.budget.scope == scope)]
    return budgets.budget_exhausted(tightest(hard), today, person.language) if hard else None


async def rooms_of(ports: Ports, person: Person, at: datetime) -> tuple[date, tuple[Room, ...]]:
    """Return the day where the person is, and what is left of each budget that applies to them."""
    organisation = await ports.people.organisation(person.organisation)
    today = _local(organisation, at).date()
    key = await ports.people.ledger_key(person.id)
    return today, await ports.ledger.rooms(person.organisation, person.team, key, today)


def tightest(rooms: Sequence[Room]) -> Room:
    """Return the budget of which most is used."""
    return max(rooms, key=lambda room: (room.exhausted, room.share))


def _nearest(rooms: tuple[Room, ...]) -> Room | None:
    return max((room for room in rooms if room.warned), key=lambda room: room.share, default=None)


def _files(ports: Ports, made: Digest, language: Language) -> tuple[File, ...]:
    if not made.total.entries:
        return ()
    name = say(language, "ledger.file_name", period=made.period)
    picture = ports.charts.picture(made, language, "png")
    return (
        File(f"{name}.png", "image/png", picture, wording.alt(made, language)),
        File(f"{name}.csv", "text/csv; charset=utf-8", ports.sheets.sheet(made, language, "csv")),
    )


def _local(organisation: Organisation, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(organisation.timezone))
