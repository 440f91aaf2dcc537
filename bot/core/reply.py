"""What people read, free of any platform: a message with facts, buttons, a form, files.

`wording` makes messages, adapters render them. A button or a form carries a command of `/ia`:
pressing it does exactly what typing it would do, with the same checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Tone(StrEnum):
    """How a message is meant, so that an adapter can show it fittingly (never by colour alone)."""

    PLAIN = "plain"
    ANSWER = "answer"
    STOPPED = "stopped"
    WAITING = "waiting"
    ALERT = "alert"
    DONE = "done"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value, shown in a list beside the text."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Button:
    """A labelled command. `command` is what follows `/ia`, such as `pourquoi 12`."""

    label: str
    command: str
    style: Literal["primary", "plain", "danger"] = "plain"
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A choice in a field."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks for. `kind` follows the types of prompt variables."""

    name: str
    label: str
    kind: Literal["line", "text", "choice", "number", "date", "email"] = "line"
    required: bool = True
    help: str = ""
    example: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    max_length: int = 3000


@dataclass(frozen=True, slots=True)
class Form:
    """Fields to fill in; what is sent becomes the `values` of `command`."""

    title: str
    command: str
    fields: tuple[Field, ...]
    submit: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over. `alt` says in words what a picture shows."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads. `text` is CommonMark without HTML; `ask` the number of the ask it is about.

    `private` messages are for the person alone; others may be seen by the channel.
    """

    text: str
    tone: Tone = Tone.PLAIN
    title: str = ""
    facts: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()
    form: Form | None = None
    files: tuple[File, ...] = ()
    footer: str = ""
    ask: int | None = None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sent along, read by the adapter: `content` is its text in UTF-8."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


Values = Mapping[str, str]
