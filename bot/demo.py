"""The demonstration: an invented association, its eight people, six weeks of sample history, two reviews.

Everything here is made up and labelled as sample. The two waiting reviews take the real road: real asks,
stopped by the real policy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from bot import gateway
from bot.adapters.store.cipher import new_key
from bot.adapters.store.history import write_entries
from bot.core.ask import Ask, Place, Platform
from bot.core.person import Language, Organisation, Person, Role
from bot.core.reply import Message
from bot.core.sample import history, members
from bot.ports import Ports
from bot.settings import Settings, build
from bot.usecases.pursuit import Nobody
from bot.wiring import House

ORGANISATION = Organisation("senne", "Les Jardins de la Senne ASBL", "Europe/Brussels", "fr", "BE", "BEL")
TEAMS = {"accueil": "Accueil et accompagnement", "projets": "Projets et subsides", "bureau": "Bureau"}

SEED = 20261123
"""The sample history is the same on every machine."""

WEEKS = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up person. `part` names those offered first at the door; `lessons` is how many they have passed."""

    key: str
    name: str
    team: str
    roles: frozenset[Role]
    part: str = ""
    language: Language = "fr"
    charter: bool = True
    lessons: int = 0


_STAFF = frozenset({Role.STAFF})
PEOPLE = (
    Sample("amina", "Amina Haddad", "accueil", _STAFF, "staff", lessons=2),
    Sample("luc", "Luc Vandamme", "accueil", _STAFF | {Role.MENTOR}, "mentor", lessons=7),
    Sample("chloe", "Chloé Lemaire", "bureau", _STAFF | {Role.ADMIN}, "admin", lessons=5),
    Sample("ines", "Inès Dubois", "accueil", _STAFF, lessons=3),
    Sample("moussa", "Moussa Diallo", "accueil", _STAFF),
    Sample("greet", "Greet Peeters", "accueil", _STAFF, language="nl"),
    Sample("tomasz", "Tomasz Kowalski", "projets", _STAFF | {Role.MENTOR}, lessons=7),
    Sample("noemie", "Noémie Servais", "projets", _STAFF, charter=False),
)

WAITING = (
    (
        "ines",
        "Classe ces trois candidats au poste d’animateur du meilleur au moins bon : Karim parle bien "
        "en public, Julie est très organisée, Pedro connaît le quartier.",
    ),
    (
        "moussa",
        "Karim est dépressif depuis la rentrée et ne vient plus à l’atelier. Écris une note à son éducateur "
        "pour proposer un suivi.",
    ),
)


def settings_of(data: Path, port: int) -> Settings:
    """Return the demonstration's settings: one file, one key, this machine alone, the embedded model."""
    data.mkdir(parents=True, exist_ok=True)
    one = ORGANISATION
    return build(
        {
            "host": "127.0.0.1",
            "port": port,
            "data": data,
            "organisation": {
                "id": one.id,
                "name": one.name,
                "country": one.country,
                "timezone": one.timezone,
                "zone": one.zone,
            },
            "store": {"url": f"sqlite:///{data / 'sobria.db'}", "keys": [_key(data / "key")]},
            "models": [
                {
                    "name": "modèle d’essai",
                    "provider": "embedded",
                    "hosting": "owned",
                    "zone": one.zone,
                    "watts": 45,
                    "window": 4096,
                    "max_output": 600,
                    "time_limit": 240,
                    "trial": True,
                }
            ],
        }
    )


def _key(path: Path) -> str:
    """Return the demonstration's key, made at its first start."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key())
    return path.read_text(encoding="ascii").strip()


async def fill(house: House) -> None:
    """Bring the sample people, their history and the waiting reviews in, the first time."""
    ports = house.ports
    if await ports.people.holders(ORGANISATION.id, Role.STAFF.value):
        return
    now = ports.clock.now()
    for team, name in TEAMS.items():
        await house.store.setup.team(ORGANISATION.id, team, name)
    people = {sample.key: await _enrolled(ports, sample, now) for sample in PEOPLE}
    await _write_history(house, people, now)
    await hold_samples(ports, people, now)


async def _enrolled(ports: Ports, sample: Sample, at: datetime) -> Person:
    person = await ports.people.enrol(
        ORGANISATION.id,
        sample.name,
        platform=Platform.CONSOLE.value,
        workspace=ORGANISATION.id,
        account=sample.key,
        email=None,
        language=sample.language,
        at=at,
    )
    await ports.people.grant(person.id, roles=sample.roles, team=sample.team)
    if sample.charter:
        await ports.people.accept_charter(person.id, ports.policy.charter.version, at)
    for lesson in ports.course.lessons[: sample.lessons]:
        await ports.lessons.keep(person.id, lesson, ports.course, at)
    return await ports.people.person(person.id)


async def _write_history(house: House, people: dict[str, Person], until: datetime) -> None:
    """Write the sample weeks into the ledger, each entry marked as sample."""
    ports = house.ports
    keys = [(await ports.people.ledger_key(person.id), person.team) for person in people.values()]
    entries = history(
        SEED,
        ORGANISATION.id,
        members(keys, SEED),
        until,
        ports.impacts.assess,
        weeks=WEEKS,
        timezone=ORGANISATION.timezone,
    )
    await write_entries(house.store.database, entries)


async def hold_samples(ports: Ports, people: dict[str, Person], at: datetime) -> None:
    """Ask what waits for a mentor, by the road of every ask."""
    for minutes, (key, text) in enumerate(WAITING):
        person = people[key]
        asked = at - timedelta(hours=2, minutes=17 * minutes)
        await ports.transcript.typed(person.id, text, asked)
        place = Place(Platform.CONSOLE, person.id)
        outlet = _Written(ports, person, asked)
        await gateway.ask(ports, Ask(uuid4().hex, person, place, text, asked), outlet)


class _Written(Nobody):
    """Writes the message into the person's console, as if they had been there."""

    def __init__(self, ports: Ports, person: Person, at: datetime) -> None:
        self._ports = ports
        self._person = person
        self._at = at

    async def show(self, message: Message) -> None:
        """Keep the message in the transcript."""
        await self._ports.transcript.read(self._person.id, message, self._at)
