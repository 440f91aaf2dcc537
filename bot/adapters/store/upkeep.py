"""Looking after the embedded file: whether it is sound, a copy while it runs, room given back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.errors import StoreError, StoreUnavailable, WrongUse

Progress = Callable[[int, int], None]
"""Called with pages done and pages in all."""

_PAGES = 2_000
_PATIENCE = 30.0


def faults(file: Path) -> tuple[str, ...]:
    """Return what SQLite finds wrong with the file; nothing when it is sound."""
    with closing(_connected(file)) as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as fault:
            return (str(fault),)
    orphans = [f"{table}: row {row} refers to a missing row of {parent}" for table, row, parent, _ in broken]
    return (*(line for line in found if line != "ok"), *orphans)


def backup(file: Path, copy: Path, progress: Progress | None = None) -> None:
    """Copy the database, whole and consistent, while it is written to. The copy appears when it is complete.

    Raises WrongUse when `copy` exists, StoreUnavailable when there is no room or no way to write.
    """
    if copy.exists():
        raise WrongUse(f"{copy} exists; choose another name")
    partial = copy.with_name(copy.name + ".partial")
    partial.unlink(missing_ok=True)

    def told(_status: int, left: int, pages: int) -> None:
        if progress is not None:
            progress(pages - left, pages)

    try:
        with closing(_connected(file)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target, pages=_PAGES, progress=told)
            # The copy is one file: whoever takes it away need not know of a second.
            target.execute("PRAGMA journal_mode=DELETE")
        partial.rename(copy)
    except (sqlite3.Error, OSError) as fault:
        partial.unlink(missing_ok=True)
        raise StoreUnavailable(f"the copy could not be written ({fault})") from None


def compact(file: Path) -> int:
    """Give the room of deleted rows back to the disk; return how many bytes."""
    from sqlite_utils import Database

    before = file.stat().st_size
    with closing(_connected(file)) as connection:
        try:
            Database(connection).vacuum()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as fault:
            raise StoreUnavailable(f"the database could not be compacted ({fault})") from None
    return before - file.stat().st_size


def settle(file: Path) -> bool:
    """Move what the write-ahead log holds into the file and empty the log; return whether it was possible.

    Deleted texts are overwritten in the file at once, yet their old pages stay in the log until then.
    """
    with closing(_connected(file)) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _connected(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise StoreError(f"{file} does not exist")
    return sqlite3.connect(file, timeout=_PATIENCE)
