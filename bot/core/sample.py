"""Weeks of plausible use by made-up people, the same for the same seed, every entry labelled as sample.

People work on weekdays, mostly in the morning, not on public holidays; use grows as they get used to it;
some ask often, some hardly ever; Monday is for minutes, the end of a quarter for reports to funders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.core.footprint import Footprint
from bot.core.ledger import Closing, Opening, Settlement, cost_of
from bot.core.model import ModelCard, Need, Price, Usage

Assess = Callable[[ModelCard, Usage, float], Footprint]

SMALL = ModelCard(
    "mistral-small",
    "mistralai",
    "mistral-small-latest",
    Need.SMALL,
    zone="SWE",
    zone_basis="provider default",
    price=Price(0.10, 0.30, since=date(2026, 1, 1), source="sample"),
)
LARGE = replace(
    SMALL,
    name="mistral-large",
    model="mistral-large-latest",
    strength=Need.LARGE,
    price=Price(0.50, 1.50, since=date(2026, 1, 1), source="sample"),
)
LOCAL = ModelCard(
    "local", "llamacpp", "qwen2.5-coder-1.5b", hosting="owned", zone="BEL", zone_basis="contract", watts=45.0
)
CARDS = (SMALL, LARGE, LOCAL)
_SPEED = {SMALL.name: 110.0, LARGE.name: 52.0, LOCAL.name: 14.0}  # tokens a second

HOLIDAYS = frozenset({(1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)})
_HOURS = (9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 14, 14, 15, 15, 16, 17)
_BY_WEEKDAY = (1.3, 1.15, 1.0, 1.1, 0.7)
_RETRIES = 0.02


@dataclass(frozen=True, slots=True)
class Member:
    """A made-up person in the ledger: their key and team. `keen` is how often they ask, about a day."""

    key: str
    team: str | None = None
    keen: float = 2.0


@dataclass(frozen=True, slots=True)
class _Habit:
    """A prompt with its area, how often it is used, tokens read and written, and the model's strength."""

    template: str | None
    area: str | None
    weight: float
    read: int
    written: int
    large: float = 0.0


_HABITS = (
    _Habit(None, None, 6.0, 180, 260, 0.08),
    _Habit("compte-rendu", "Réunions", 2.2, 1400, 420, 0.45),
    _Habit("ordre-du-jour", "Réunions", 1.0, 260, 190),
    _Habit("remerciement-don", "Dons", 1.6, 240, 130),
    _Habit("appel-dons", "Dons", 0.8, 320, 260, 0.2),
    _Habit("publication-reseaux", "Communication", 1.5, 220, 110),
    _Habit("infolettre", "Communication", 0.6, 700, 420, 0.3),
    _Habit("rapport-subside", "Subsides et appels à projets", 1.1, 1900, 520, 0.7),
    _Habit("resume-projet", "Subsides et appels à projets", 0.7, 900, 280, 0.4),
    _Habit("simplifier-courrier", "Langage clair", 1.2, 520, 270),
    _Habit("falc", "Langage clair", 0.5, 430, 260, 0.2),
    _Habit("traduire", "Traduction", 1.0, 640, 480, 0.3),
    _Habit("message-planning", "Bénévoles", 0.9, 260, 130),
    _Habit("reponse-membre", "Adhésions", 0.9, 300, 160),
    _Habit("plan-atelier", "Formation", 0.5, 340, 420, 0.35),
)
_AVOIDED = (("blocked", 0.03), ("human", 0.02), ("answered_by_mentor", 0.01))


def members(keys: Sequence[tuple[str, str | None]], seed: int) -> tuple[Member, ...]:
    """Return members with habits of their own: two or three ask for most of the whole."""
    chance = Random(seed)  # noqa: S311  a sample must be the same everywhere, not secret
    return tuple(Member(key, team, round(chance.lognormvariate(0.5, 0.7), 2)) for key, team in keys)


def history(
    seed: int,
    organisation: str,
    people: Sequence[Member],
    until: datetime,
    assess: Assess,
    *,
    weeks: int = 6,
    timezone: str = "Europe/Brussels",
) -> Iterator[tuple[Opening, Settlement]]:
    """Yield entries in the order of time, up to `until`, each to be opened and closed."""
    chance = Random(seed)  # noqa: S311  a sample must be the same everywhere, not secret
    zone = ZoneInfo(timezone)
    last = until.astimezone(zone).date()
    first = last - timedelta(days=7 * weeks)
    away = {person.key: first + timedelta(days=chance.randrange(7 * weeks)) for person in people}
    for offset in range(7 * weeks + 1):
        day = first + timedelta(days=offset)
        growth = 0.55 + 0.45 * offset / (7 * weeks)
        moments = sorted(_moments(chance, day, people, away, growth, zone), key=lambda one: one[0])
        for at, person in moments:
            if at < until - timedelta(minutes=10):
                yield from _asked(chance, organisation, person, at, assess)


def _moments(
    chance: Random,
    day: date,
    people: Sequence[Member],
    away: dict[str, date],
    growth: float,
    zone: ZoneInfo,
) -> Iterator[tuple[datetime, Member]]:
    if day.weekday() > 4 or (day.month, day.day) in HOLIDAYS:
        return
    for person in people:
        if away[person.key] <= day < away[person.key] + timedelta(days=5):
            continue
        expected = person.keen * growth * _BY_WEEKDAY[day.weekday()]
        for _ in range(_times(chance, expected)):
            clock = time(chance.choice(_HOURS), chance.randrange(60), chance.randrange(60))
            yield datetime.combine(day, clock, zone), person


def _times(chance: Random, expected: float) -> int:
    """Return how often something happens that is expected `expected` times (Poisson, by Knuth)."""
    limit, product, count = 2.718281828459045**-expected, chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _asked(
    chance: Random, organisation: str, person: Member, at: datetime, assess: Assess
) -> Iterator[tuple[Opening, Settlement]]:
    habit = chance.choices(_HABITS, [habit.weight for habit in _HABITS])[0]
    opening = Opening(
        _entry(chance, at),
        organisation,
        person.team,
        person.key,
        at,
        template=habit.template,
        area=habit.area,
        platform=chance.choice(("mattermost", "mattermost", "console")),
        sample=True,
    )
    reason = _avoided(chance)
    if reason is not None:
        yield opening, Settlement(opening.entry, Closing.AVOIDED, at + timedelta(seconds=1), reason=reason)
        return
    card = _card(chance, habit)
    if chance.random() < _RETRIES:
        failed = at + timedelta(seconds=12)
        yield opening, Settlement(opening.entry, Closing.FAILED, failed, card=card, reason="unavailable")
        opening = replace(opening, entry=_entry(chance, failed), at=failed, parent=opening.entry)
    yield opening, _settled(chance, opening, habit, card, assess)


def _settled(chance: Random, opening: Opening, habit: _Habit, card: ModelCard, assess: Assess) -> Settlement:
    usage = Usage(
        max(20, round(habit.read * chance.lognormvariate(0, 0.5))),
        max(10, round(habit.written * chance.lognormvariate(0, 0.35))),
        source="tokenizer" if card is LOCAL else "api",
    )
    first_token = round(chance.uniform(0.3, 0.9), 3)
    latency = round(first_token + usage.output / _SPEED[card.name] * chance.uniform(0.9, 1.3), 3)
    return Settlement(
        opening.entry,
        Closing.SETTLED,
        opening.at + timedelta(seconds=latency),
        card,
        card.model,
        usage,
        latency,
        first_token,
        0.0 if card is LOCAL else cost_of(card, usage),
        None,
        assess(card, usage, latency),
    )


def _card(chance: Random, habit: _Habit) -> ModelCard:
    if chance.random() < habit.large:
        return LARGE
    return LOCAL if chance.random() < 0.18 else SMALL


def _avoided(chance: Random) -> str | None:
    drawn = chance.random()
    for reason, share in _AVOIDED:
        if drawn < share:
            return reason
        drawn -= share
    return None


def _entry(chance: Random, at: datetime) -> str:
    return f"{round(at.timestamp() * 1000):012x}{chance.getrandbits(64):016x}"
