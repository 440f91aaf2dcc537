"""Ledger entries written all at once, as the demonstration's sample history is."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.adapters.store.database import Database
from bot.adapters.store.ledger import close_entry, open_entry
from bot.core.ledger import Opening, Settlement


async def write_entries(database: Database, entries: Iterable[tuple[Opening, Settlement]]) -> int:
    """Open and close every entry in one transaction; return how many there were."""
    written = tuple(entries)

    def unit(connection: Connection) -> int:
        for opening, settlement in written:
            open_entry(connection, opening)
            close_entry(connection, settlement)
        return len(written)

    return await database.write(unit)
