"""What the gateway and the use cases need of the world, as protocols. `wiring.py` chooses who fills them.

1. `asks`, `reviews`: the road of an ask, and what a mentor decides on it.
2. `policy`, `prompts`, `models`: what the road consults on its way.
3. `people`, `ledger`: who asked, and what it comes to.
4. `chat`, `console`: where people come in, and the ways back to them.
5. `clock`: now, and what is done once at its time. `Ports`, below, holds one of each.

All that waits is `async`. Identifiers are opaque strings; times are aware datetimes in UTC, always given.
Every method may raise StoreUnavailable (nothing was written) unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.lesson import Course
from bot.core.model import ModelCard
from bot.ports.asks import Asks
from bot.ports.chat import Arrivals, Audience, Courier, Outlet, Receipts
from bot.ports.clock import Clock, Jobs
from bot.ports.console import Doors, Line, Transcript
from bot.ports.ledger import Charts, Ledger, Sheets
from bot.ports.models import Impacts, Models, Tokens
from bot.ports.people import Lessons, People
from bot.ports.policy import Direction, Policy
from bot.ports.prompts import Prompts, Proposals
from bot.ports.reviews import Reviews

__all__ = [
    "Arrivals",
    "Asks",
    "Audience",
    "Charts",
    "Clock",
    "Courier",
    "Direction",
    "Doors",
    "Impacts",
    "Jobs",
    "Ledger",
    "Lessons",
    "Line",
    "Models",
    "Outlet",
    "People",
    "Policy",
    "Ports",
    "Prompts",
    "Proposals",
    "Receipts",
    "Reviews",
    "Sheets",
    "Tokens",
    "Transcript",
]


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything from outside that a use case may touch."""

    clock: Clock
    people: People
    lessons: Lessons
    course: Course
    asks: Asks
    reviews: Reviews
    proposals: Proposals
    policy: Policy
    prompts: Prompts
    models: Models
    tokens: Tokens
    impacts: Impacts
    courier: Courier
    receipts: Receipts
    arrivals: Arrivals
    doors: Doors
    transcript: Transcript
    jobs: Jobs
    ledger: Ledger
    charts: Charts
    sheets: Sheets
    wake: Callable[[], None]
    """Has `pursuit.pursue` run soon, rather than at its next turn."""
    address: str
    """Where people reach the console, without a slash at the end."""
    second_opinion: ModelCard | None = None
    """The model that is asked where the policy is unsure; None, as long as the settings name none."""
