"""What a person reads of their own footprint, and of a budget that ends."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.budget import Room, next_reset
from bot.core.person import Language
from bot.core.reply import Button, Fact, Field, Form, Message, Tone
from bot.core.sums import Sums
from bot.wording.catalogue import say
from bot.wording.figures import long_day, number, percent
from bot.wording.ledger_names import footprint, limit_of, subject_of, unit_of


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
    return Message(
        text,
        Tone.STOPPED,
        title=say(language, "ledger.budget_exhausted_title"),
        buttons=(_more(language), Button(say(language, "ledger.button_human"), "humain")),
    )


def left(rooms: tuple[Room, ...], language: Language) -> Message:
    """List the budgets that apply to a person; where one can refuse, offer to ask for more."""
    title = say(language, "ledger.budgets")
    if not rooms:
        return Message(say(language, "ledger.budget_none"), title=title)
    told = tuple(Fact(say(language, "ledger.fact_budget"), _room(room, language)) for room in rooms)
    hard = any(room.budget.hard for room in rooms)
    text = say(language, "ledger.budget_left")
    return Message(text, title=title, facts=told, buttons=(_more(language),) if hard else ())


def _more(language: Language) -> Button:
    return Button(say(language, "ledger.button_more"), "budget demander", "primary")


def wanted(room: Room, language: Language) -> str:
    """Return what a mentor reads of a person who asks for more."""
    return say(language, "ledger.budget_wanted", budget=_room(room, language))


def wanted_already(language: Language) -> Message:
    """Say that mentors were asked already."""
    return Message(say(language, "ledger.budget_wanted_already"), Tone.WAITING)


def no_limit(language: Language) -> Message:
    """Say that nothing stops the person, so that there is nothing to grant."""
    return Message(say(language, "ledger.budget_no_limit"))


def grant_form(room: Room, ask: int, today: date, language: Language) -> Message:
    """Ask a mentor how much more there may be, in this period only."""
    title = say(language, "ledger.grant_title", number=ask)
    amount = Field(
        "amount",
        say(language, "ledger.grant_amount", unit=unit_of(room.budget.measure, language)),
        help=say(language, "ledger.grant_help", until=_until(room, today, language)),
        max_length=16,
    )
    form = Form(title, f"budget {ask} accorder", (amount,), say(language, "ledger.button_grant"))
    return Message(_room(room, language), title=title, form=form)


def granted_answer(room: Room, today: date, language: Language) -> str:
    """Return what the person is answered: the limit they have from now on, and until when."""
    return say(
        language,
        "ledger.granted_answer",
        limit=limit_of(room.budget.measure, room.limit, language),
        until=_until(room, today, language),
    )


def granted(room: Room, ask: int, today: date, language: Language) -> Message:
    """Confirm to the mentor what was granted."""
    limit = limit_of(room.budget.measure, room.limit, language)
    until = _until(room, today, language)
    return Message(say(language, "ledger.granted", number=ask, limit=limit, until=until), Tone.DONE, ask=ask)


def _until(room: Room, today: date, language: Language) -> str:
    return long_day(next_reset(room.budget.period, today) - timedelta(days=1), language)


def _room(room: Room, language: Language) -> str:
    return say(
        language,
        "ledger.budget_used",
        share=percent(room.share, language),
        limit=limit_of(room.budget.measure, room.limit, language),
        period=say(language, f"ledger.period_{room.budget.period}"),
        subject=subject_of(room.budget.scope, room.budget.subject, language),
    )
