"""The digest of a week or a month: from figures to what an admin reads, by arithmetic only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.core.budget import Room
from bot.core.calendar import Span
from bot.core.equivalents import Equivalent, equivalents
from bot.core.suggestion import Suggestion, suggest
from bot.core.sums import Slice, Sums, total
from bot.core.teams import TeamLine, hidden_teams, shown

WEEKS_OF_MEAN = 4
PROMPTS_SHOWN = 3
PROMPT_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the asks and reviews of a period. Delays are in seconds."""

    asks: int = 0
    answered: int = 0
    failed: int = 0
    blocked: int = 0
    held: int = 0
    distress: int = 0
    appeals: int = 0
    by_article: tuple[tuple[str, int], ...] = ()
    by_category: tuple[tuple[str, int], ...] = ()
    reviews: int = 0
    decisions: tuple[tuple[str, int], ...] = ()
    waiting: int = 0
    delay_median: float | None = None
    delay_p90: float | None = None
    liked: int = 0
    disliked: int = 0


@dataclass(frozen=True, slots=True)
class PromptUse:
    """A prompt of the library: how often it was used, and what people thought of it."""

    name: str
    uses: int
    liked: int = 0
    disliked: int = 0


@dataclass(frozen=True, slots=True)
class Anchor:
    """The ledger's chain when the digest was made: its length and its head, in hexadecimal."""

    position: int
    head: str


@dataclass(frozen=True, slots=True)
class DayOfAsks:
    """How many asks a model answered on a day, and how many needed none."""

    day: date
    answered: int
    avoided: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the store knows of a period. `earlier` are the four spans before it, latest first."""

    organisation: str
    span: Span
    slices: tuple[Slice, ...]
    earlier: tuple[Sums, ...]
    days: tuple[tuple[date, Sums], ...]
    counts: Counts
    opinions: Mapping[str, tuple[int, int]]
    sizes: Mapping[str, int]
    kept_hidden: frozenset[str]
    rooms: tuple[Room, ...]
    anchor: Anchor
    restated: str | None = None
    asks_before: tuple[int, ...] = ()
    """The asks of the same four spans: an ask may have several entries, or one that failed."""
    asks_by_day: tuple[DayOfAsks, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a breakdown: a model, an area, a reason."""

    name: str
    sums: Sums
    hosting: str = ""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """How far a budget of the organisation or of a shown team is used. Amounts in whole units."""

    scope: str
    subject: str
    measure: str
    period: str
    hard: bool
    used: int
    limit: int
    granted: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything a digest says. `restated` names the factors when figures were computed anew."""

    organisation: str
    period: str
    first: date
    last: date
    total: Sums
    before: Sums
    mean: tuple[float, float, float]
    """Asks, euros and kgCO2e of the four spans before, averaged over those with any entry."""
    mean_over: int
    days: tuple[tuple[date, Sums], ...]
    models: tuple[Part, ...]
    areas: tuple[Part, ...]
    teams: tuple[TeamLine, ...]
    hidden: tuple[str, ...]
    avoided: tuple[Part, ...]
    counts: Counts
    prompts: tuple[PromptUse, ...]
    budgets: tuple[BudgetLine, ...]
    suggestion: Suggestion | None
    equivalents: tuple[Equivalent, ...]
    anchor: Anchor
    restated: str | None
    sample: bool
    complete: bool
    asks_before: int | None = None
    """None in a digest that was kept before asks were counted apart from calls."""
    asks_by_day: tuple[DayOfAsks, ...] = ()
    earlier: Sums = field(default_factory=Sums)
    """What the `mean_over` spans before add up to."""


def digest(figures: Figures, today: date) -> Digest:
    """Return the digest of `figures`; it is complete when its last day is over."""
    whole = total(part.sums for part in figures.slices)
    called = [part for part in figures.slices if part.kind in {"settled", "failed"}]
    lines = shown(_by(figures.slices, lambda part: part.team), figures.sizes, figures.kept_hidden)
    mean, over = _mean(figures.earlier, figures.asks_before)
    return Digest(
        organisation=figures.organisation,
        period=figures.span.name,
        first=figures.span.first,
        last=figures.span.last,
        total=whole,
        before=figures.earlier[0] if figures.earlier else Sums(),
        mean=mean,
        mean_over=over,
        days=figures.days,
        models=_models(called),
        areas=_parts(_by(called, lambda part: part.area)),
        teams=lines,
        hidden=hidden_teams(figures.sizes, lines),
        avoided=_parts(_by((p for p in figures.slices if p.kind == "avoided"), lambda part: part.reason)),
        counts=_with_samples(figures.counts, figures.slices),
        prompts=_prompts(figures.slices, figures.opinions),
        budgets=_budgets(figures.rooms, lines),
        suggestion=suggest(called),
        equivalents=equivalents(whole.range("gwp"), whole.range("energy")),
        anchor=figures.anchor,
        restated=figures.restated,
        sample=any(part.sample for part in figures.slices),
        complete=today > figures.span.last,
        asks_before=next(iter(figures.asks_before), 0),
        asks_by_day=figures.asks_by_day,
        earlier=total(_lived(figures.earlier)),
    )


def _with_samples(counts: Counts, slices: tuple[Slice, ...]) -> Counts:
    """Count the sample's asks, too: they have entries but no rows of their own."""
    shown = [part for part in slices if part.sample and part.purpose == "answer"]
    answered = sum(part.sums.entries for part in shown if part.kind == "settled")
    avoided = sum(part.sums.entries for part in shown if part.kind == "avoided")
    blocked = sum(part.sums.entries for part in shown if part.reason == "blocked")
    return replace(
        counts,
        asks=counts.asks + answered + avoided,
        answered=counts.answered + answered,
        blocked=counts.blocked + blocked,
    )


def _by(slices: Iterable[Slice], key: Callable[[Slice], str]) -> dict[str, Sums]:
    found: dict[str, Sums] = defaultdict(Sums)
    for part in slices:
        found[key(part)] += part.sums
    return dict(found)


def _parts(sums: Mapping[str, Sums]) -> tuple[Part, ...]:
    parts = [Part(name, value) for name, value in sums.items()]
    return tuple(sorted(parts, key=lambda part: (-part.sums.entries, part.name)))


def _models(called: list[Slice]) -> tuple[Part, ...]:
    hosting = {part.model: part.hosting for part in called}
    parts = [Part(name, value, hosting[name]) for name, value in _by(called, lambda p: p.model).items()]
    return tuple(sorted(parts, key=lambda part: (-part.sums.gwp[1], -part.sums.tokens, part.name)))


def _lived(earlier: tuple[Sums, ...]) -> list[Sums]:
    return [sums for sums in earlier[:WEEKS_OF_MEAN] if sums.entries]


def _mean(earlier: tuple[Sums, ...], asks: tuple[int, ...]) -> tuple[tuple[float, float, float], int]:
    lived = _lived(earlier)
    count = max(1, len(lived))
    whole = total(lived)
    gwp = whole.range("gwp")
    return (sum(asks[:WEEKS_OF_MEAN]) / count, whole.euros / count, (gwp.mid if gwp else 0.0) / count), len(
        lived
    )


def _prompts(slices: Iterable[Slice], opinions: Mapping[str, tuple[int, int]]) -> tuple[PromptUse, ...]:
    # A second opinion or a failed attempt is no use of a prompt.
    answers = [part for part in slices if part.kind == "settled" and part.purpose == "answer"]
    # A prompt used once or twice could tell who used it.
    uses = {name: sums.entries for name, sums in _by(answers, lambda part: part.template).items() if name}
    found = [
        PromptUse(name, count, *opinions.get(name, (0, 0)))
        for name, count in uses.items()
        if count >= PROMPT_FEWEST
    ]
    found.sort(key=lambda use: (-(use.liked - use.disliked), -use.uses, use.name))
    return tuple(found[:PROMPTS_SHOWN])


def _budgets(rooms: tuple[Room, ...], lines: tuple[TeamLine, ...]) -> tuple[BudgetLine, ...]:
    visible = {line.name for line in lines}
    return tuple(
        BudgetLine(
            room.budget.scope,
            room.budget.subject,
            room.budget.measure,
            room.budget.period,
            room.budget.hard,
            room.used,
            room.limit,
            room.granted,
        )
        for room in rooms
        if room.budget.scope == "organisation"
        or (room.budget.scope == "team" and room.budget.subject in visible)
    )
