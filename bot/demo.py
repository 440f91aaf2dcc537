"""The demonstration: an invented association, its eight people, six weeks of sample history, two reviews.

Everything here is made up and labelled as sample. The two waiting reviews take the real road: real asks,
stopped by the real policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from bot import gateway
from bot.core.ask import Ask, Place, Platform
from bot.core.person import Language, Organisation, Person, Role
from bot.core.reply import Message
from bot.gateway import Nobody
from bot.ports import Ports

ORGANISATION = Organisation("senne", "Les Jardins de la Senne ASBL", "Europe/Brussels", "fr", "BE", "BEL")
TEAMS = {"accueil": "Accueil et accompagnement", "projets": "Projets et subsides", "bureau": "Bureau"}

SEED = 20261123
"""The sample history is the same on every machine."""

WEEKS = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up person. `part` names those offered first at the door."""

    key: str
    name: str
    team: str
    roles: frozenset[Role]
    part: str = ""
    language: Language = "fr"
    charter: bool = True


_STAFF = frozenset({Role.STAFF})
PEOPLE = (
    Sample("amina", "Amina Haddad", "accueil", _STAFF, "staff"),
    Sample("luc", "Luc Vandamme", "accueil", _STAFF | {Role.MENTOR}, "mentor"),
    Sample("chloe", "Chloé Lemaire", "bureau", _STAFF | {Role.ADMIN}, "admin"),
    Sample("ines", "Inès Dubois", "accueil", _STAFF),
    Sample("moussa", "Moussa Diallo", "accueil", _STAFF),
    Sample("greet", "Greet Peeters", "accueil", _STAFF, language="nl"),
    Sample("tomasz", "Tomasz Kowalski", "projets", _STAFF | {Role.MENTOR}),
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
