"""Budgets: how many tokens, euros or grams of CO2e may be used in a calendar period, and by whom.

Amounts are whole numbers (tokens, nano-euros, nanograms), so that concurrent reservations add up exactly.
A soft budget warns; a hard one refuses, and a mentor or an admin may grant more for the period.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from bot.core.ledger import Reserve, cost_of
from bot.core.model import ModelCard, Usage
from bot.core.quantities import EURO, SCALE
from bot.errors import BudgetExhausted, WrongUse

Scope = Literal["organisation", "team", "person"]
Measure = Literal["tokens", "euros", "gco2e"]
Period = Literal["day", "week", "month", "year"]

UNIT: dict[Measure, int] = {"tokens": 1, "euros": EURO, "gco2e": SCALE["gwp"] // 1000}
WARNED_FROM = 0.8
MOST_GRANTED = 2**60
"""What the database can hold, with room to add."""

INSTRUCTIONS = 200
"""Tokens that the system's own words take at most."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit for an organisation, a team or a person. `subject` is empty for the organisation."""

    id: int
    scope: Scope
    subject: str
    measure: Measure
    period: Period
    amount: int
    hard: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A budget in its present period: what was granted on top, used, and held by calls under way."""

    budget: Budget
    used: int
    held: int = 0
    granted: int = 0

    @property
    def limit(self) -> int:
        """Return the amount with what was granted."""
        return self.budget.amount + self.granted

    @property
    def left(self) -> int:
        """Return what may still be reserved, never below nothing."""
        return max(0, self.limit - self.used - self.held)

    @property
    def share(self) -> float:
        """Return the used part of the limit, 1.0 when the limit is nothing."""
        return self.used / self.limit if self.limit > 0 else 1.0

    @property
    def exhausted(self) -> bool:
        """Return whether a hard budget has nothing left."""
        return self.budget.hard and self.left <= 0

    @property
    def warned(self) -> bool:
        """Return whether people should hear that the budget is nearly used up."""
        return self.share >= WARNED_FROM


def whole_of(typed: str, measure: Measure) -> int:
    """Return an amount as people type it, « 2 500 » or « 1,5 », in whole units. Raises WrongUse."""
    plain = "".join(typed.split()).replace(",", ".").removesuffix("€")
    if not re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", plain):
        raise WrongUse("amount")
    whole = round(Decimal(plain) * UNIT[measure])
    if not 0 < whole < MOST_GRANTED:
        raise WrongUse("amount")
    return whole


def first_day(period: Period, day: date) -> date:
    """Return the first day of the calendar period that `day` is in (weeks begin on Monday)."""
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day.replace(month=1, day=1)


def next_reset(period: Period, day: date) -> date:
    """Return the first day of the period after the one that `day` is in."""
    first = first_day(period, day)
    steps = {"day": 1, "week": 7, "month": 32, "year": 366}
    return first_day(period, first + timedelta(days=steps[period]))


def reserve_for(card: ModelCard, characters: int, gwp_kg: float = 0.0) -> Reserve:
    """Return the most that one call may use: the text at three characters a token, the longest answer."""
    usage = Usage(characters // 3 + INSTRUCTIONS, card.max_output)
    return Reserve(usage.input + usage.output, cost_of(card, usage) or 0.0, gwp_kg)


def needed(reserve: Reserve, measure: Measure) -> int:
    """Return what `reserve` asks of a budget of this measure, in whole units."""
    if measure == "tokens":
        return reserve.tokens
    return round(reserve.euros * EURO) if measure == "euros" else round(reserve.gwp_kg * SCALE["gwp"])


def admit(rooms: Iterable[Room], reserve: Reserve) -> None:
    """Check that every hard budget has room for `reserve`. Raises BudgetExhausted naming its scope."""
    for room in rooms:
        if room.budget.hard and needed(reserve, room.budget.measure) > room.left:
            raise BudgetExhausted(room.budget.scope)
