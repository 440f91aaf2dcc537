"""What a person reads of their own footprint, and of a budget that ends."""

from __future__ import annotations

from datetime import date

from bot.core.budget import Room, next_reset
from bot.core.person import Language
from bot.core.reply import Fact, Message, Tone
from bot.core.sums import Sums
from bot.wording.catalogue import say
from bot.wording.figures import long_day, number, percent
from bot.wording.ledger_names import footprint, limit_of, subject_of


def mine(week: Sums, this_month: Sums, year: Sums, rooms: tuple[Room, ...], language: Language) -> Message:
    """Tell a person their own figures."""
    if not year.calls:
        return Message(say(language, "ledger.mine_nothing"), title=say(language, "ledger.mine_title"))
    told = [
        Fact(say(language, f"ledger.mine_{name}"), _of_mine(sums, language))
        for name, sums in (("week", week), ("month", this_month), ("year", year))
    ]
    told += [Fact(say(language, "ledger.fact_budget"), _room(room, language)) for room in rooms]
    return Message(
        say(language, "ledger.mine_text"),
        title=say(language, "ledger.mine_title"),
        facts=tuple(told),
        footer=say(language, "ledger.mine_method"),
    )


def _of_mine(sums: Sums, language: Language) -> str:
    return say(
        language,
        "ledger.mine_value",
        calls=number(sums.calls, language),
        tokens=number(sums.tokens, language),
        gwp=footprint(sums, language),
    )


def budget_warning(room: Room, language: Language) -> Message:
    """Say that a budget is nearly used, and how to make it last."""
    text = say(
        language,
        "ledger.budget_warning",
        share=percent(room.share, language),
        period=say(language, f"ledger.period_{room.budget.period}"),
        subject=subject_of(room.budget.scope, room.budget.subject, language),
    )
    return Message(text, Tone.WAITING, title=say(language, "ledger.budget_warning_title"))


def budget_exhausted(room: Room, today: date, language: Language) -> Message:
    """Say that a hard budget is used up, when it starts again, and who can help."""
    text = say(
        language,
        "ledger.budget_exhausted",
        period=say(language, f"ledger.period_{room.budget.period}"),
        subject=subject_of(room.budget.scope, room.budget.subject, language),
        reset=long_day(next_reset(room.budget.period, today), language),
    )
    return Message(text, Tone.STOPPED, title=say(language, "ledger.budget_exhausted_title"))


def _room(room: Room, language: Language) -> str:
    return say(
        language,
        "ledger.budget_used",
        share=percent(room.share, language),
        limit=limit_of(room.budget.measure, room.limit, language),
        period=say(language, f"ledger.period_{room.budget.period}"),
        subject=subject_of(room.budget.scope, room.budget.subject, language),
    )
