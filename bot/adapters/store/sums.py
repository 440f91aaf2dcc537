"""Running sums by day: `rollup` by facets for digests and exports, `tally` for budgets and persons.

A transaction of many closings gathers what they add and writes each row of sums once, at its end
(`gathered`). Whoever reads the sums within such a transaction calls `written_out` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from operator import add as plus
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.adapters.store.prepared import Prepared
from bot.adapters.store.tables_ledger import RANGES, SUMS, TALLIED, rollup, tally

Row = Mapping[str, Any]
Key = tuple[Any, ...]
Amounts = tuple[int, ...]

_GATHERED = "sums not written yet"
_ranges = itemgetter(*RANGES)
_NONE = (0,) * len(RANGES)
_TALLIED_RANGES = itemgetter(*(SUMS.index(name) for name in TALLIED[6:]))


class Gathered:
    """What closings add to each row of the sums."""

    def __init__(self) -> None:
        self.rollup: dict[Key, Amounts] = {}
        self.tally: dict[Key, Amounts] = {}

    def add(self, opened: Row, closed: Row, assessed: Row | None, sign: int) -> None:
        """Add one closing."""
        amounts = amounts_of(closed, assessed, sign)
        _plus(self.rollup, rollup_key(opened, closed, assessed), amounts)
        tallied = tallied_of(amounts, closed["kind"])
        for key in tally_keys(opened, closed["day"]):
            _plus(self.tally, key, tallied)

    def write(self, connection: Connection) -> None:
        """Write all of it, in one order for everybody: two transactions then never wait in a circle."""
        for statements, sums in ((_ROLLUP, self.rollup), (_TALLY, self.tally)):
            if sums:
                rows = [(*key, *amounts) for key, amounts in sorted(sums.items())]
                statements[connection.dialect.name].each(connection, rows)
                sums.clear()


@contextmanager
def gathered(connection: Connection) -> Iterator[None]:
    """Write what is added meanwhile once, at the end; nothing of it when that is an error."""
    kept = connection.info  # cannot be asked for any more once the connection is lost
    kept[_GATHERED] = Gathered()
    try:
        yield
        written_out(connection)
    finally:
        del kept[_GATHERED]


def written_out(connection: Connection) -> None:
    """Write what was gathered so far, so that it can be read."""
    waiting: Gathered | None = connection.info.get(_GATHERED)
    if waiting is not None:
        waiting.write(connection)


def add(connection: Connection, opened: Row, closed: Row, assessed: Row | None, *, sign: int = 1) -> None:
    """Add one closing to the sums; `sign` -1 takes it out again (its amounts are negative already)."""
    waiting: Gathered | None = connection.info.get(_GATHERED)
    sums = Gathered() if waiting is None else waiting
    sums.add(opened, closed, assessed, sign)
    if waiting is None:
        sums.write(connection)


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


def rollup_key(opened: Row, closed: Row, assessed: Row | None) -> Key:
    """Return the columns of `rollup` before `SUMS` for one closing."""
    facets = (
        opened["team"] or "",
        opened["area"] or "",
        opened["template"] or "",
        opened["purpose"],
        closed["kind"],
        closed["reason"] or "",
        closed["provider"] or "",
        closed["model"] or "",
        closed["hosting"] or "",
        (assessed and assessed["zone"]) or closed["zone"] or "",
        closed["zone_basis"] or "",
        assessed["tier"] if assessed else "none",
        assessed["method"] if assessed else "",
    )
    sample = opened["sample"]
    return (opened["organisation"], closed["day"], _number(facets, sample), *facets, sample)


def tally_keys(opened: Row, day: int) -> tuple[Key, ...]:
    """Return the columns of `tally` before `TALLIED`: the organisation's, the person's, the team's."""
    organisation, sample = opened["organisation"], opened["sample"]
    whole = (day, organisation, "organisation", "", sample)
    person = (day, organisation, "person", opened["person"], sample)
    if not opened["team"]:
        return (whole, person)
    return (whole, person, (day, organisation, "team", opened["team"], sample))


def amounts_of(closed: Row, assessed: Row | None, sign: int = 1) -> Amounts:
    """Return what one closing adds, as the columns `SUMS`."""
    read = (closed["tokens_in"] or 0) + (closed["tokens_cache_write"] or 0)
    cached, out = closed["tokens_cached"] or 0, closed["tokens_out"] or 0
    tokens = read + cached + out
    known = assessed is not None and assessed["gwp_mid"] is not None
    return (
        sign,
        read,
        cached,
        out,
        tokens if closed["token_source"] not in {None, "api"} else 0,
        tokens if known else 0,
        closed["cost_neur"] or 0,
        sign if closed["cost_neur"] is None and tokens else 0,
        closed["latency_us"] or 0,
        *([value or 0 for value in _ranges(assessed)] if assessed else _NONE),
    )


def tallied_of(amounts: Amounts, kind: str) -> Amounts:
    """Return the same as the columns `TALLIED`."""
    entries, read, cached, out, _, assessed, cost = amounts[:7]
    avoided, failed = (entries if kind == one else 0 for one in ("avoided", "failed"))
    return (entries, avoided, failed, read + cached + out, assessed, cost, *_TALLIED_RANGES(amounts))


@lru_cache(maxsize=4096)
def _number(facets: tuple[str, ...], sample: int) -> int:
    # 63 bits among an organisation's few thousand combinations a day: a clash is not to be expected.
    joined = "\x1f".join((*facets, str(sample))).encode()
    return int.from_bytes(blake2b(joined, digest_size=8).digest()) >> 1


def _plus(sums: dict[Key, Amounts], key: Key, amounts: Amounts) -> None:
    there = sums.get(key)
    sums[key] = amounts if there is None else tuple(map(plus, there, amounts))


def _adding(table: Table, names: tuple[str, ...]) -> dict[str, Prepared]:
    made = {}
    for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgres_insert)):
        statement = insert(table)
        added = {name: table.c[name] + statement.excluded[name] for name in names}
        keys = list(table.primary_key.columns)
        order = tuple(table.columns.keys())
        made[dialect] = Prepared(statement.on_conflict_do_update(index_elements=keys, set_=added), order)
    return made


_ROLLUP = _adding(rollup, SUMS)
_TALLY = _adding(tally, TALLIED)
