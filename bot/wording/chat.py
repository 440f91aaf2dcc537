"""The few sentences that belong to chat platforms only: files, forms, sharing, and who may not come in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.ask import AskRecord
from bot.core.person import Language
from bot.core.reply import Button, Field, Form, Message, Tone
from bot.errors import NotAllowed, SobriaError, TooLarge, Undeliverable, WrongUse
from bot.wording.catalogue import say

SIGNS: Mapping[Tone, str] = {
    Tone.STOPPED: "🛑",
    Tone.WAITING: "⏳",
    Tone.ALERT: "⚠️",
    Tone.DONE: "✅",
    Tone.FAULT: "⚠️",
}
"""What stands before a title, so that a tone is read and not only seen in a colour."""


def guest(language: Language) -> Message:
    """Refuse politely: the assistant is for members of the organisation."""
    return Message(say(language, "chat.guest"), Tone.STOPPED)


def outage(language: Language) -> Message:
    """Say that nobody could tell who asks."""
    return Message(say(language, "chat.outage"), Tone.FAULT)


def refused_file(fault: SobriaError, name: str, megabytes: int, language: Language) -> Message:
    """Say why a file that was sent along cannot be read."""
    match fault:
        case TooLarge():
            key = "chat.too_large"
        case WrongUse() if str(fault) == "kind":
            key = "chat.kind"
        case Undeliverable() | NotAllowed():
            key = "chat.fetch_failed"
        case _:
            key = "chat.unreadable"
    return Message(say(language, key, name=name, limit=megabytes), Tone.STOPPED)


def file_only(language: Language) -> Message:
    """Ask what to do with a file that came without a word."""
    return Message(say(language, "chat.file_only"))


def form_ahead(form: Form, message: Message, language: Language) -> Message:
    """Return what stands beside the button that opens `form`."""
    return Message(message.text or say(language, "chat.fill_in_text"), title=message.title or form.title)


def form_too_long(language: Language) -> Message:
    """Say that no form of the platform can hold the text, and where one can."""
    return Message(say(language, "chat.too_long_form"), Tone.STOPPED)


def next_part(language: Language) -> Message:
    """Return what stands beside the button that opens a form's next part."""
    return Message(say(language, "chat.next_part_text"))


def cannot_post(language: Language) -> Message:
    """Say that the bot is not in the channel."""
    return Message(say(language, "chat.cannot_post"), Tone.FAULT)


def no_longer(fault: NotAllowed, language: Language) -> str:
    """Say why a button or a form does not work: made for somebody else, or too old."""
    return say(language, "chat.not_yours" if str(fault) == "not_yours" else "chat.expired")


def ask_form(text: str, language: Language) -> Form:
    """Return the form by which a message of the channel becomes an ask."""
    instruction = Field(
        "instruction",
        say(language, "chat.ask_instruction"),
        "text",
        example=say(language, "chat.ask_instruction_example"),
    )
    message = Field("text", say(language, "chat.ask_text"), "text", value=text)
    title = say(language, "chat.ask_title")
    return Form(title, "demander", (instruction, message), say(language, "chat.send"))


def mentor_form(text: str, language: Language) -> Form:
    """Return the form by which a message of the channel goes to a mentor."""
    instruction = Field("instruction", say(language, "chat.mentor_instruction"), "text", required=False)
    message = Field("text", say(language, "chat.mentor_text"), "text", value=text)
    title = say(language, "chat.mentor_title")
    return Form(title, "humain", (instruction, message), say(language, "chat.send"))


def home_hello(name: str, language: Language) -> str:
    """Greet a person on the page that the platform keeps for the assistant."""
    return say(language, "chat.home_hello", name=name)


def home(shown: Mapping[str, Message], language: Language) -> tuple[Message, ...]:
    """Return what the commands say, by their names, as the page has room for it."""
    short = {"charte": _home_charter, "leçons": _home_lessons}
    return tuple(
        short[name](message, language) if name in short else message for name, message in shown.items()
    )


def _home_lessons(lessons: Message, language: Language) -> Message:
    """Return how far the person came, with the next lesson and a way to all of them."""
    so_far = lessons.text.partition("\n\n")[0]
    every = Button(say(language, "lessons.all_button"), "leçons")
    return Message(so_far, title=lessons.title, buttons=(*lessons.buttons[:1], every))


def _home_charter(charter: Message, language: Language) -> Message:
    """Return the state of the charter: all of it while it is to be accepted, then one line and a way to read it."""
    if charter.buttons:
        return charter
    read = Button(say(language, "chat.home_charter_read"), "charte")
    return Message(say(language, "chat.home_charter"), title=charter.title, buttons=(read,))


def shared(record: AskRecord, name: str, language: Language) -> Message:
    """Return an answer as the channel may read it: without what concerns its person alone."""
    footer = say(language, "chat.shared_by", name=name)
    return Message(record.answer or "", Tone.ANSWER, footer=footer, ask=record.number, private=False)


def sharing_done(number: int, language: Language) -> Message:
    """Tell the person that their answer is in the channel."""
    return Message(say(language, "chat.shared", number=number), Tone.DONE)


def nothing_to_share(number: int, language: Language) -> Message:
    """Tell the person that there is no text to share."""
    return Message(say(language, "chat.nothing_to_share", number=number), Tone.STOPPED)
