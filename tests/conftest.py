"""What every test may use: a world on a real store, in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from bot.adapters.charts import Pictures
from bot.adapters.courier import Courier
from bot.adapters.exports import Files
from bot.adapters.impacts import EcoLogitsImpacts
from bot.adapters.store import open_store
from bot.adapters.store.cipher import new_key
from bot.adapters.tokens import TiktokenCounts
from bot.core.ask import Platform
from bot.core.person import Organisation, Role
from bot.ports import Policy, Ports
from tests.world import LARGE, SMALL, HandClock, Mailbox, ScriptedModels, World

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
    from bot.wiring import SHIPPED, loaded_policy

    return loaded_policy(SHIPPED / "policies", None)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give an association of six people on a new SQLite file, with scripted models."""
    from bot.adapters import files
    from bot.wiring import SHIPPED

    store = await open_store(f"sqlite:///{tmp_path / 'sobria.db'}", [new_key()])
    await store.setup.organisation(ORGANISATION)
    await store.setup.team(ORGANISATION.id, "equipe", "Équipe")
    clock, models, mailbox, pictures = HandClock(), ScriptedModels(SMALL, LARGE), Mailbox(), Pictures()
    ports = Ports(
        clock=clock,
        people=store.people,
        asks=store.asks,
        reviews=store.reviews,
        proposals=store.proposals,
        policy=shipped_policy(),
        prompts=store.searchable(files.prompts.load(SHIPPED / "prompts")),
        models=models,
        tokens=TiktokenCounts(tmp_path / "tokens"),
        impacts=EcoLogitsImpacts(),
        courier=Courier({Platform.CONSOLE: mailbox}),
        receipts=store.receipts,
        doors=store.doors,
        transcript=store.transcript,
        jobs=store.jobs,
        ledger=store.ledger,
        charts=pictures,
        sheets=Files(lambda made, language: pictures.picture(made, language, "svg")),
        wake=lambda: None,
        address="http://localhost",
    )
    people = {}
    for key, (name, roles, accepted) in PEOPLE.items():
        person = await store.people.enrol(
            ORGANISATION.id,
            name,
            platform="console",
            workspace=ORGANISATION.id,
            account=key,
            email=None,
            language="fr",
            at=clock.now(),
        )
        await store.people.grant(person.id, roles=roles, team="equipe")
        if accepted:
            await store.people.accept_charter(person.id, ports.policy.charter.version, clock.now())
        people[key] = await store.people.person(person.id)
    yield World(ports, models, mailbox, clock, people)
    await store.close()
