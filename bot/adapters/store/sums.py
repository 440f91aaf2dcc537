"""Running sums by day: `rollup` by facets for digests and exports, `tally` for budgets and persons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.prepared import Prepared
from bot.adapters.store.tables_ledger import RANGES, SUMS, TALLIED, rollup, tally

Row = Mapping[str, Any]


def add(connection: Connection, opened: Row, closed: Row, assessed: Row | None, *, sign: int = 1) -> None:
    """Add one closing to the sums; `sign` -1 takes it out again (its amounts are negative already)."""
    dialect = connection.dialect.name
    _ROLLUP[dialect].rows(connection, rollup_row(opened, closed, assessed, sign=sign))
    _TALLY[dialect].each(connection, tuple(tally_rows(opened, closed, assessed, sign=sign)))


def negated(row: Row) -> dict[str, Any]:
    """Return a closing or an assessment with its amounts turned round, to be taken out of the sums."""
    return {
        name: -value if isinstance(value, int) and (name in _AMOUNTS or name in RANGES) else value
        for name, value in row.items()
    }


_AMOUNTS = frozenset(
    (
        *("tokens_in", "tokens_cached", "tokens_cache_write", "tokens_out", "tokens_reasoning"),
        *("latency_us", "first_token_us", "cost_neur", "measured_nwh"),
    )
)


def rollup_row(opened: Row, closed: Row, assessed: Row | None, *, sign: int = 1) -> dict[str, Any]:
    """Return what one closing adds to `rollup`."""
    facets = {
        "team": opened["team"] or "",
        "area": opened["area"] or "",
        "template": opened["template"] or "",
        "purpose": opened["purpose"],
        "kind": closed["kind"],
        "reason": closed["reason"] or "",
        "provider": closed["provider"] or "",
        "model": closed["model"] or "",
        "hosting": closed["hosting"] or "",
        "zone": (assessed and assessed["zone"]) or closed["zone"] or "",
        "zone_basis": closed["zone_basis"] or "",
        "tier": assessed["tier"] if assessed else "none",
        "method": assessed["method"] if assessed else "",
    }
    return {
        "organisation": opened["organisation"],
        "day": closed["day"],
        "facets": _key(facets, opened["sample"]),
        "sample": opened["sample"],
        **facets,
        **_sums(closed, assessed, sign),
    }


def tally_rows(opened: Row, closed: Row, assessed: Row | None, *, sign: int = 1) -> Iterable[dict[str, Any]]:
    """Yield what one closing adds to `tally`: the organisation's, the team's, the person's."""
    sums = _sums(closed, assessed, sign)
    amounts = {name: sums.get(name, 0) for name in TALLIED}
    amounts["tokens"] = sums["tokens_in"] + sums["tokens_cached"] + sums["tokens_out"]
    amounts["avoided"] = sign if closed["kind"] == "avoided" else 0
    amounts["failed"] = sign if closed["kind"] == "failed" else 0
    shared = {"organisation": opened["organisation"], "day": closed["day"], "sample": opened["sample"]}
    yield {**shared, "scope": "organisation", "subject": "", **amounts}
    if opened["team"]:
        yield {**shared, "scope": "team", "subject": opened["team"], **amounts}
    yield {**shared, "scope": "person", "subject": opened["person"], **amounts}


def _sums(closed: Row, assessed: Row | None, sign: int) -> dict[str, int]:
    read = (closed["tokens_in"] or 0) + (closed["tokens_cache_write"] or 0)
    cached, out = closed["tokens_cached"] or 0, closed["tokens_out"] or 0
    tokens = read + cached + out
    known = assessed is not None and assessed["gwp_mid"] is not None
    return {
        "entries": sign,
        "tokens_in": read,
        "tokens_cached": cached,
        "tokens_out": out,
        "tokens_estimated": tokens if closed["token_source"] not in {None, "api"} else 0,
        "tokens_assessed": tokens if known else 0,
        "cost_neur": closed["cost_neur"] or 0,
        "unpriced": sign if closed["cost_neur"] is None and tokens else 0,
        "latency_us": closed["latency_us"] or 0,
        **({name: assessed[name] or 0 for name in RANGES} if assessed else dict.fromkeys(RANGES, 0)),
    }


def _key(facets: Row, sample: int) -> int:
    # 63 bits among an organisation's few thousand combinations a day: a clash is not to be expected.
    joined = "\x1f".join((*facets.values(), str(sample))).encode()
    return int.from_bytes(blake2b(joined, digest_size=8).digest()) >> 1


def _adding(table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> dict[str, Prepared]:
    made = {}
    for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgres_insert)):
        statement = insert(table)
        added = {name: table.c[name] + statement.excluded[name] for name in names}
        made[dialect] = Prepared(statement.on_conflict_do_update(index_elements=list(keys), set_=added))
    return made


_ROLLUP = _adding(rollup, SUMS, ("organisation", "day", "facets"))
_TALLY = _adding(tally, TALLIED, ("organisation", "scope", "subject", "day", "sample"))
