"""Writing ledger entries: opened, closed exactly once, chained, summed. Inside the caller's transaction.

Each organisation has its own chain, so that its extract can be verified without its neighbours' rows:
a row's digest is SHA-256 over the digest before it and the row as a JSON array. One writer at a time
extends a chain: SQLite has only one; on PostgreSQL an advisory lock per organisation is held to the end
of the transaction, so take these calls last, after any row lock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, ScalarSelect, bindparam, column, exists, func, insert, select, table
from sqlalchemy.exc import IntegrityError

from bot.adapters.store.locks import hold, remember, remembered
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.reservations import release, reserve
from bot.adapters.store.sums import add, negated
from bot.adapters.store.tables_ledger import CLOSING, CODE, OPENING, activity, assessment, budget
from bot.core.footprint import Footprint
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.quantities import EURO, columns, whole
from bot.errors import Conflict, NotFound

GENESIS = bytes(32)
_UNFIT = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\ud800-\udfff]')

_organisations = table("organisations", column("id"), column("timezone"))


def _latest(name: str) -> ScalarSelect[Any]:
    # One look at the end of the index each; a join would sort the whole chain on PostgreSQL.
    chain = activity.c.organisation == _organisations.c.id
    found = select(activity.c[name]).where(chain).order_by(activity.c.position.desc()).limit(1)
    return found.correlate(_organisations).scalar_subquery()


_HEAD = Prepared(
    select(
        _organisations.c.timezone,
        _latest("position"),
        _latest("digest"),
        exists().where(budget.c.organisation == _organisations.c.id, budget.c.ended_at.is_(None)),
    ).where(_organisations.c.id == bindparam("organisation"))
)
_FACTS = (
    *("organisation", "day", "team", "person", "area", "template", "purpose", "sample"),
    *("seq", "kind", *CLOSING[7:]),
)
_PHASES = Prepared(
    select(*(activity.c[name] for name in _FACTS))
    .where(activity.c.entry == bindparam("entry"))
    .order_by(activity.c.phase)
)
_OPEN = Prepared(insert(activity).values({name: bindparam(name) for name in (*OPENING, "digest")}).inline())
_CLOSE = Prepared(insert(activity).values({name: bindparam(name) for name in (*CLOSING, "digest")}).inline())
_KNOWN = [column.name for column in assessment.columns if column.name != "activity"]
_ASSESS = {
    dialect: Prepared(
        insert(assessment).inline().values(activity=row, **{name: bindparam(name) for name in _KNOWN})
    )
    for dialect, row in (("sqlite", func.last_insert_rowid()), ("postgresql", func.lastval()))
}
"""Written right after its closing row, whose number the database remembers: asking for it is a journey."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of an organisation's chain, its zone, and whether it has budgets."""

    timezone: str
    position: int
    digest: bytes
    budgeted: bool


def open_entry(connection: Connection, opening: Opening) -> None:
    """Write the opening row and hold what it reserves. Raises BudgetExhausted, Conflict, NotFound."""
    head = _head(connection, opening.organisation)
    day = day_of(opening.at, head.timezone)
    if head.budgeted and opening.reserve is not None:
        reserve(connection, opening, day)
    row = {
        **_row(opening.organisation, head, opening.entry, "opened", opening.at, day, phase=0),
        "person": code(opening.person),
        "team": code(opening.team),
        "ask": code(opening.ask),
        "purpose": opening.purpose.value,
        "parent": code(opening.parent),
        "template": code(opening.template),
        "area": code(opening.area),
        "platform": code(opening.platform),
        "sample": int(opening.sample),
    }
    _write(connection, _OPEN, head, row, OPENING)


def close_entry(connection: Connection, settlement: Settlement) -> None:
    """Write the closing row, its assessment and the sums. Raises Conflict when it was closed already."""
    opened = _opened(connection, settlement.entry)
    head = _head(connection, opened["organisation"])
    if head.budgeted:
        release(connection, settlement.entry)
    row = {
        **_row(
            opened["organisation"],
            head,
            settlement.entry,
            settlement.closing.value,
            settlement.at,
            day_of(settlement.at, head.timezone),
            phase=1,
        ),
        **_used(settlement),
    }
    _write(connection, _CLOSE, head, row, CLOSING)
    assessed = None if settlement.footprint is None else assessed_row(settlement.footprint)
    _assess(connection, assessed, row["at"])
    add(connection, opened, row, assessed)


def counter_entry(connection: Connection, entry: str, at: datetime, reason: str) -> None:
    """Take back a closed entry by a row of opposite amounts. Raises Conflict when it was taken back."""
    rows = _phases(connection, entry)
    if len(rows) < 2:
        raise NotFound("no closed entry")
    opened, closed = rows[0], rows[1]
    head = _head(connection, opened["organisation"])
    row = {name: closed[name] for name in CLOSING[7:]}
    row |= _row(opened["organisation"], head, entry, "countered", at, day_of(at, head.timezone), phase=2)
    row = negated(row)
    row["reason"] = code(reason)
    assessed = _opposite(connection, closed["seq"])
    _write(connection, _CLOSE, head, row, CLOSING)
    _assess(connection, assessed, row["at"])
    add(connection, opened, {**row, "kind": closed["kind"], "reason": closed["reason"]}, assessed, sign=-1)


def _write(
    connection: Connection, statement: Prepared, head: Head, row: dict[str, Any], names: tuple[str, ...]
) -> None:
    """Write a row at the end of its chain. Raises Conflict when it is there already."""
    row["digest"] = chained(head.digest, row, names)
    try:
        statement.rows(connection, row)
    except IntegrityError as fault:
        raise Conflict(f"{row['kind']} already") from fault
    remember(connection, row["organisation"], replace(head, position=row["position"], digest=row["digest"]))


def _assess(connection: Connection, assessed: Mapping[str, Any] | None, at: int) -> None:
    """Write the footprint of the closing row that was written last."""
    if assessed is not None:
        row = {**assessed, "revision": 0, "at": at, "cause": None}
        _ASSESS[connection.dialect.name].rows(connection, row)


def chained(before: bytes, row: Mapping[str, Any], names: tuple[str, ...]) -> bytes:
    """Return the row's digest after the one before it."""
    line = as_json([row[name] for name in names])
    return sha256(before + line.encode()).digest()


as_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def day_of(at: datetime, timezone: str) -> int:
    """Return the calendar day of a moment in a zone, as 20261123."""
    local = at.astimezone(ZoneInfo(timezone))
    return local.year * 10000 + local.month * 100 + local.day


def microseconds(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@lru_cache(maxsize=4096)
def code(value: str | None) -> str | None:
    """Return a name fit for the ledger: short, printable, without what JSON would escape."""
    return None if value is None else _UNFIT.sub("_", value)[:CODE]


def assessed_row(footprint: Footprint) -> dict[str, Any]:
    """Return a footprint as columns of `assessment`."""
    return {
        "method": code(footprint.method),
        "library": code(footprint.library),
        "factors": code(footprint.factors),
        "tier": footprint.tier,
        "matched": footprint.matched,
        "model_key": code(footprint.model_key),
        "zone": code(footprint.zone),
        "active_m": _scaled(footprint.active, 1000),
        "total_m": _scaled(footprint.total, 1000),
        "pue_milli": _scaled(footprint.pue, 1000),
        "grid_mg_kwh": _scaled(footprint.grid, 10**6),
        "warnings": " ".join(footprint.warnings)[: 4 * CODE],
        **columns(footprint),
    }


def _row(
    organisation: str, head: Head, entry: str, kind: str, at: datetime, day: int, *, phase: int
) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "position": head.position + 1,
        "entry": entry,
        "phase": phase,
        "kind": kind,
        "at": microseconds(at),
        "day": day,
    }


def _head(connection: Connection, organisation: str) -> Head:
    hold(connection, organisation)
    known: Head | None = remembered(connection, organisation)
    if known is not None:
        return known
    found = _HEAD.rows(connection, {"organisation": organisation})
    if not found:
        raise NotFound("organisation")
    timezone, position, digest, budgeted = found[0]
    return Head(timezone, position or 0, bytes(digest or GENESIS), bool(budgeted))


def _opened(connection: Connection, entry: str) -> Mapping[str, Any]:
    rows = _phases(connection, entry)
    if not rows:
        raise NotFound("entry")
    if len(rows) > 1:
        raise Conflict("closed already")
    return rows[0]


def _phases(connection: Connection, entry: str) -> list[dict[str, Any]]:
    return [dict(zip(_FACTS, row, strict=True)) for row in _PHASES.rows(connection, {"entry": entry})]


def _used(settlement: Settlement) -> dict[str, Any]:
    card, usage = settlement.card, settlement.usage
    since = card.price.since if card and card.price else None
    called = settlement.closing is not Closing.AVOIDED
    return {
        "card": card and code(card.name),
        "provider": card and code(card.provider),
        "model": card and code(card.model),
        "model_served": code(settlement.model_served) if called else None,
        "host": card and code(card.host),
        "hosting": card and card.hosting,
        "zone": card and code(card.zone),
        "zone_basis": card and card.zone_basis,
        "impacts_as": card and code(card.impacts_as),
        "token_source": usage and usage.source,
        "tokens_in": usage and usage.input,
        "tokens_cached": usage and usage.cached,
        "tokens_cache_write": usage and usage.cache_write,
        "tokens_out": usage and usage.output,
        "tokens_reasoning": usage and usage.reasoning,
        "latency_us": _scaled(settlement.latency, 10**6),
        "first_token_us": _scaled(settlement.first_token, 10**6),
        "cost_neur": _scaled(settlement.cost, EURO),
        "price_since": since and since.year * 10000 + since.month * 100 + since.day,
        "watts_mw": _scaled(card.watts if card else None, 1000),
        "measured_nwh": _scaled(settlement.watt_hours, 10**9),
        "reason": code(settlement.reason),
    }


def _scaled(value: float | None, scale: int) -> int | None:
    return None if value is None else whole(value, scale)


def counted(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an assessment says, without when and why it was made."""
    apart = {"activity", "revision", "at", "cause"}
    return {name: value for name, value in found.items() if name not in apart}


def _opposite(connection: Connection, seq: int) -> dict[str, Any] | None:
    current = (
        select(assessment).where(assessment.c.activity == seq).order_by(assessment.c.revision.desc()).limit(1)
    )
    found = connection.execute(current).mappings().first()
    return None if found is None else negated(counted(dict(found)))
