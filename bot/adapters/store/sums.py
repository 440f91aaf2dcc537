"""What a closing adds to the sums by day.

They are `rollup` by facets, for digests and exports, and `tally` for budgets and persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from bot.adapters.store.tables_ledger import RANGES, SUMS, TALLIED

Row = Mapping[str, Any]
Key = tuple[Any, ...]
Amounts = tuple[int, ...]

_ranges = itemgetter(*RANGES)
_NONE = (0,) * len(RANGES)
_TALLIED_RANGES = itemgetter(*(SUMS.index(name) for name in TALLIED[6:]))


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
    ranges = _ranges(assessed) if assessed else _NONE
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
        *(ranges if all(ranges) else (value or 0 for value in ranges)),
    )


def tallied_of(amounts: Amounts, kind: str) -> Amounts:
    """Return the same as the columns `TALLIED`."""
    entries, read, cached, out, _, assessed, cost = amounts[:7]
    avoided = entries if kind == "avoided" else 0
    failed = entries if kind == "failed" else 0
    return (entries, avoided, failed, read + cached + out, assessed, cost, *_TALLIED_RANGES(amounts))


@lru_cache(maxsize=4096)
def _number(facets: tuple[str, ...], sample: int) -> int:
    # 63 bits among an organisation's few thousand combinations a day: a clash is not to be expected.
    joined = "\x1f".join((*facets, str(sample))).encode()
    return int.from_bytes(blake2b(joined, digest_size=8).digest()) >> 1
