"""The ledger entry behind an ask, as decisions and erasure move it: closed as avoided, or opened again."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, select

from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.tables_ledger import activity
from bot.core.ledger import Closing, Opening, Purpose, Settlement
from bot.errors import NotFound


def avoid(connection: Connection, entry: str, at: datetime, reason: str) -> None:
    """Close an entry for which no model was called; one that is closed already stays as it is."""
    if not _closed(connection, entry):
        close_entry(connection, Settlement(entry, Closing.AVOIDED, at, reason=reason))


def opened_again(connection: Connection, entry: str, at: datetime) -> str:
    """Return the entry for a model's call: this one while it is open, else a new one that continues it."""
    if not _closed(connection, entry):
        return entry
    first = select(activity).where(activity.c.entry == entry, activity.c.phase == 0)
    row = connection.execute(first).mappings().first()
    if row is None:
        raise NotFound("entry")
    following = Opening(
        uuid4().hex,
        row["organisation"],
        row["team"],
        row["person"],
        at,
        ask=row["ask"],
        purpose=Purpose(row["purpose"]),
        parent=entry,
        template=row["template"],
        area=row["area"],
        platform=row["platform"],
        sample=bool(row["sample"]),
    )
    open_entry(connection, following)
    return following.entry


def _closed(connection: Connection, entry: str) -> bool:
    rows = select(activity.c.phase).where(activity.c.entry == entry, activity.c.phase == 1)
    return connection.scalar(rows) is not None
