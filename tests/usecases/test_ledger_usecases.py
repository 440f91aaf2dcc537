"""When a digest is due, and which span a word means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.person import Organisation
from bot.errors import WrongUse
from bot.usecases.ledger import Posting, due, span_of

BRUSSELS = Organisation("asbl", "ASBL")


@pytest.mark.parametrize(
    ("at", "week", "ago"),
    [
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), "2026-W46", timedelta(days=6, hours=23, minutes=59)),
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "2026-W47", timedelta(0)),
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), "2026-W47", timedelta(days=2)),
    ],
)
def test_a_week_is_due_on_monday_at_nine_where_the_organisation_is(
    at: datetime, week: str, ago: timedelta
) -> None:
    span, late = due(BRUSSELS, "week", at)
    assert (span.name, late) == (week, ago)


@pytest.mark.parametrize(
    ("at", "week", "ago"),
    [
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), "2026-W46", timedelta(days=6, hours=23, minutes=59)),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "2026-W47", timedelta(0)),
    ],
)
def test_a_week_is_due_when_the_settings_say(at: datetime, week: str, ago: timedelta) -> None:
    span, late = due(BRUSSELS, "week", at, Posting(weekday=1, hour=8))
    assert (span.name, late) == (week, ago)


def test_a_month_is_due_on_its_first_day_at_the_hour_of_the_settings() -> None:
    span, late = due(BRUSSELS, "month", datetime(2026, 12, 1, 7, 0, tzinfo=UTC), Posting(weekday=1, hour=8))
    assert (span.name, late) == ("2026-11", timedelta(0))


def test_nine_is_nine_after_the_clocks_change() -> None:
    span, late = due(BRUSSELS, "week", datetime(2026, 3, 30, 7, 0, tzinfo=UTC))
    assert (span.name, late) == ("2026-W13", timedelta(0))


def test_a_month_is_due_on_its_first_day() -> None:
    span, late = due(BRUSSELS, "month", datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    assert (span.name, late) == ("2026-11", timedelta(0))


def test_words_for_periods() -> None:
    today = date(2026, 11, 24)
    assert span_of("", today).name == span_of("semaine", today).name == "2026-W48"
    assert span_of("mois", today).name == "2026-11"
    assert span_of("2026-w47", today).name == "2026-W47"
    with pytest.raises(WrongUse):
        span_of("demain", today)
