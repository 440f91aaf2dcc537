"""What the writer knows of the ledger, from one transaction to the next, and need not read again.

Where each chain ends: while an organisation is held nobody else moves it, so a transaction reads it once. On
SQLite, where any other program's commit shows in the file's version, it is not read again until then.

How entries were opened that are not closed yet: an opening never changes, so it stays known whoever writes
meanwhile. What a transaction that failed had learned or used up is forgotten, with all the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.adapters.store.gathered import written_out

_KNOWN = "known of the ledger"
_KEPT = "known of the ledger at the last commit"
_VERSION = "the file's version at the last transaction"
MOST_HEADS = 10_000
MOST_OPEN = 4096
"""More than are under way at once; what is never closed makes room for what comes."""


class Head(NamedTuple):
    """The end of an organisation's chain, its zone, and whether it has budgets."""

    timezone: str
    position: int
    digest: bytes
    budgeted: bool


@dataclass(slots=True)
class Known:
    """Ends of chains by organisation, and opening rows by entry."""

    heads: dict[str, Head] = field(default_factory=dict)
    openings: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def opened(self, entry: str, row: Mapping[str, Any]) -> None:
        """Keep an opening's row until it is closed."""
        if len(self.openings) >= MOST_OPEN:
            del self.openings[next(iter(self.openings))]
        self.openings[entry] = row


def begin(connection: Connection, *, careful: bool) -> None:
    """Know at the beginning of a transaction what still holds; with care, nothing."""
    kept: Known = connection.info.pop(_KEPT, None) or Known()
    if not _undisturbed(connection) or len(kept.heads) > MOST_HEADS:
        kept.heads = {}
    connection.info[_KNOWN] = Known() if careful else kept


def known(connection: Connection) -> Known:
    """Return what this transaction knows; where there is no writer that is nothing, and nothing is kept."""
    found: Known | None = connection.info.get(_KNOWN)
    return Known() if found is None else found


def forget(connection: Connection) -> None:
    """Know nothing any more: a part of the transaction was undone, or a budget or a zone changed."""
    written_out(connection)  # the chains' ends are read anew, and must be there
    if _KNOWN in connection.info:
        connection.info[_KNOWN] = Known()


def committed(connection: Connection) -> None:
    """Keep what is known for the next transaction."""
    connection.info[_KEPT] = connection.info[_KNOWN]


def _undisturbed(connection: Connection) -> bool:
    """Return whether no other program can have written since the last transaction."""
    if connection.dialect.name != "sqlite":
        return False
    # Asked within the transaction: from here to its end nobody else writes, and our own commits do not count.
    raw: Any = connection.connection.driver_connection
    before, now = connection.info.get(_VERSION), raw.execute("PRAGMA data_version").fetchone()
    connection.info[_VERSION] = now
    return bool(now == before)
