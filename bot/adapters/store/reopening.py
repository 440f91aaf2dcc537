"""Closing and reopening an ask's ledger entry when a mentor, a term or an erasure ends what was under way."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from bot.adapters.store.ledger import close_entry, open_entry
from bot.adapters.store.tables_ledger import activity
from bot.core.ledger import Closing, Opening, Purpose, Settlement
from bot.errors import Conflict, NotFound


def avoid(connection: Connection, entry: str, at: datetime, reason: str) -> None:
    """Close an entry that no model answered; one that was closed already stands as it is."""
    with suppress(Conflict):
        close_entry(connection, Settlement(entry, Closing.AVOIDED, at, reason=reason))


def opened_again(connection: Connection, entry: str, at: datetime, opening: Opening | None) -> str:
    """Return the entry under which an ask goes on: its own while it is open, else a new one after it.

    The new one is `opening`, or when none is given one like the first.
    """
    rows = connection.execute(
        select(activity).where(activity.c.entry == entry).order_by(activity.c.phase)
    ).all()
    if not rows:
        raise NotFound("entry")
    if len(rows) == 1:
        return entry
    opening = opening or _after(rows[0], at)
    open_entry(connection, opening)
    return opening.entry


def _after(first: Any, at: datetime) -> Opening:
    return Opening(
        uuid4().hex,
        first.organisation,
        first.team,
        first.person,
        at,
        ask=first.ask,
        purpose=Purpose(first.purpose),
        parent=first.entry,
        template=first.template,
        area=first.area,
        platform=first.platform,
        sample=bool(first.sample),
    )
