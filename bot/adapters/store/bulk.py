"""Filling a new database with a made-up history of millions of entries, chained and summed as real ones.

Only for `sobria bench ledger`: it writes rows in bulk, without the durability of real entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, insert

from bot.adapters.store.engines import located
from bot.adapters.store.ledger import GENESIS, as_json, assessed_row, microseconds
from bot.adapters.store.metadata import METADATA
from bot.adapters.store.reservations import number_of
from bot.adapters.store.sums import rollup_row, tally_rows
from bot.adapters.store.tables import organisations, persons, teams
from bot.adapters.store.tables_ledger import (
    CLOSING,
    OPENING,
    SUMS,
    TALLIED,
    activity,
    assessment,
    rollup,
    tally,
)
from bot.core.footprint import Footprint, Range
from bot.core.model import ModelCard, Price

DAYS = 3 * 365
PEOPLE = 20
_SOME = Range(4e-5, 1e-4, 8e-4)
FOOTPRINT = Footprint(
    *(_SOME,) * 7,
    method="sobria-1",
    factors="bench",
    tier="model",
    zone="SWE",
    matched="exact",
    prefill=_SOME,
)
CARD = ModelCard(
    "small", "mistralai", "mistral-small-latest", zone="SWE", price=Price(0.1, 0.3, since=date(2026, 1, 1))
)
_MODELS = ("mistral-small-latest", "mistral-small-latest", "mistral-large-latest", "ministral-8b-latest")
_AREAS = (("compte-rendu", "Réunions"), (None, None), ("traduire", "Traduction"), ("falc", "Langage clair"))
_ASSESSED = assessed_row(FOOTPRINT)
Tell = Callable[[int, int], None]


def filled(url: str, entries: int, associations: int, now: datetime, tell: Tell) -> None:
    """Create the tables and fill them with `entries` over three years, shared among `associations`."""
    engine = create_engine(located(url))
    METADATA.drop_all(engine)
    METADATA.create_all(engine)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
                    connection.exec_driver_sql(f"PRAGMA {pragma}")
                connection.commit()
            _people(connection, associations)
            _History(connection, associations, now).write(entries, tell)
        _settled(engine)
    finally:
        engine.dispose()


def _settled(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            highest = "(SELECT coalesce(max(seq), 0) + 1 FROM activity)"
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('activity', 'seq'), {highest}, false)"
            )
            connection.exec_driver_sql("ANALYZE")


def _people(connection: Connection, associations: int) -> None:
    for number in range(associations):
        name = f"org{number:04}"
        zone = {"timezone": "Europe/Brussels", "language": "fr", "country": "BE", "zone": "BEL"}
        connection.execute(insert(organisations).values(id=name, name=name, **zone))
        rows = [{"id": f"{name}-t{team}", "organisation": name, "name": f"t{team}"} for team in range(3)]
        connection.execute(insert(teams), rows)
        who = [
            {"id": f"{name}-p{one}", "organisation": name, "team": f"{name}-t{one % 3}", "roles": "staff"}
            for one in range(PEOPLE)
        ]
        connection.execute(insert(persons), [{**one, "language": "fr", "created_at": 0} for one in who])
    connection.commit()


class _History:
    """Writes day after day, each organisation's chain going on from day to day."""

    def __init__(self, connection: Connection, associations: int, now: datetime) -> None:
        self._connection = connection
        self._associations = associations
        self._heads = [(0, GENESIS)] * associations
        self._first = now - timedelta(days=DAYS)
        self._seq = count(1)
        self._numbers = count()

    def write(self, entries: int, tell: Tell) -> None:
        """Write all entries, a day at a time."""
        made = 0
        for offset in range(DAYS):
            wanted = entries * (offset + 1) // DAYS - made
            if wanted:
                self._day(self._first + timedelta(days=offset), wanted)
                made += wanted
                tell(made, entries)

    def _day(self, morning: datetime, wanted: int) -> None:
        rows: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
        sums: dict[tuple[Any, ...], dict[str, Any]] = {}
        tallies: dict[tuple[Any, ...], dict[str, Any]] = {}
        day, start = number_of(morning.date()), microseconds(morning.astimezone(UTC))
        for _ in range(wanted):
            opened, closed = self._pair(next(self._numbers), start, day)
            rows[0].append((next(self._seq), *opened.values()))
            rows[1].append((next(self._seq), *closed.values()))
            rows[2].append((rows[1][-1][0], 0, closed["at"], None, *_ASSESSED.values()))
            _added(sums, rollup_row(opened, closed, _ASSESSED), ("organisation", "day", "facets"), SUMS)
            for row in tally_rows(opened, closed, _ASSESSED):
                _added(tallies, row, ("organisation", "scope", "subject", "day", "sample"), TALLIED)
        _load(self._connection, activity, ("seq", *OPENING, "digest"), rows[0])
        _load(self._connection, activity, ("seq", *CLOSING, "digest"), rows[1])
        _load(self._connection, assessment, ("activity", "revision", "at", "cause", *_ASSESSED), rows[2])
        for table, found in ((rollup, sums), (tally, tallies)):
            _load(
                self._connection,
                table,
                tuple(next(iter(found.values()))),
                [tuple(one.values()) for one in found.values()],
            )
        self._connection.connection.commit()

    def _pair(self, number: int, start: int, day: int) -> tuple[dict[str, Any], dict[str, Any]]:
        which = number * 7919 % self._associations
        at = start + number % 30_000 * 1_000_000
        name, entry = f"org{which:04}", f"{start:015x}{number:016x}"
        template, area = _AREAS[number // 3 % 4]
        shared = {"organisation": name, "entry": entry, "at": at, "day": day}
        opened = (
            dict.fromkeys(OPENING) | shared | {"phase": 0, "kind": "opened", "purpose": "answer", "sample": 0}
        )
        opened |= {
            "person": f"{name}-p{number % PEOPLE}",
            "team": f"{name}-t{number % 3}",
            "template": template,
            "area": area,
        }
        opened |= {"ask": entry, "platform": "console"}
        closed = (
            dict.fromkeys(CLOSING)
            | shared
            | {"phase": 1, "kind": "settled", "card": "small", "provider": "mistralai"}
        )
        closed |= {
            "model": _MODELS[number % 4],
            "model_served": _MODELS[number % 4],
            "host": "",
            "hosting": "cloud",
        }
        closed |= {
            "zone": "SWE",
            "zone_basis": "assumed",
            "token_source": "api",
            "tokens_in": 300 + number % 900,
        }
        closed |= {
            "tokens_cached": 0,
            "tokens_cache_write": 0,
            "tokens_out": 100 + number % 400,
            "tokens_reasoning": 0,
        }
        closed |= {
            "latency_us": 3_200_000,
            "first_token_us": 400_000,
            "cost_neur": 120_000,
            "price_since": 20260101,
        }
        self._chain(which, opened, OPENING)
        self._chain(which, closed, CLOSING)
        return opened, closed

    def _chain(self, which: int, row: dict[str, Any], names: Sequence[str]) -> None:
        position, digest = self._heads[which]
        row["position"] = position + 1
        line = as_json([row[name] for name in names])
        row["digest"] = sha256(digest + line.encode()).digest()
        self._heads[which] = (position + 1, row["digest"])


def _added(
    found: dict[tuple[Any, ...], dict[str, Any]],
    row: dict[str, Any],
    keys: tuple[str, ...],
    names: Iterable[str],
) -> None:
    kept = found.setdefault(tuple(row[key] for key in keys), row)
    if kept is not row:
        for name in names:
            kept[name] += row[name]


def _load(connection: Connection, table: Table, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    raw: Any = connection.connection.cursor()
    listed = ", ".join(names)
    if connection.dialect.name == "postgresql":
        with raw.copy(f"COPY {table.name} ({listed}) FROM STDIN") as copying:
            for row in rows:
                copying.write_row(row)
    else:
        raw.executemany(f"INSERT INTO {table.name} ({listed}) VALUES ({', '.join('?' * len(names))})", rows)  # noqa: S608
    raw.close()
