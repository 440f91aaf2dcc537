"""Filling a new database with a made-up history of millions of entries, chained and summed as real ones.

Only for `sobria bench ledger`: it writes rows in bulk, without the durability of real entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, insert

from bot.adapters.store.bulk_rows import ASSESSED, PEOPLE, TEAMS, Chains, DaySums, organisation
from bot.adapters.store.engines import located
from bot.adapters.store.ledger_rows import microseconds
from bot.adapters.store.metadata import METADATA
from bot.adapters.store.reservations import number_of
from bot.adapters.store.tables import organisations, persons, teams
from bot.adapters.store.tables_ledger import CLOSING, OPENING, activity, assessment, rollup, tally

DAYS = 3 * 365
DAYS_TOGETHER = 30
# Binding a null takes the SQLite driver longer than a number does: what is not known is left out.
_KNOWN = {name: value for name, value in ASSESSED.items() if value is not None}
Tell = Callable[[int, int], None]


def filled(url: str, entries: int, associations: int, now: datetime, tell: Tell) -> None:
    """Create the tables and fill them with `entries` over three years, shared among `associations`."""
    engine = create_engine(located(url))
    METADATA.drop_all(engine)
    METADATA.create_all(engine)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
                    connection.exec_driver_sql(f"PRAGMA {pragma}")
                connection.commit()
            _people(connection, associations)
            mended = _without_keys(connection)
            _History(connection, associations, now).write(entries, tell)
            for statement in mended:
                connection.exec_driver_sql(statement)
            connection.commit()
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


def _without_keys(connection: Connection) -> list[str]:
    """Take the keys of the large tables away on PostgreSQL; return what makes them again, sorted at once."""
    if connection.dialect.name != "postgresql":
        return []
    mended = []
    for table in (activity, assessment, rollup, tally):
        kept = connection.exec_driver_sql(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "  # noqa: S608  our tables' names
            f"WHERE conrelid = '{table.name}'::regclass AND contype IN ('p', 'u') ORDER BY contype"
        ).all()
        for name, definition in kept:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {name}")
            mended.append(f"ALTER TABLE {table.name} ADD CONSTRAINT {name} {definition}")
    connection.exec_driver_sql("SET synchronous_commit = off")
    connection.exec_driver_sql("SET maintenance_work_mem = '512MB'")
    connection.commit()
    return mended


def _people(connection: Connection, associations: int) -> None:
    for number in range(associations):
        name = organisation(number)
        zone = {"timezone": "Europe/Brussels", "language": "fr", "country": "BE", "zone": "BEL"}
        connection.execute(insert(organisations).values(id=name, name=name, **zone))
        rows = [{"id": f"{name}-t{team}", "organisation": name, "name": f"t{team}"} for team in range(TEAMS)]
        connection.execute(insert(teams), rows)
        who = [
            {"id": f"{name}-p{one}", "organisation": name, "team": f"{name}-t{one % TEAMS}", "roles": "staff"}
            for one in range(PEOPLE)
        ]
        connection.execute(insert(persons), [{**one, "language": "fr", "created_at": 0} for one in who])
    connection.commit()


class _History:
    """Writes day after day, each organisation's chain going on from day to day."""

    def __init__(self, connection: Connection, associations: int, now: datetime) -> None:
        self._connection = connection
        self._chains = Chains(associations)
        self._associations = associations
        self._first = now - timedelta(days=DAYS)
        self._seq = count(1)
        self._numbers = count()

    def write(self, entries: int, tell: Tell) -> None:
        """Write all entries, a day at a time."""
        written = 0
        for offset in range(DAYS):
            wanted = entries * (offset + 1) // DAYS - written
            if wanted:
                self._day(self._first + timedelta(days=offset), wanted)
                written += wanted
                tell(written, entries)
            # A day touches the last page of every person's sums: several days share writing it down.
            if offset % DAYS_TOGETHER == 0 or offset == DAYS - 1:
                self._connection.connection.commit()

    def _day(self, morning: datetime, wanted: int) -> None:
        """Write a day: first all openings, then all closings, so that every table only grows at its end."""
        day, start = number_of(morning.date()), microseconds(morning.astimezone(UTC))
        opened, closed, assessed, summed = [], [], [], DaySums()
        called = [self._called(number, start) for number in islice(self._numbers, wanted)]
        for which, number, entry, at in called:
            opened.append((next(self._seq), *self._chains.opening(which, number, entry, at, day)))
        for which, number, entry, at in called:
            seq = next(self._seq)
            closed.append((seq, *self._chains.closing(which, number, entry, at, day)))
            assessed.append((seq, 0, at, *_KNOWN.values()))
            summed.add(which, number)
        self._load(activity, ("seq", *OPENING, "digest"), opened)
        self._load(activity, ("seq", *CLOSING, "digest"), closed)
        self._load(assessment, ("activity", "revision", "at", *_KNOWN), assessed)
        for table, sums in ((rollup, summed.rollup(day)), (tally, summed.tally(day))):
            self._load(table, table.columns.keys(), list(sums))

    def _called(self, number: int, start: int) -> tuple[int, int, str, int]:
        """Return whose call it is, its number, its entry and its moment."""
        at = start + number % 30_000 * 1_000_000
        return number * 7919 % self._associations, number, f"{start:015x}{number:016x}", at

    def _load(self, table: Table, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        raw: Any = self._connection.connection.cursor()
        listed = ", ".join(names)
        if self._connection.dialect.name == "postgresql":
            with raw.copy(f"COPY {table.name} ({listed}) FROM STDIN") as copying:
                for row in rows:
                    copying.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            raw.executemany(f"INSERT INTO {table.name} ({listed}) VALUES ({marks})", rows)  # noqa: S608
        raw.close()
