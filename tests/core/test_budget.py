"""Budgets: calendar periods, and what there is room for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.budget import Budget, Period, Room, admit, first_day, next_reset
from bot.core.ledger import Reserve
from bot.errors import BudgetExhausted

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
PERIODS: list[Period] = ["day", "week", "month", "year"]


@given(st.sampled_from(PERIODS), DAYS)
def test_every_day_is_in_exactly_one_period(period: Period, day: date) -> None:
    first, after = first_day(period, day), next_reset(period, day)
    assert first <= day < after
    assert first_day(period, after) == after
    assert next_reset(period, after - timedelta(days=1)) == after


def test_weeks_begin_on_monday() -> None:
    assert first_day("week", date(2026, 11, 22)) == date(2026, 11, 16)
    assert next_reset("year", date(2028, 2, 29)) == date(2029, 1, 1)


def room(amount: int, used: int, *, hard: bool = True, granted: int = 0, held: int = 0) -> Room:
    return Room(Budget(1, "team", "a", "tokens", "month", amount, hard), used, held, granted)


def test_a_hard_budget_refuses_what_it_has_no_room_for() -> None:
    admit([room(100, 40, held=10)], Reserve(50))
    with pytest.raises(BudgetExhausted, match="team"):
        admit([room(100, 40, held=10)], Reserve(51))
    admit([room(100, 40, held=10, granted=1)], Reserve(51))


def test_a_soft_budget_only_warns() -> None:
    soft = room(100, 500, hard=False)
    admit([soft], Reserve(10**9))
    assert soft.warned
    assert not soft.exhausted


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12))
def test_what_is_left_is_never_negative(amount: int, used: int, held: int, granted: int) -> None:
    assert 0 <= room(amount, used, held=held, granted=granted).left <= amount + granted
