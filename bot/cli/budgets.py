"""`sobria ledger budget`, `budgets` and `grant`: who may use how much, and more for once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Annotated, cast
from zoneinfo import ZoneInfo

import typer

from bot.cli.run import Config
from bot.cli.stored import with_store
from bot.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from bot.adapters.store import Store
    from bot.core.budget import Period, Room, Scope
    from bot.settings import Settings


def budget(
    amount: Annotated[float, typer.Argument(min=0, help="How much; 0 ends the budget.")],
    measure: Annotated[str, typer.Option(help="tokens, euros or gco2e.")] = "euros",
    period: Annotated[str, typer.Option(help="day, week, month or year.")] = "month",
    team: Annotated[str, typer.Option(help="For this team; the whole organisation if unsaid.")] = "",
    each_person: Annotated[bool, typer.Option(help="The same amount for every person.")] = False,
    hard: Annotated[bool, typer.Option(help="Refuse beyond it, instead of warning.")] = False,
    config: Config = None,
) -> None:
    """Set a budget in force from now on, in place of the one before.

    Example: sobria ledger budget 20 --measure euros --period month --hard
    """
    from bot.core.budget import UNIT, Budget

    if measure not in UNIT or period not in {"day", "week", "month", "year"}:
        raise WrongUse("the measure is tokens, euros or gco2e; the period day, week, month or year")
    scope = _scope(each_person=each_person, team=team)
    whole = round(_finite(amount) * UNIT[measure])

    async def work(store: Store, settings: Settings) -> None:
        now, organisation = datetime.now(UTC), settings.organisation.id
        subject = "*" if each_person else await _team(store, organisation, team) if team else ""
        wanted = Budget(0, scope, subject, measure, cast("Period", period), whole, hard)
        number = await store.ledger.set_budget(organisation, wanted, "command line", now)
        if not whole:
            await store.ledger.end_budget(organisation, number, now)

    with_store(config, work)
    typer.echo("The budget is in force." if whole else "The budget has ended.")


def listed(config: Config = None) -> None:
    """List the budgets in force and what is used of each.

    Example: sobria ledger budgets
    """
    from bot.wording.figures import percent
    from bot.wording.ledger_names import limit_of

    async def work(store: Store, settings: Settings) -> str:
        lines, teams = [], await store.setup.teams(settings.organisation.id)
        for room in await _rooms(store, settings):
            one = room.budget
            who = " ".join(filter(None, (one.scope, teams.get(one.subject, one.subject))))
            limit = limit_of(one.measure, room.limit, settings.language)
            used = percent(room.share, settings.language)
            lines.append(
                f"{one.id}  {who}: {used} / {limit} ({one.period}, {'hard' if one.hard else 'soft'})"
            )
        return "\n".join(lines) or "No budget is in force."

    typer.echo(with_store(config, work))


def grant(
    number: Annotated[int, typer.Argument(help="The budget's number, from `sobria ledger budgets`.")],
    amount: Annotated[float, typer.Argument(help="How much more, in the budget's own measure.")],
    config: Config = None,
) -> None:
    """Grant more for the present period only; the budget itself stays.

    Example: sobria ledger grant 3 5
    """
    from bot.core.budget import UNIT

    if _finite(amount) <= 0:
        raise WrongUse("grant more than nothing")

    async def work(store: Store, settings: Settings) -> None:
        rooms = {room.budget.id: room.budget for room in await _rooms(store, settings)}
        if number not in rooms:
            raise NotFound(f"no budget {number} is in force; `sobria ledger budgets` lists them")
        whole = round(amount * UNIT[rooms[number].measure])
        day, now = _today(settings), datetime.now(UTC)
        await store.ledger.grant(settings.organisation.id, number, whole, day, "command line", now)

    with_store(config, work)
    typer.echo("Granted for the present period.")


def _scope(*, each_person: bool, team: str) -> Scope:
    if each_person:
        return "person"
    return "team" if team else "organisation"


def _finite(amount: float) -> float:
    if not isfinite(amount):
        raise WrongUse(f"{amount}: write an amount, such as 20")
    return amount


async def _team(store: Store, organisation: str, wanted: str) -> str:
    """Return the team's identifier by its name. Raises NotFound naming those that are there."""
    from bot.core.command import fold

    teams = await store.setup.teams(organisation)
    for key, name in teams.items():
        if wanted == key or fold(wanted) == fold(name):
            return key
    there = f"there are: {', '.join(sorted(teams.values()))}" if teams else "there is none yet"
    raise NotFound(f"no team « {wanted} »; {there}")


async def _rooms(store: Store, settings: Settings) -> tuple[Room, ...]:
    return await store.ledger.every_room(settings.organisation.id, _today(settings))


def _today(settings: Settings) -> date:
    return datetime.now(ZoneInfo(settings.organisation.timezone)).date()
