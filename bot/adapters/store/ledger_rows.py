"""Entries as rows: names and moments made fit for the ledger, quantities as whole numbers, digests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from bot.adapters.store.stretches import GENESIS as GENESIS
from bot.adapters.store.tables_ledger import CODE
from bot.core.footprint import Footprint
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.quantities import EURO, columns, whole

_UNFIT = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\ud800-\udfff]')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_APART = frozenset(("activity", "revision", "at", "cause"))


def chained(before: bytes, values: Sequence[Any]) -> bytes:
    """Return the digest of a row, by the values that count, after the digest of the row before it."""
    return sha256(before + line(values)).digest()


def line(values: Sequence[Any]) -> bytes:
    """Return values as a JSON array without spaces, as SQLite's `json_array` writes it."""
    # The library's own encoder takes ten times as long, and every row waits for it.
    return orjson.dumps(values)


def day_of(at: datetime, timezone: str) -> int:
    """Return the calendar day of a moment in a zone, as 20261123."""
    local = at.astimezone(ZoneInfo(timezone))
    return local.year * 10000 + local.month * 100 + local.day


def microseconds(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@lru_cache(maxsize=4096)
def code(value: str | None) -> str | None:
    """Return a name fit for the ledger: short, printable, without what JSON would escape."""
    return None if value is None else _UNFIT.sub("_", value)[:CODE]


def asked(opening: Opening) -> dict[str, Any]:
    """Return what an opening says of the ask, as columns of `activity`."""
    return {
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


def used(settlement: Settlement) -> dict[str, Any]:
    """Return what a closing says of the call, as columns of `activity`."""
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


def assessed_row(footprint: Footprint) -> dict[str, Any]:
    """Return a footprint as columns of `assessment`."""
    row: dict[str, Any] = columns(footprint)
    row |= {
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
    }
    return row


def counted(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an assessment says, without when and why it was made."""
    return {name: value for name, value in found.items() if name not in _APART}


def _scaled(value: float | None, scale: int) -> int | None:
    return None if value is None else whole(value, scale)
