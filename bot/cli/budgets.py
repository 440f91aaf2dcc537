"""`sobria ledger budget`, `budgets` and `grant`: who may use how much, and more for once."""

from __future__ import annotations

from datetime import UTC, date, datetime
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
    amount: Annotated[float, typer.Argument(help="How much; 0 ends the budget.")],
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

    if measure not in UNIT or period not in {"day", "week", "month", "year"} or amount < 0:
        raise WrongUse("the measure is tokens, euros or gco2e; the period day, week, month or year")
    scope = "person" if each_person else "team" if team else "organisation"
    whole = round(amount * UNIT[measure])
    wanted = Budget(
        0,
        cast("Scope", scope),
        "*" if each_person else team,
        measure,
        cast("Period", period),
        whole,
        hard,
    )

    async def work(store: Store, settings: Settings) -> None:
        now, organisation = datetime.now(UTC), settings.organisation.id
        number = await store.ledger.set_budget(organisation, wanted, "command line", now)
        if not whole:
            await store.ledger.end_budget(organisation, number, now)

    with_store(config, work)
    typer.echo("The budget is in force." if whole else "The budget has ended.")


def listed(config: Config = None) -> None:
    """List the budgets in force and what is used of each in its present period.

    Example: sobria ledger budgets
    """
    from bot.wording.figures import percent
    from bot.wording.ledger_names import limit_of

    async def work(store: Store, settings: Settings) -> str:
        lines = []
        for room in await _rooms(store, settings):
            one = room.budget
            who = " ".join(filter(None, (one.scope, one.subject)))
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

    if amount <= 0:
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


async def _rooms(store: Store, settings: Settings) -> tuple[Room, ...]:
    return await store.ledger.every_room(settings.organisation.id, _today(settings))


def _today(settings: Settings) -> date:
    return datetime.now(ZoneInfo(settings.organisation.timezone)).date()
