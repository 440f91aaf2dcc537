"""What people read when something cannot be done: one sentence, and what to do."""

from __future__ import annotations

from bot.core.command import Unclear
from bot.core.person import Language
from bot.core.reply import Button, Message, Tone
from bot.errors import (
    BudgetExhausted,
    Conflict,
    NotAllowed,
    NotFound,
    SobriaError,
    StoreError,
    TooLarge,
    WrongUse,
)
from bot.wording.catalogue import say, sentences
from bot.wording.figures import number


def unclear(command: Unclear, language: Language) -> Message:
    """Ask what was meant, and let both readings be chosen."""
    meant = say(language, "faults.unclear", typed=command.typed[:80], suggestion=command.suggestion)
    return Message(
        meant,
        buttons=(
            Button(f"/ia {command.suggestion}", command.suggestion, "primary"),
            Button(say(language, "faults.unclear_question"), f"demander {command.typed}"),
        ),
    )


def told(fault: SobriaError, language: Language) -> Message:
    """Say a fault of our tree in the person's words."""
    return Message(_sentence(fault, language), Tone.FAULT)


def ours(reference: str, language: Language) -> Message:
    """Own up to a fault of ours; the log has the same reference."""
    return Message(say(language, "faults.ours", reference=reference), Tone.FAULT)


def _sentence(fault: SobriaError, language: Language) -> str:
    detail = str(fault)
    match fault:
        case TooLarge():
            limit = number(int(detail), language) if detail.isdigit() else detail
            return say(language, "faults.too_large", limit=limit)
        case NotFound() if detail.startswith("prompt "):
            return say(language, "faults.not_found_prompt_near", near=detail.removeprefix("prompt "))
        case NotFound():
            return _named("not_found", detail, language)
        case NotAllowed():
            return _named("not_allowed", detail, language)
        case Conflict():
            return _named("conflict", detail, language)
        case WrongUse():
            return _named("wrong_use", detail, language)
        case BudgetExhausted():
            return say(language, "faults.budget")
        case StoreError():
            return say(language, "faults.store")
        case _:
            return say(language, "faults.ours", reference=type(fault).__name__)


def _named(kind: str, detail: str, language: Language) -> str:
    """Return the sentence for this detail if there is one, else the general sentence of its kind."""
    special = f"{kind}_{detail}"
    key = special if special in sentences("fr", "faults") else kind
    return say(language, f"faults.{key}", fault=detail)
