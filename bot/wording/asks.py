"""What a person reads about their own asks. One outcome message for live, late and after-crash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.ask import AskRecord, AskState
from bot.core.changes import changes
from bot.core.conversation import left_out
from bot.core.model import ModelCard
from bot.core.person import Language, Organisation, Person
from bot.core.policy.charter import Charter
from bot.core.prompt import PromptTemplate
from bot.core.reply import Button, Fact, Field, Form, Message, Tone
from bot.ports import Policy
from bot.wording import adoption
from bot.wording.catalogue import say
from bot.wording.figures import number, short_day
from bot.wording.why import explained, footprint, rule_facts


def outcome(
    record: AskRecord, policy: Policy, organisation: Organisation, cards: Iterable[ModelCard]
) -> Message:
    """Say what became of an ask, in its person's language."""
    language = record.ask.person.language
    match record.state:
        case AskState.ANSWERED if record.decision == "answer":
            return _answered_by_person(record, language)
        case AskState.ANSWERED:
            return _answered(record, language, cards)
        case AskState.BLOCKED:
            return _blocked(record, policy, language)
        case AskState.HELD:
            return _held(record, policy, organisation, language)
        case AskState.REFUSED:
            return _refused(record, language)
        case AskState.FAILED:
            return _failed(record, language)
        case _:
            text = say(language, "asks.running", number=record.number)
            return Message(text, Tone.WAITING, say(language, "asks.running_title"), ask=record.number)


def _answered(record: AskRecord, language: Language, cards: Iterable[ModelCard]) -> Message:
    parts = []
    if record.edited is not None:
        shown = changes(record.ask.text, record.edited).replace("\n", "\n> ")
        parts.append(say(language, "asks.answered_edited", changes=shown))
    if record.note:
        parts.append(say(language, "asks.answered_note", note=record.note))
    parts.append(record.answer or say(language, "asks.answered_purged"))
    trial = any(card.trial and card.name == record.model for card in cards)
    return Message(
        "\n\n".join(parts),
        Tone.ANSWER,
        title=say(language, "asks.answered_title"),
        facts=_left_out(record, language),
        buttons=(*_opinions(record, language), _why_button(record, language)),
        footer=_footer(record, language, trial=trial),
        ask=record.number,
    )


def _left_out(record: AskRecord, language: Language) -> tuple[Fact, ...]:
    values = left_out(record)
    return (Fact(say(language, "asks.answered_left_out"), " · ".join(values)),) if values else ()


def _opinions(record: AskRecord, language: Language) -> tuple[Button, ...]:
    return (
        Button(say(language, "asks.useful"), f"avis {record.number} +"),
        Button(say(language, "asks.useless"), f"avis {record.number} -"),
    )


def _why_button(record: AskRecord, language: Language) -> Button:
    return Button(say(language, "asks.why_button"), f"pourquoi {record.number}")


def _footer(record: AskRecord, language: Language, *, trial: bool) -> str:
    footer = say(
        language,
        "asks.footer",
        model=record.model or "",
        tokens=number((record.tokens_in or 0) + (record.tokens_out or 0), language),
        estimated=say(language, "asks.footer_estimated") if record.estimated else "",
        footprint=footprint(record, language),
        number=record.number,
    )
    return f"{footer}\n{say(language, 'asks.footer_trial')}" if trial else footer


def _answered_by_person(record: AskRecord, language: Language) -> Message:
    answer = record.answer or say(language, "asks.answered_purged")
    return Message(
        say(language, "asks.answered_human", answer=answer),
        Tone.ANSWER,
        title=say(language, "asks.answered_human_title"),
        buttons=_opinions(record, language),
        ask=record.number,
    )


def _blocked(record: AskRecord, policy: Policy, language: Language) -> Message:
    explanation = explained(record.verdict, policy, language)
    why = explanation.why if explanation else say(language, "asks.held_check")
    rewording = explanation.rewording if explanation else ""
    return Message(
        say(language, "asks.blocked", why=why, rewording=rewording),
        Tone.STOPPED,
        title=say(language, "asks.blocked_title"),
        facts=rule_facts(record, policy, language),
        buttons=(
            Button(say(language, "asks.appeal_button"), f"appel {record.number}", "primary"),
            _why_button(record, language),
        ),
        ask=record.number,
    )


def _held(record: AskRecord, policy: Policy, organisation: Organisation, language: Language) -> Message:
    if record.verdict.distress:
        return _distress(record, policy, organisation, language)
    if record.ask.human:
        text = say(language, "asks.held_human", number=record.number)
    else:
        explanation = explained(record.verdict, policy, language)
        why = explanation.why if explanation else say(language, "asks.held_check")
        text = say(language, "asks.held", why=why, number=record.number)
    return Message(
        text,
        Tone.WAITING,
        title=say(language, "asks.held_title"),
        facts=() if record.ask.human else rule_facts(record, policy, language),
        buttons=(_why_button(record, language),),
        ask=record.number,
    )


def _distress(record: AskRecord, policy: Policy, organisation: Organisation, language: Language) -> Message:
    numbers = "\n".join(
        say(language, "asks.distress_number", number=entry.number, reaches=entry.reaches)
        for entry in policy.emergency(organisation.country, language)
    )
    return Message(
        say(language, "asks.distress", numbers=numbers, number=record.number),
        Tone.ALERT,
        title=say(language, "asks.distress_title"),
        ask=record.number,
    )


def _refused(record: AskRecord, language: Language) -> Message:
    return Message(
        say(language, "asks.refused", note=record.note or ""),
        Tone.STOPPED,
        title=say(language, "asks.refused_title"),
        buttons=(
            Button(say(language, "asks.appeal_button"), f"appel {record.number}"),
            _why_button(record, language),
        ),
        ask=record.number,
    )


def _failed(record: AskRecord, language: Language) -> Message:
    fault = say(language, f"asks.fault_{record.fault or 'model'}")
    first = ("retry_button", "relancer") if record.fault != "withheld" else ("appeal_button", "appel")
    return Message(
        say(language, "asks.failed", fault=fault, number=record.number),
        Tone.FAULT,
        title=say(language, "asks.failed_title"),
        buttons=(
            Button(say(language, f"asks.{first[0]}"), f"{first[1]} {record.number}", "primary"),
            Button(say(language, "asks.human_button"), "humain"),
        ),
        ask=record.number,
    )


def listed(records: Sequence[AskRecord], language: Language) -> Message:
    """List a person's asks, newest first."""
    title = say(language, "asks.listed_title")
    if not records:
        return Message(say(language, "asks.listed_empty"), title=title)
    lines = "\n".join(_line(record, language) for record in records)
    buttons = tuple(
        Button(say(language, "asks.listed_why", number=record.number), f"pourquoi {record.number}")
        for record in records[:5]
    )
    return Message(lines, title=title, buttons=buttons)


def _line(record: AskRecord, language: Language) -> str:
    start = " ".join(record.ask.text.split())[:60] if not record.purged else None
    return say(
        language,
        "asks.listed_line",
        number=record.number,
        day=short_day(record.ask.at, language),
        state=say(language, f"asks.state_{record.state.value}"),
        start=start or say(language, "asks.listed_purged"),
    )


def thanked(ask: int, language: Language) -> Message:
    """Thank for an opinion."""
    return Message(say(language, "asks.thanked", number=ask), Tone.DONE)


def _form(language: Language, kind: str, command: str, help_key: str) -> Message:
    field = Field(
        "question",
        say(language, "asks.question_label"),
        "text",
        help=say(language, help_key),
        max_length=20_000,
    )
    title = say(language, f"asks.{kind}_title")
    return Message("", title=title, form=Form(title, command, (field,), say(language, f"asks.{kind}_submit")))


def question_form(language: Language) -> Message:
    """Offer a field for a question."""
    return _form(language, "question", "demander", "asks.question_help")


def human_form(language: Language) -> Message:
    """Offer a field for a question that no model will read."""
    return _form(language, "human", "humain", "asks.human_help")


def charter_first(charter: Charter, person: Person) -> Message:
    """Ask for the charter to be accepted before the first ask."""
    message = adoption.charter(charter, person)
    return Message(
        f"{say(person.language, 'asks.charter_first')}\n\n{message.text}",
        Tone.WAITING,
        title=message.title,
        buttons=message.buttons,
    )


def level_first(template: PromptTemplate, person: Person, *, taught: bool) -> Message:
    """Say which level a prompt needs, and where there are lessons that lead to it, how to take them."""
    language = person.language
    needed = {"title": template.title, "level": template.level, "mine": person.level}
    if not taught:
        return Message(say(language, "asks.level_first", **needed), Tone.STOPPED)
    lessons = Button(say(language, "asks.level_lessons"), "leçons", "primary")
    return Message(say(language, "asks.level_taught", **needed), Tone.STOPPED, buttons=(lessons,))
