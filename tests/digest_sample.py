"""A week of figures for the tests of digests, wordings, pictures and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.core.budget import Budget, Room
from bot.core.calendar import named
from bot.core.digest import Anchor, Counts, DayOfAsks, Digest, Figures, digest
from bot.core.sums import Slice, Sums

WEEK = named("2026-W47")
TODAY = date(2026, 11, 23)


def used(entries: int, grams: float, **more: Any) -> Sums:
    """Return sums of entries with 500 tokens each and `grams` of CO2e in the middle."""
    mid = round(grams * 10**9)
    tokens = more.pop("tokens", entries * 500)
    return Sums(
        entries=entries,
        tokens_in=tokens - tokens // 2,
        tokens_out=tokens // 2,
        tokens_assessed=tokens,
        cost_neur=entries * 10**6,
        gwp=(mid // 2, mid, mid * 20),
        usage=(mid // 4, mid // 2, mid * 10),
        energy=(mid * 2, mid * 5, mid * 50),
        **more,
    )


SLICES = (
    Slice(
        used(20, 2.0),
        "a",
        "Réunions",
        "compte-rendu",
        provider="m",
        model="large",
        hosting="cloud",
        tier="model",
    ),
    Slice(used(60, 0.5), "b", "", "", provider="m", model="small", hosting="cloud", tier="model"),
    Slice(used(10, 0.8), "a", "Dons", "merci", provider="l", model="qwen", hosting="owned", tier="proxy"),
    Slice(Sums(entries=4, avoided=4), "a", kind="avoided", reason="blocked"),
)


def figures(**more: Any) -> Figures:
    """Return a week of two teams, three models, four refusals."""
    base = Figures(
        organisation="asbl",
        span=WEEK,
        slices=SLICES,
        earlier=(used(50, 3.0), used(30, 1.0), Sums(), Sums()),
        days=((date(2026, 11, 16), used(94, 3.3)),),
        counts=Counts(
            asks=94,
            answered=90,
            blocked=4,
            by_article=(("3", 4),),
            reviews=2,
            decisions=(("approve", 2),),
            delay_median=60.0,
            delay_p90=600.0,
            liked=3,
        ),
        opinions={"compte-rendu": (3, 1)},
        sizes={"a": 6, "b": 7},
        kept_hidden=frozenset(),
        rooms=(Room(Budget(1, "organisation", "", "euros", "month", 10**9, hard=False), 2 * 10**8),),
        anchor=Anchor(12, "ab" * 32),
        asks_before=(50, 30, 0, 0),
        asks_by_day=(DayOfAsks(date(2026, 11, 16), 90, 4),),
    )
    return replace(base, **more)


def made(**more: Any) -> Digest:
    """Return the digest of that week, told on the Monday after."""
    return digest(figures(**more), TODAY)
