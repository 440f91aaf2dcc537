"""A small world for tests: the real store, policy and library; models and couriers that keep a transcript."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.adapters.charts import Pictures
from bot.adapters.courier import Courier
from bot.adapters.exports import Files
from bot.adapters.impacts import EcoLogitsImpacts
from bot.adapters.store import Store, open_store
from bot.adapters.store.cipher import new_key
from bot.adapters.tokens import TiktokenCounts
from bot.core.ask import Place, Platform, Turn
from bot.core.call import Call
from bot.core.model import ModelCard, Need, Spoken, Usage
from bot.core.person import Organisation, Person, Role
from bot.core.reply import Message
from bot.errors import Undeliverable
from bot.ports import Audience, Policy, Ports

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class HandClock:
    """A clock that moves when told."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.at

    def seconds(self) -> float:
        """Return the same as seconds."""
        return self.at.timestamp()

    def forward(self, **by: float) -> None:
        """Move on by a timedelta's arguments."""
        self.at += timedelta(**by)


class ScriptedModels:
    """Models that say what the test scripts, one script a call, and keep what they were sent.

    A script is the pieces of an answer, or an error to raise; "{sent}" in a piece becomes what was sent.
    """

    def __init__(self, *cards: ModelCard) -> None:
        self._cards = cards or (ModelCard("petit", "openai", "petit-1", zone="BEL"),)
        self.scripts: list[Sequence[str] | Exception] = []
        self.received: list[tuple[str, tuple[Turn, ...]]] = []
        self.schemas: list[Mapping[str, Any] | None] = []

    def cards(self) -> tuple[ModelCard, ...]:
        """Return the cards given."""
        return self._cards

    def script(self, *answers: Sequence[str] | Exception) -> None:
        """Queue what the next calls say."""
        self.scripts += answers

    async def stream(
        self, card: ModelCard, turns: Sequence[Turn], *, schema: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[str | Spoken, None]:
        """Say the next script."""
        self.received.append((card.name, tuple(turns)))
        self.schemas.append(schema)
        script = self.scripts.pop(0) if self.scripts else ("Voici ", "une réponse.")
        if isinstance(script, Exception):
            raise script
        for piece in script:
            yield piece.replace("{sent}", turns[-1].text)
        yield Spoken(Usage(input=100, output=20), latency=1.5, first_token=0.4, model_served=card.model)


@dataclass
class Mailbox:
    """A carrier that keeps what it delivered; `closed` makes it refuse."""

    delivered: list[tuple[Person, Message]] = field(default_factory=list)
    posted: list[tuple[Audience, Message]] = field(default_factory=list)
    closed: bool = False

    async def deliver(self, place: Place, person: Person, message: Message) -> None:
        """Keep the message."""
        if self.closed:
            raise Undeliverable("closed")
        self.delivered.append((person, message))

    async def post(self, organisation: str, audience: Audience, message: Message) -> None:
        """Keep the message."""
        if self.closed:
            raise Undeliverable("closed")
        self.posted.append((audience, message))


@dataclass
class Screen:
    """An outlet that keeps what a waiting person saw."""

    pieces: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    async def write(self, piece: str) -> None:
        """Keep the piece."""
        self.pieces.append(piece)

    async def show(self, message: Message) -> None:
        """Keep the message."""
        self.messages.append(message)

    @property
    def last(self) -> Message:
        """Return the message shown last."""
        return self.messages[-1]


@dataclass
class World:
    """Everything a test of the road needs at hand."""

    ports: Ports
    store: Store
    models: ScriptedModels
    mailbox: Mailbox
    clock: HandClock
    people: dict[str, Person]

    async def says(self, who: str, line: str, **values: str) -> Message:
        """Let somebody type a line or send a form, and return the message they read last."""
        from bot import dispatch

        person = await self.ports.people.person(self.people[who].id)
        screen = Screen()
        place = Place(Platform.CONSOLE, person.id)
        await dispatch.run(self.ports, Call(person, place, line, self.clock.now(), values), screen)
        return screen.last


LARGE = ModelCard("grand", "openai", "grand-1", strength=Need.LARGE, zone="FRA")
SMALL = ModelCard("petit", "openai", "petit-1", strength=Need.SMALL, zone="BEL")


ORGANISATION = Organisation("senne", "Les Jardins de la Senne ASBL")
PEOPLE = {
    "staff": ("Amina Haddad", frozenset({Role.STAFF}), True),
    "staff2": ("Inès Dubois", frozenset({Role.STAFF}), True),
    "mentor": ("Luc Vandamme", frozenset({Role.STAFF, Role.MENTOR}), True),
    "mentor2": ("Tomasz Kowalski", frozenset({Role.STAFF, Role.MENTOR}), True),
    "admin": ("Chloé Lemaire", frozenset({Role.STAFF, Role.ADMIN}), True),
    "newcomer": ("Noémie Servais", frozenset({Role.STAFF}), False),
}


@cache
def shipped_policy() -> Policy:
    """Return the shipped policy, loaded once: it never changes."""
    from bot import policing
    from bot.adapters.files.reading import shipped

    return policing.load(shipped("policies"), inspect=policing.personal_data())


_TEMPLATE: list[Path] = []
"""The folder of an association set up once in this process, copied for each test: a tenth of the time."""


async def _template() -> Path:
    if not _TEMPLATE:
        folder = Path(tempfile.mkdtemp(prefix="sobria-world-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        async with _opened(folder, None):
            pass
        _TEMPLATE.append(folder)
    return _TEMPLATE[0]


@asynccontextmanager
async def opened(folder: Path, clock: HandClock | None = None) -> AsyncIterator[World]:
    """Open an association of six people on a SQLite file in `folder`; a second time finds it as it was."""
    if not (folder / "sobria.db").exists():
        for path in (await _template()).iterdir():
            if path.is_file():
                shutil.copy(path, folder)
    async with _opened(folder, clock) as world:
        yield world


@asynccontextmanager
async def _opened(folder: Path, clock: HandClock | None) -> AsyncIterator[World]:
    from bot.adapters import files
    from bot.adapters.files.reading import shipped

    key = folder / "key"
    if not key.exists():
        key.write_text(new_key())
    store = await open_store(f"sqlite:///{folder / 'sobria.db'}", [key.read_text()])
    clock, models, mailbox, pictures = (
        clock or HandClock(),
        ScriptedModels(SMALL, LARGE),
        Mailbox(),
        Pictures(),
    )
    ports = Ports(
        clock=clock,
        people=store.people,
        lessons=store.lessons,
        course=files.lessons.load(shipped("policies")),
        asks=store.asks,
        reviews=store.reviews,
        proposals=store.proposals,
        policy=shipped_policy(),
        prompts=store.searchable(files.prompts.load(shipped("prompts"))),
        models=models,
        tokens=TiktokenCounts(folder / "tokens"),
        impacts=EcoLogitsImpacts(),
        courier=Courier({Platform.CONSOLE: mailbox}),
        receipts=store.receipts,
        arrivals=store.arrivals,
        doors=store.doors,
        transcript=store.transcript,
        jobs=store.jobs,
        ledger=store.ledger,
        charts=pictures,
        sheets=Files(lambda made, language: pictures.picture(made, language, "svg")),
        wake=lambda: None,
        address="http://localhost",
    )
    if ORGANISATION.id not in await store.ledger.organisations():
        await store.setup.organisation(ORGANISATION)
        await store.setup.team(ORGANISATION.id, "equipe", "Équipe")
    people = {key: await _enrolled(ports, key) for key in PEOPLE}
    try:
        yield World(ports, store, models, mailbox, clock, people)
    finally:
        await store.close()


async def _enrolled(ports: Ports, key: str) -> Person:
    name, roles, accepted = PEOPLE[key]
    at = ports.clock.now()
    known = await ports.people.by_account("console", ORGANISATION.id, key)
    if known is not None:
        return known
    person = await ports.people.enrol(
        ORGANISATION.id,
        name,
        platform="console",
        workspace=ORGANISATION.id,
        account=key,
        email=None,
        language="fr",
        at=at,
    )
    await ports.people.grant(person.id, roles=roles, team="equipe")
    if accepted:
        await ports.people.accept_charter(person.id, ports.policy.charter.version, at)
    return await ports.people.person(person.id)
