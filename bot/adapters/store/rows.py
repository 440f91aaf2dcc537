"""The one query by which asks come with their person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from bot.adapters.store.tables import asks, persons

ASKS = tuple(column.name for column in asks.columns if column.name.endswith("_sealed"))
"""The columns of an ask that hold texts: emptied when its term is over or its person is erased."""


def joined() -> Select[Any]:
    """Select asks with their person's columns, prefixed `person_`."""
    return select(asks, *(column.label(f"person_{column.name}") for column in persons.columns)).join(
        persons, persons.c.id == asks.c.person
    )
