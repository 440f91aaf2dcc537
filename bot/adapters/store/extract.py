"""Handing the ledger over: entries as rows, and a SQLite file with views that Datasette shows well.

People, teams and moments are left out: an accountant needs none of them, and the day is enough. Position
and digest tie each row to the chain, which `sobria ledger verify` checks on the database itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, func, select

from bot.adapters.store.reservations import date_of
from bot.adapters.store.tables_ledger import activity, assessment
from bot.core.quantities import EURO, SCALE
from bot.errors import WrongUse

_opened, _closed = activity.alias("opened"), activity.alias("closed")
_NAMES = {"energy": "kwh", "gwp": "kgco2e", "water": "litres", "adpe": "kgsbe", "pe": "mj"}
_COPIED = (
    *("entry", "position", "kind", "provider", "model", "model_served", "hosting", "zone", "zone_basis"),
    *("token_source", "tokens_in", "tokens_cached", "tokens_cache_write", "tokens_out", "tokens_reasoning"),
    "reason",
)


def entries(connection: Connection, organisation: str) -> Iterator[dict[str, Any]]:
    """Yield every closed entry with its present assessment, in the chain's order."""
    latest = (
        select(func.max(assessment.c.revision))
        .where(assessment.c.activity == _closed.c.seq)
        .correlate(_closed)
        .scalar_subquery()
    )
    statement = (
        select(
            *(_closed.c[name] for name in (*_COPIED, "day", "digest", "latency_us", "cost_neur")),
            *(_opened.c[name] for name in ("purpose", "area", "template", "platform", "sample")),
            *(assessment.c[name] for name in ("revision", "method", "library", "factors", "tier", "matched")),
            *(assessment.c[name] for name in ("model_key", "warnings", "grid_mg_kwh", "pue_milli")),
            *(assessment.c[f"{name}_{bound}"] for name in _NAMES for bound in ("low", "mid", "high")),
        )
        .join(_opened, and_(_opened.c.entry == _closed.c.entry, _opened.c.phase == 0))
        .outerjoin(assessment, and_(assessment.c.activity == _closed.c.seq, assessment.c.revision == latest))
        .where(_closed.c.organisation == organisation, _closed.c.phase > 0)
        .order_by(_closed.c.position)
    )
    for row in connection.execution_options(yield_per=2000).execute(statement).mappings():
        yield _readable(row)


def _readable(row: Any) -> dict[str, Any]:
    found = {name: row[name] for name in _COPIED}
    found |= {"day": date_of(row["day"]).isoformat(), "sha256": bytes(row["digest"]).hex()}
    found |= {name: row[name] for name in ("purpose", "area", "template", "platform")}
    found["sample"] = bool(row["sample"])
    found["seconds"] = _scaled(row["latency_us"], 10**6)
    found["euros"] = _scaled(row["cost_neur"], EURO)
    for quantity, name in _NAMES.items():
        for bound in ("low", "mid", "high"):
            found[f"{name}_{bound}"] = _scaled(row[f"{quantity}_{bound}"], SCALE[quantity])
    found |= {name: row[name] for name in ("method", "library", "factors", "tier", "matched", "model_key")}
    found |= {"revision": row["revision"], "warnings": row["warnings"]}
    found["grid_kgco2e_kwh"] = _scaled(row["grid_mg_kwh"], 10**6)
    found["pue"] = _scaled(row["pue_milli"], 1000)
    return found


def _scaled(value: int | None, scale: int) -> float | None:
    return None if value is None else value / scale


def write_extract(connection: Connection, organisation: str, file: Path) -> int:
    """Write the extract; return how many entries it holds. Raises WrongUse when the file exists."""
    import sqlite_utils  # late: only an extract needs it

    if file.exists():
        raise WrongUse(f"{file} exists; choose another name")
    made = sqlite_utils.Database(file)
    try:
        _fill(made, connection, organisation)
        for name, statement in _VIEWS.items():
            made.create_view(name, statement)
        return int(made["entries"].count)
    finally:
        made.close()


def _fill(made: Any, connection: Connection, organisation: str) -> None:
    rows = made["entries"]
    rows.insert_all(entries(connection, organisation), pk="position", batch_size=2000, alter=True)
    if not rows.exists():
        rows.create({"position": int, "entry": str, "day": str, "kind": str}, pk="position")
        return
    for name in ("day", "model"):
        rows.create_index([name])


_SUMS = (
    "count(*) AS calls, sum(tokens_in) AS tokens_in, sum(tokens_cached) AS tokens_cached, "
    "sum(tokens_out) AS tokens_out, round(sum(euros), 4) AS euros, sum(kwh_low) AS kwh_low, "
    "sum(kwh_mid) AS kwh, sum(kwh_high) AS kwh_high, sum(kgco2e_low) AS kgco2e_low, "
    "sum(kgco2e_mid) AS kgco2e, sum(kgco2e_high) AS kgco2e_high, sum(litres_mid) AS litres"
)
_CALLED = "FROM entries WHERE kind IN ('settled', 'failed', 'countered')"
_VIEWS = {
    "by_month": f"SELECT substr(day, 1, 7) AS month, {_SUMS} {_CALLED} GROUP BY 1 ORDER BY 1 DESC",
    "by_model": f"SELECT provider, model, hosting, zone, {_SUMS} {_CALLED} "
    "GROUP BY 1, 2, 3, 4 ORDER BY kgco2e DESC",
    "by_area": f"SELECT coalesce(area, '') AS area, {_SUMS} {_CALLED} GROUP BY 1 ORDER BY kgco2e DESC",
    "avoided": "SELECT substr(day, 1, 7) AS month, reason, count(*) AS asks FROM entries "
    "WHERE kind = 'avoided' GROUP BY 1, 2 ORDER BY 1 DESC, 3 DESC",
    "unassessed": "SELECT day, provider, model, tokens_in, tokens_out, warnings FROM entries "
    "WHERE kind = 'settled' AND kgco2e_mid IS NULL ORDER BY day DESC",
    "methods": "SELECT method, library, factors, tier, matched, count(*) AS entries FROM entries "
    "WHERE method IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC",
}
