"""What each command does: one module per group of commands. `bot/gateway.py` is the first of them.

A use case takes the ports and a visit and returns the message the person reads, or None when the gateway
has shown it already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from bot.core.call import Call
from bot.core.command import Command
from bot.core.person import Language, Person
from bot.errors import WrongUse
from bot.ports import Outlet


@dataclass(frozen=True, slots=True)
class Visit:
    """One command by one person, with the live way back to them."""

    call: Call
    command: Command
    outlet: Outlet

    @property
    def person(self) -> Person:
        """Return who came."""
        return self.call.person

    @property
    def language(self) -> Language:
        """Return the language they read."""
        return self.call.person.language

    @property
    def at(self) -> datetime:
        """Return when they came."""
        return self.call.at

    @property
    def ask(self) -> str:
        """Return the id of the ask that this becomes: its arrival's, so that it is accepted once."""
        return self.call.arrival or uuid4().hex

    @property
    def number(self) -> int:
        """Return the number they gave. Raises WrongUse when there is none."""
        if self.command.number is None:
            raise WrongUse("number")
        return self.command.number
