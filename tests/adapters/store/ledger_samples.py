"""Openings and settlements for the ledger's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.adapters.store.ledger import close_entry, open_entry
from bot.core.footprint import Footprint, Range
from bot.core.ledger import Closing, Opening, Reserve, Settlement
from bot.core.model import ModelCard, Price, Usage

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
CARD = ModelCard("mini", "mistralai", "mistral-small-latest", zone="SWE", price=Price(1.0, 1.0))
SOME = Range(1e-5, 2e-5, 3e-5)
FOOTPRINT = Footprint(
    *(SOME,) * 7, method="sobria-1", factors="abc", tier="model", zone="SWE", matched="exact"
)


def opening(
    entry: str, *, days: int = 0, team: str | None = "accueil", reserve: Reserve | None = None
) -> Opening:
    """Return an opening by person k1 of « asbl »."""
    at = NOW + timedelta(days=days)
    return Opening(
        entry,
        "asbl",
        team,
        "k1",
        at,
        ask="a1",
        area="dons",
        template="merci",
        platform="console",
        reserve=reserve,
    )


def settlement(
    entry: str, *, days: int = 0, tokens: int = 100, footprint: Footprint | None = FOOTPRINT
) -> Settlement:
    """Return a closing of `tokens` read and twice as many written, at a microeuro a token."""
    at = NOW + timedelta(days=days)
    usage = Usage(tokens, 2 * tokens)
    return Settlement(
        entry, Closing.SETTLED, at, CARD, "small-2506", usage, 1.5, 0.3, 3 * tokens / 1e6, None, footprint
    )


def written(connection: Connection, *entries: str, days: int = 0, tokens: int = 100) -> None:
    """Open and close entries."""
    for entry in entries:
        open_entry(connection, opening(entry, days=days))
        close_entry(connection, settlement(entry, days=days, tokens=tokens))
