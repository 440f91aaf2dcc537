"""Verifying the ledger's chains: every row's digest, from the first to the last, and the digests' anchors.

On SQLite one process a processor takes stretch after stretch of the file (`stretches`); on PostgreSQL the
server computes the digests itself. The first row that does not hold is named by its number (`seq`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from sqlalchemy import Connection, String, text

from bot.adapters.store import stretches
from bot.adapters.store.stretches import GENESIS, Found
from bot.adapters.store.tables_ledger import CLOSING, OPENING, activity
from bot.errors import StoreError, Tampered

Progress = Callable[[int, int], None]
Bounds = tuple[int, int]
STRETCH = 100_000
_ALONE = 200_000


def verify(connection: Connection, progress: Progress | None = None) -> int:
    """Check every row and anchor; return the number of rows. Raises Tampered naming the first broken one."""
    last = connection.execute(text("SELECT coalesce(max(seq), 0) FROM activity")).scalar_one()
    tell = progress or (lambda _done, _all: None)
    counts, faults = Counter[str](), list[tuple[int, str]]()
    for _, counted, broken in _stretches(connection, last):
        counts.update(counted)
        tell(counts.total(), last)
        if broken is not None:
            faults.append((broken[0], broken[1]))
    if faults:
        raise Tampered(*min(faults))
    _gaps(connection, counts)
    _anchors(connection)
    return counts.total()


def _stretches(connection: Connection, last: int) -> Iterator[Found]:
    bounds = [(first, min(first + STRETCH - 1, last)) for first in range(1, last + 1, STRETCH)]
    if connection.dialect.name == "postgresql":
        return (_on_postgres(connection, *bound) for bound in bounds)
    file = connection.engine.url.database
    if last < _ALONE or not file or file == ":memory:" or not Path(file).exists():
        raw = connection.connection.driver_connection
        return (stretches.checked(raw, _SQLITE, *bound) for bound in bounds)  # type: ignore[arg-type]
    return _beside(f"{Path(file).absolute().as_uri()}?mode=ro", bounds)


def _beside(address: str, bounds: list[Bounds]) -> Iterator[Found]:
    """Have as many programs as there are processors take stretches, and yield what they found."""
    waiting, found = deque(bounds), SimpleQueue[Found | None]()
    programs = min(os.cpu_count() or 1, len(bounds))
    with ThreadPoolExecutor(programs) as pool:
        jobs = [pool.submit(_program, address, waiting, found) for _ in range(programs)]
        try:
            while programs:
                one = found.get()
                if one is None:
                    programs -= 1
                else:
                    yield one
        finally:
            waiting.clear()
    for job in jobs:
        job.result()


def _program(address: str, waiting: deque[Bounds], found: SimpleQueue[Found | None]) -> None:
    """Run one program until nothing waits; None says that it has ended."""
    # Apart from the environment: it needs nothing but Python.
    command = [sys.executable, "-I", "-S", stretches.__file__, address, _SQLITE]
    try:
        with subprocess.Popen(  # noqa: S603  our own file, by our own Python
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as running:
            asking: Any = running.stdin
            telling: Any = running.stdout
            while waiting:
                asking.write("{} {}\n".format(*waiting.popleft()))
                asking.flush()
                answer = telling.readline()
                if not answer:
                    raise StoreError("the ledger could not be read to its end; try again")
                found.put(tuple(json.loads(answer)))
    finally:
        found.put(None)


def _on_postgres(connection: Connection, first: int, last: int) -> Found:
    """Have the server check a stretch, and again with all of JSON's care where something did not hold."""
    found = _asked(connection, _POSTGRES, first, last)
    return found if found[2] is None else _asked(connection, _POSTGRES_CAREFUL, first, last)


def _asked(connection: Connection, statement: str, first: int, last: int) -> Found:
    bound = {"first": first, "last": last, "genesis": GENESIS}
    rows = connection.execute(text(statement), bound).all()
    broken = [
        (int(row.broken), "its content or its place is not what was written") for row in rows if row.broken
    ]
    counts = {str(row.organisation): int(row.rows) for row in rows}
    return sum(counts.values()), counts, min(broken) if broken else None


def _gaps(connection: Connection, counts: Counter[str]) -> None:
    """Check that each chain has as many rows as its length."""
    end = text("SELECT max(position) FROM activity WHERE organisation = :organisation")
    if all(connection.scalar(end, {"organisation": one}) == count for one, count in counts.items()):
        return
    # Reads every chain in one statement: on PostgreSQL a row may have come since the others were counted.
    short = text(
        "SELECT min(last) FROM (SELECT max(seq) AS last FROM activity "
        "GROUP BY organisation HAVING count(*) <> max(position)) AS short"
    )
    broken = connection.scalar(short)
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


def _apart(names: tuple[str, ...], others: tuple[str, ...], *, cast: str = "") -> str:
    """Return an expression that is null when a row holds nothing but its kind's columns."""
    return f"coalesce({', '.join(name + cast for name in others if name not in names)})"


def _sqlite_line() -> str:
    def array(names: tuple[str, ...], others: tuple[str, ...]) -> str:
        return f"CASE WHEN {_apart(names, others)} IS NULL THEN json_array({', '.join(names)}) ELSE '' END"

    return (
        f"CAST(CASE phase WHEN 0 THEN {array(OPENING, CLOSING)} ELSE {array(CLOSING, OPENING)} END AS BLOB)"
    )


def _postgres_line(written: Callable[[str], str]) -> str:
    """Return the row as a JSON array, each column as `written` says; nothing when others than its own hold."""

    def array(names: tuple[str, ...], others: tuple[str, ...]) -> str:
        listed = ", ',', ".join(f"coalesce({written(name)}, 'null')" for name in names)
        return f"CASE WHEN {_apart(names, others, cast='::text')} IS NULL THEN concat('[', {listed}, ']') END"

    return f"CASE phase WHEN 0 THEN {array(OPENING, CLOSING)} ELSE {array(CLOSING, OPENING)} END"


def _quoted(name: str) -> str:
    # Names hold nothing that JSON would escape, and escaping takes the server longer than hashing.
    return f"'\"' || {name} || '\"'" if isinstance(activity.c[name].type, String) else f"{name}::text"


def _escaped(name: str) -> str:
    return f"to_json({name})::text"


# Column names come from the table's definition, never from outside.
_SQLITE = (
    f"SELECT organisation, digest, {_sqlite_line()} "  # noqa: S608
    "FROM activity WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_POSTGRES, _POSTGRES_CAREFUL = (
    "SELECT a.organisation, count(*) AS rows, min(a.seq) FILTER (WHERE a.digest IS DISTINCT FROM sha256("  # noqa: S608
    "CASE a.position WHEN 1 THEN :genesis ELSE b.digest END || convert_to(a.line, 'UTF8'))) AS broken "
    f"FROM (SELECT seq, organisation, position, digest, {_postgres_line(written)} AS line "
    "FROM activity WHERE seq BETWEEN :first AND :last) AS a "
    "LEFT JOIN activity AS b ON b.organisation = a.organisation AND b.position = a.position - 1 "
    "GROUP BY a.organisation"
    for written in (_quoted, _escaped)
)
