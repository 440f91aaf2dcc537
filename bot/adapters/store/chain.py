"""Verifying the ledger's chains: every row's digest, from the first to the last, and the digests' anchors.

On SQLite several processes each take a stretch of the file; on PostgreSQL the server computes the digests
itself. The first row that does not hold is named by its entry's number (`seq`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from bot.adapters.store.ledger_rows import GENESIS
from bot.adapters.store.tables_ledger import CLOSING, OPENING
from bot.errors import Tampered

Progress = Callable[[int, int], None]
STRETCH = 200_000
_ALONE = 400_000


def verify(connection: Connection, progress: Progress | None = None) -> int:
    """Check every row and anchor; return the number of rows. Raises Tampered naming the first broken one."""
    last = connection.execute(text("SELECT coalesce(max(seq), 0) FROM activity")).scalar_one()
    tell = progress or (lambda _done, _all: None)
    checked, fault = 0, None
    for done, broken in _stretches(connection, last):
        checked += done
        tell(checked, last)
        if broken is not None and (fault is None or broken < fault):
            fault = broken
    if fault is not None:
        raise Tampered(*fault)
    _gaps(connection)
    _anchors(connection)
    return checked


def _stretches(connection: Connection, last: int) -> Iterator[tuple[int, tuple[int, str] | None]]:
    bounds = [(first, min(first + STRETCH - 1, last)) for first in range(1, last + 1, STRETCH)]
    if connection.dialect.name == "postgresql":
        yield from (_on_postgres(connection, *bound) for bound in bounds)
        return
    file = connection.engine.url.database
    if last < _ALONE or not file or file == ":memory:" or not Path(file).exists():
        raw = connection.connection.driver_connection
        yield from (_on_sqlite(raw, *bound) for bound in bounds)
        return
    # Spawned, not forked: this may run in a thread of a program that holds locks in others.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_in_process, file, *bound) for bound in bounds]
        yield from (job.result() for job in as_completed(jobs))


def _in_process(file: str, first: int, last: int) -> tuple[int, tuple[int, str] | None]:
    import sqlite3

    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return _on_sqlite(connection, first, last)
    finally:
        connection.close()


def _on_sqlite(raw: Any, first: int, last: int) -> tuple[int, tuple[int, str] | None]:
    """Check a stretch. A row's place is in its line, so a row that is missing shows in the next one's digest."""
    heads: dict[str, bytes] = {}
    checked = 0
    for organisation, digest, line in raw.execute(_SQLITE, (first, last)):
        before = heads.get(organisation) or _before(raw, line)
        if sha256(before + line).digest() != digest:
            return checked, _broken(raw, first, last, organisation, digest)
        heads[organisation] = digest
        checked += 1
    return checked, None


def _broken(raw: Any, first: int, last: int, organisation: str, digest: bytes) -> tuple[int, str]:
    found = raw.execute(
        "SELECT seq FROM activity WHERE seq BETWEEN ? AND ? AND organisation = ? AND digest = ? ORDER BY seq",
        (first, last, organisation, digest),
    )
    return found.fetchone()[0], "it, or the row before it, is not what was written"


def _before(raw: Any, line: bytes) -> bytes:
    """Return the digest before the first row that a stretch has of an organisation."""
    organisation, position = json.loads(line)[:2]
    if position == 1:
        return GENESIS
    found = raw.execute(
        "SELECT digest FROM activity WHERE organisation = ? AND position = ?", (organisation, position - 1)
    ).fetchone()
    return found[0] if found else b""


def _on_postgres(connection: Connection, first: int, last: int) -> tuple[int, tuple[int, str] | None]:
    found = connection.execute(text(_POSTGRES), {"first": first, "last": last, "genesis": GENESIS}).one()
    broken = (int(found[1]), "its content or its place is not what was written") if found[1] else None
    return int(found[0]), broken


def _gaps(connection: Connection) -> None:
    """Check that each chain has as many rows as its length."""
    statement = text(
        "SELECT min(last) FROM (SELECT max(seq) AS last FROM activity "
        "GROUP BY organisation HAVING count(*) <> max(position)) AS short"
    )
    broken = connection.execute(statement).scalar_one_or_none()
    if broken:
        raise Tampered(int(broken), "rows of its chain are missing")


def _anchors(connection: Connection) -> None:
    """Check that every head that a digest published is still in its chain: nothing was cut off."""
    statement = text(
        "SELECT d.position, d.period FROM digest_record d LEFT JOIN activity a "
        "ON a.organisation = d.organisation AND a.position = d.position "
        "WHERE d.position > 0 AND (a.digest IS NULL OR a.digest <> d.head) ORDER BY d.position LIMIT 1"
    )
    broken = connection.execute(statement).first()
    if broken:
        raise Tampered(int(broken[0]), f"the digest of {broken[1]} was anchored on another row")


def _sqlite_line() -> str:
    opening, closing = (f"json_array({', '.join(names)})" for names in (OPENING, CLOSING))
    return f"CAST(CASE phase WHEN 0 THEN {opening} ELSE {closing} END AS BLOB)"


def _postgres_line() -> str:
    def array(names: tuple[str, ...]) -> str:
        return (
            "'[' || "
            + " || ',' || ".join(f"coalesce(to_json({name})::text, 'null')" for name in names)
            + " || ']'"
        )

    return f"CASE phase WHEN 0 THEN {array(OPENING)} ELSE {array(CLOSING)} END"


# Column names come from the table's definition, never from outside.
_SQLITE = (
    f"SELECT organisation, digest, {_sqlite_line()} "  # noqa: S608
    "FROM activity WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_POSTGRES = (
    "SELECT count(*), min(a.seq) FILTER (WHERE a.digest IS DISTINCT FROM sha256("  # noqa: S608
    "CASE a.position WHEN 1 THEN :genesis ELSE b.digest END || convert_to(a.line, 'UTF8'))) "
    f"FROM (SELECT seq, organisation, position, digest, {_postgres_line()} AS line "
    "FROM activity WHERE seq BETWEEN :first AND :last) AS a "
    "LEFT JOIN activity AS b ON b.organisation = a.organisation AND b.position = a.position - 1"
)
