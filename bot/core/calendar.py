"""Weeks and months by their names: 2026-W47, 2026-11."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.errors import WrongUse

Kind = Literal["week", "month"]


@dataclass(frozen=True, slots=True)
class Span:
    """A whole calendar week (from Monday) or month, in the organisation's own days."""

    kind: Kind
    first: date
    last: date

    @property
    def name(self) -> str:
        """Return 2026-W47 or 2026-11."""
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    def before(self) -> Span:
        """Return the week or month before this one."""
        return around(self.kind, self.first - timedelta(days=1))

    def earlier(self, count: int) -> tuple[Span, ...]:
        """Return the `count` weeks or months before this one, latest first."""
        found = [self.before()]
        while len(found) < count:
            found.append(found[-1].before())
        return tuple(found)


def around(kind: Kind, day: date) -> Span:
    """Return the week or month that `day` is in."""
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Span("week", monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    return Span("month", first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


def named(name: str) -> Span:
    """Return the span of a name. Raises WrongUse when it is none."""
    try:
        if week := re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", name.strip()):
            return around("week", date.fromisocalendar(int(week[1]), int(week[2]), 1))
        if month := re.fullmatch(r"(\d{4})-(\d{2})", name.strip()):
            return around("month", date(int(month[1]), int(month[2]), 1))
    except ValueError:
        pass
    raise WrongUse("period")


def weeks_in(span: Span) -> tuple[Span, ...]:
    """Return every week that shares a day with `span`."""
    found = [around("week", span.first)]
    while found[-1].last < span.last:
        found.append(around("week", found[-1].last + timedelta(days=1)))
    return tuple(found)
