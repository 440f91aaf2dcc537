"""An ask: what a person wants from the model, and what became of it.

States, and who moves an ask along::

    running ──answered | failed          the model's road (gateway)
       ▲
    held ─────refused | answered         a mentor's decision (approve and edit send it back to running)
    blocked ──(appeal)──> held           the policy said no; a mentor may look again
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.core.person import Person
from bot.core.policy.context import Context
from bot.core.policy.verdict import Verdict


class Platform(StrEnum):
    """Where people and programs come in."""

    CONSOLE = "console"
    SLACK = "slack"
    MATTERMOST = "mattermost"
    API = "api"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation happens. `team` is the platform's workspace, `thread` its thread if any."""

    platform: Platform
    channel: str
    thread: str | None = None
    workspace: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation, in the words that models use."""

    role: Literal["system", "user", "assistant"]
    text: str


class AskState(StrEnum):
    """What became of an ask."""

    RUNNING = "running"
    HELD = "held"
    BLOCKED = "blocked"
    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Return whether nothing more will happen by itself."""
        return self not in {AskState.RUNNING, AskState.HELD}


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person wants, before anything was decided. `text` is the rendered text."""

    id: str
    person: Person
    place: Place
    text: str
    at: datetime
    template: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[Turn, ...] = ()
    human: bool = False

    @property
    def context(self) -> Context:
        """Return where the ask comes from, as rules of the policy see it."""
        return Context(
            frozenset(role.value for role in self.person.roles),
            frozenset({self.place.platform.value, self.place.channel}),
            frozenset({self.template} if self.template else ()),
        )


@dataclass(frozen=True, slots=True)
class AskRecord:
    """An ask as the store holds it. Texts are None once purged or erased.

    `sent` is what left the machine (pseudonymised), `answer` what the person reads,
    `edited` the text a mentor put in the ask's place, `note` the mentor's words to the person.
    """

    ask: Ask
    number: int
    state: AskState
    verdict: Verdict
    entry: str
    attempts: int = 0
    sent: str | None = None
    answer: str | None = None
    edited: str | None = None
    note: str | None = None
    decided_by: str | None = None
    decision: str | None = None
    model: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    gwp_kg: tuple[float, float] | None = None
    estimated: bool = False
    feedback: int | None = None
    fault: str | None = None
    told: bool = False
    purged: bool = False

    @property
    def words(self) -> str:
        """Return the text that goes to the model: the mentor's edit if there is one."""
        return self.edited if self.edited is not None else self.ask.text

    @property
    def context(self) -> Context:
        """Return where an answer comes from: with what was asked, so that it is known what it may repeat."""
        said = "\n".join([*(turn.text for turn in self.ask.earlier), self.words])
        return replace(self.ask.context, asked=said)
