"""What comes in by an adapter: somebody said something somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.core.ask import Place, Turn
from bot.core.person import Person
from bot.core.reply import Attachment


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that a chat platform handed over: `kind` says what to do with `body`.

    `id` is also that of the ask it becomes, so that one arrival can never become two.
    """

    id: str
    kind: str
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """`line` is what follows `/ia`, or a button's or form's command; `values` what a form sent with it.

    `earlier` are the turns before it in its thread, oldest first; `arrival` is the id of what it came as,
    empty where nothing was kept.
    """

    person: Person
    place: Place
    line: str
    at: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    earlier: tuple[Turn, ...] = ()
    arrival: str = ""
