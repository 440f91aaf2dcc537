"""What the gateway and the use cases need of the world, as protocols. `wiring.py` chooses who fills them.

All that waits is `async`. Identifiers are opaque strings; times are aware datetimes in UTC, always given.
Every method may raise StoreUnavailable (nothing was written) unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from bot.core.ask import Ask, AskRecord, AskState, Place, Platform, Turn
from bot.core.budget import Budget, Room
from bot.core.calendar import Span
from bot.core.call import Arrival
from bot.core.digest import Digest, Figures
from bot.core.footprint import Footprint
from bot.core.ledger import Opening, Settlement
from bot.core.lesson import Course, Lesson, Passed
from bot.core.model import ModelCard, Spoken, Usage
from bot.core.person import Language, Organisation, Person
from bot.core.policy.charter import Charter, EmergencyNumber, Explanation
from bot.core.policy.context import NOWHERE, Context
from bot.core.policy.teaching import Proposed
from bot.core.policy.verdict import Verdict
from bot.core.prompt import PromptTemplate
from bot.core.reply import Message
from bot.core.review import Decision, Review, ReviewKind
from bot.core.sums import Slice, Sums

Direction = Literal["in", "out"]
Audience = Literal["review", "admin"]


class Clock(Protocol):
    """The time of day, and a stopwatch in seconds."""

    def now(self) -> datetime: ...
    def seconds(self) -> float: ...


class People(Protocol):
    """Persons, their accounts on platforms, teams and organisations."""

    async def organisation(self, organisation: str) -> Organisation: ...
    async def person(self, person: str) -> Person: ...
    async def by_account(self, platform: str, workspace: str, account: str) -> Person | None: ...
    async def enrol(
        self,
        organisation: str,
        name: str,
        *,
        platform: str,
        workspace: str,
        account: str,
        email: str | None,
        language: Language,
        at: datetime,
    ) -> Person:
        """Create the person, or link the account to the one with the same verified `email`."""
        ...

    async def grant(
        self, person: str, *, roles: frozenset[str] | None = None, team: str | None = None
    ) -> Person: ...
    async def speak(self, person: str, language: Language) -> None:
        """Keep the language that the person reads."""
        ...

    async def accept_charter(self, person: str, version: str, at: datetime) -> None: ...
    async def holders(self, organisation: str, role: str) -> tuple[Person, ...]: ...
    async def team_size(self, organisation: str, team: str | None) -> int: ...
    async def ledger_key(self, person: str) -> str:
        """Return the person's pseudonymous key, which no longer leads to them once erased."""
        ...

    async def export(self, person: str) -> Mapping[str, Any]: ...
    async def erase(self, person: str, at: datetime) -> None:
        """Delete names, accounts, texts and the way from ledger key to person; counts stay."""
        ...


class Lessons(Protocol):
    """The lessons that people have passed. Each learns of their own, nobody of another's."""

    async def passed(self, person: str) -> Passed: ...
    async def keep(self, person: str, lesson: Lesson, course: Course, at: datetime) -> int:
        """Keep that a person passed `lesson`, raise their level to what `course` brings, and return it.

        All in one transaction. A level never falls.
        """
        ...


class Asks(Protocol):
    """Asks and what became of them. Texts are encrypted; `number` counts up within an organisation."""

    async def accept(
        self,
        ask: Ask,
        verdict: Verdict,
        state: AskState,
        opening: Opening,
        *,
        review: ReviewKind | None,
        avoided: str | None,
        lease: datetime,
    ) -> AskRecord:
        """Write ask, findings, verdict and opened ledger entry in one transaction.

        `review` also opens a review; `avoided` (a reason code) also closes the entry as avoided.
        """
        ...

    async def sent(self, ask: str, text: str, model: str) -> None:
        """Keep what is about to leave the machine, and count the attempt."""
        ...

    async def retry(self, ask: str, failed: Settlement, opening: Opening) -> None:
        """Close an attempt's entry as failed and open the next one, in one transaction."""
        ...

    async def settle(
        self,
        ask: str,
        state: AskState,
        settlement: Settlement,
        *,
        answer: str | None,
        fault: str | None = None,
        review: ReviewKind | None = None,
    ) -> AskRecord:
        """Close the entry and the ask in one transaction. Raises Conflict when it was closed already."""
        ...

    async def told(self, ask: str) -> None:
        """Note that the person has been told of the ask's present state."""
        ...

    async def postpone(self, ask: str, until: datetime) -> None:
        """Let an untold ask be taken up again at `until`: its message could not be brought."""
        ...

    async def claim(self, at: datetime, lease: datetime, limit: int) -> tuple[AskRecord, ...]:
        """Take asks whose lease has run out and that are running, or final or held but untold."""
        ...

    async def renew(self, ask: str, held: datetime, until: datetime) -> bool:
        """Move the end of an untold ask's lease from `held` to `until`; False when it ends at another date."""
        ...

    async def release(self) -> None:
        """Let go of every lease: only where this process is alone with the database (SQLite)."""
        ...

    async def known(self, ask: str) -> bool:
        """Return whether this ask was accepted."""
        ...

    async def by_number(self, organisation: str, number: int) -> AskRecord | None: ...
    async def recent(self, person: str, limit: int = 10) -> tuple[AskRecord, ...]: ...
    async def feedback(self, ask: str, score: int) -> None: ...
    async def appeal(self, ask: str, kind: ReviewKind, at: datetime, words: str = "") -> Review:
        """Open a review of a decided ask. Raises Conflict when one was opened already."""
        ...

    async def purge(self, before: datetime) -> int:
        """Delete the texts of asks older than `before`; return how many."""
        ...


class Reviews(Protocol):
    """Reviews waiting for a mentor, and decided ones."""

    async def queue(self, organisation: str) -> tuple[Review, ...]: ...
    async def by_number(self, organisation: str, number: int) -> Review | None:
        """Find the latest review of ask `number`."""
        ...

    async def decide(
        self,
        review: str,
        mentor: str,
        decision: Decision,
        at: datetime,
        *,
        text: str | None,
        note: str | None,
    ) -> AskRecord:
        """Take the decision in one transaction; the ask moves on and becomes untold. Raises Conflict.

        approve, edit: running again with a lease that has run out; an entry that was closed already, as
        before an appeal, is followed by a new one. answer: answered with `text`, the entry avoided.
        refuse: refused. pass_on: the mentor is noted, the review stays open.
        """
        ...

    async def claim_untold(self, at: datetime, lease: datetime) -> tuple[Review, ...]: ...
    async def told(self, review: str) -> None: ...
    async def postpone(self, review: str, until: datetime) -> None:
        """Let a review be claimed again at `until`: mentors could not be told of it."""
        ...


class Proposals(Protocol):
    """Prompts that people propose for the library."""

    async def propose(self, person: Person, title: str, body: str, at: datetime) -> int: ...
    async def waiting(self, organisation: str) -> tuple[tuple[int, str, str], ...]:
        """Return (number, title, body) of proposals nobody has vetted."""
        ...

    async def teach(self, person: Person, label: str, text: str, at: datetime) -> int:
        """Keep an example that a mentor proposes for the policy; it is listed by `examples` alone."""
        ...

    async def examples(self, organisation: str) -> tuple[Proposed, ...]:
        """Return the proposed examples, oldest first."""
        ...

    async def vet(
        self, organisation: str, number: int, mentor: str, accepted: bool, at: datetime
    ) -> None: ...


class Policy(Protocol):
    """The loaded policy. Pure computation: no I/O, about a millisecond."""

    @property
    def version(self) -> str: ...

    @property
    def charter(self) -> Charter: ...

    def explain(self, rule: str, language: Language) -> Explanation:
        """Return why `rule` stops a text; a general sentence for a rule that no longer exists."""
        ...

    def emergency(self, country: str, language: Language) -> tuple[EmergencyNumber, ...]:
        """Return whom to call in danger, most urgent first."""
        ...

    def check(
        self,
        text: str,
        values: Mapping[str, str],
        *,
        direction: Direction = "in",
        language: Language = "fr",
        context: Context = NOWHERE,
    ) -> Verdict:
        """Run every rule on the text and on each value; the severest wins. Never raises.

        A detector that raises or runs out of time appears in `failed` and makes the outcome at least review.
        Findings refer to `text`; those of a value are searched again in the text. `context` says who asks,
        where and with which prompt, and of an answer what was asked.
        """
        ...


class Prompts(Protocol):
    """The vetted library."""

    def find(self, name: str) -> PromptTemplate | None: ...
    def search(self, words: str, language: Language) -> tuple[PromptTemplate, ...]:
        """Return prompts by relevance; all of them, by area, when `words` is empty."""
        ...


class Models(Protocol):
    """The models that the settings offer."""

    def cards(self) -> tuple[ModelCard, ...]: ...
    def stream(
        self, card: ModelCard, turns: Sequence[Turn], *, schema: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[str | Spoken, None]:
        """Yield the answer piece by piece and, last, one `Spoken`. Raises ModelError.

        With a JSON `schema` the answer is an object of that shape, as far as the provider can hold to one.

        Cancelling the iteration stops the call. Nothing is tried again here: that is the gateway's.
        """
        ...


class Tokens(Protocol):
    """Counting without a network."""

    def count(self, text: str, card: ModelCard) -> int: ...


class Impacts(Protocol):
    """Footprints. Never raises: what cannot be told is None with a warning."""

    def assess(
        self, card: ModelCard, usage: Usage, latency: float, watt_hours: float | None = None
    ) -> Footprint: ...


class Ledger(Protocol):
    """What the ledger adds up to, the digests it has kept, and budgets. An ask's entries are written by Asks."""

    async def open(self, opening: Opening) -> None:
        """Open the entry of a call that is no answer to an ask. Raises BudgetExhausted, Conflict."""
        ...

    async def close(self, settlement: Settlement) -> None:
        """Close such an entry. Raises Conflict when it was closed already."""
        ...

    async def abandoned(self, since: datetime, before: datetime) -> tuple[str, ...]:
        """Return such entries that were opened between two moments and never closed."""
        ...

    async def organisations(self) -> tuple[str, ...]: ...
    async def figures(self, organisation: str, span: Span, today: date) -> Figures:
        """Return what a digest of `span` is made of."""
        ...

    async def kept(self, organisation: str, period: str) -> Digest | None:
        """Return the digest as it was first told, or told anew after a restatement."""
        ...

    async def keep(self, digest: Digest, at: datetime) -> Digest:
        """Keep a complete digest, anchored in the chain; return the one that was kept first."""
        ...

    async def slices(self, organisation: str, first: date, last: date) -> tuple[Slice, ...]: ...
    async def of_person(self, organisation: str, key: str, first: date, last: date) -> Sums: ...
    async def rooms(self, organisation: str, team: str | None, key: str, day: date) -> tuple[Room, ...]:
        """Return what is left of each budget that applies, for the gateway to ask before it opens."""
        ...

    async def set_budget(self, organisation: str, budget: Budget, by: str, at: datetime) -> int:
        """Put a budget in force in place of the one with the same scope, subject, measure and period."""
        ...

    async def end_budget(self, organisation: str, budget: int, at: datetime) -> None: ...
    async def grant(
        self,
        organisation: str,
        budget: int,
        amount: int,
        day: date,
        by: str,
        at: datetime,
        *,
        subject: str = "",
        request: str | None = None,
    ) -> None:
        """Add to a budget for the period that `day` is in. Raises NotFound.

        `subject` is the ledger key of the only person it is for, of those who each have the budget;
        of several grants for one `request` the first one counts.
        """
        ...


class Charts(Protocol):
    """Pictures of a digest, readable in grey; blocking, a quarter of a second."""

    def picture(self, digest: Digest, language: Language, media: Literal["png", "svg"]) -> bytes: ...


class Sheets(Protocol):
    """A digest as a file for a spreadsheet, a program or a printer; blocking."""

    def sheet(
        self, digest: Digest, language: Language, form: Literal["csv", "xlsx", "html", "json"]
    ) -> bytes: ...


class Outlet(Protocol):
    """The live way back to the person who waits: pieces as they come, then the message."""

    async def write(self, piece: str) -> None: ...
    async def show(self, message: Message) -> None: ...


class Courier(Protocol):
    """The way to people who are not waiting. Raises Undeliverable; the gateway tries again later."""

    async def deliver(self, place: Place, person: Person, message: Message) -> None: ...
    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Post to the review or admin channel of every platform the organisation uses."""
        ...

    def platforms(self) -> tuple[Platform, ...]:
        """Return the platforms that messages go to."""
        ...

    async def post_on(
        self, platform: Platform, organisation: str, audience: Audience, message: Message
    ) -> None:
        """Post on one platform only: what must arrive once on each is recorded for each."""
        ...


class Receipts(Protocol):
    """What was already received: retries and double clicks are taken once, across replicas."""

    async def first(self, key: str, at: datetime) -> bool:
        """Return True the first time `key` is seen, False ever after (keys are kept for a day)."""
        ...

    async def known(self, key: str) -> bool:
        """Return whether `key` was seen; nothing is noted."""
        ...


class Arrivals(Protocol):
    """What came in by a chat platform, encrypted, from before its acknowledgement until it is done.

    `door` names the platform and the organisation. A lease says whose work an arrival is, as with asks.
    """

    async def keep(
        self, key: str, door: str, kind: str, body: Mapping[str, Any], at: datetime, lease: datetime
    ) -> Arrival | None:
        """Keep it, unless `key` was received before: then return None."""
        ...

    async def claim(self, door: str, at: datetime, lease: datetime, limit: int) -> tuple[Arrival, ...]:
        """Take arrivals whose lease has run out; give up what is a day old or was taken too often."""
        ...

    async def renew(self, arrival: str, held: datetime, until: datetime) -> bool: ...
    async def postpone(self, arrival: str, until: datetime) -> None:
        """Let it be taken up again at `until`: nobody could be reached."""
        ...

    async def done(self, arrival: str) -> None: ...
    async def heard(self, door: str) -> datetime | None:
        """Return up to when everything said there was taken; None before the first time."""
        ...

    async def hear(self, door: str, until: datetime) -> None: ...


class Doors(Protocol):
    """Sign-in to the console: one-time links, then sessions. Only digests of tokens are kept."""

    async def invite(self, person: str, at: datetime, until: datetime) -> str:
        """Return a token that opens the door once."""
        ...

    async def enter(self, token: str, at: datetime, until: datetime) -> str | None:
        """Use up an invitation; return a session token, or None when it is unknown, used or too old."""
        ...

    async def open(self, person: str, at: datetime, until: datetime) -> str:
        """Return a session token without an invitation: for the demo's open door only."""
        ...

    async def who(self, session: str, at: datetime) -> Person | None: ...

    async def leave(self, session: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a console conversation: what the person typed, or a message they read."""

    number: int
    at: datetime
    typed: str | None
    message: Message | None


class Transcript(Protocol):
    """Console conversations, encrypted, purged like asks. Numbers rise per person."""

    async def typed(self, person: str, words: str, at: datetime) -> int: ...

    async def read(self, person: str, message: Message, at: datetime) -> int: ...

    async def since(self, person: str, after: int, limit: int = 50) -> tuple[Line, ...]:
        """Return the latest `limit` lines after number `after`, oldest first."""
        ...


class Jobs(Protocol):
    """Periodic work, once however many replicas."""

    async def claim(self, name: str, slot: str, at: datetime, lease: datetime) -> bool:
        """Return True to the one replica that may do job `name` for `slot`; again after a lost lease."""
        ...

    async def done(self, name: str, slot: str, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything from outside that a use case may touch."""

    clock: Clock
    people: People
    lessons: Lessons
    course: Course
    asks: Asks
    reviews: Reviews
    proposals: Proposals
    policy: Policy
    prompts: Prompts
    models: Models
    tokens: Tokens
    impacts: Impacts
    courier: Courier
    receipts: Receipts
    arrivals: Arrivals
    doors: Doors
    transcript: Transcript
    jobs: Jobs
    ledger: Ledger
    charts: Charts
    sheets: Sheets
    wake: Callable[[], None]
    """Has `pursuit.pursue` run soon, rather than at its next turn."""
    address: str
    """Where people reach the console, without a slash at the end."""
    second_opinion: ModelCard | None = None
    """The model that is asked where the policy is unsure; None, as long as the settings name none."""
