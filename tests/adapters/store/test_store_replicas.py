"""Several replicas on one database: nothing is done twice, nothing waits for itself in a circle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import timedelta
from random import Random

import psycopg
import pytest
from sqlalchemy import func, select

from bot.adapters.store import Store, open_store
from bot.adapters.store.tables_ledger import activity
from bot.core.ask import AskRecord, AskState
from bot.core.ledger import Opening
from bot.core.person import Organisation, Person
from bot.core.policy.verdict import Outcome, Verdict
from bot.errors import Conflict, NotFound, StoreUnavailable
from tests.adapters.store.conftest import KEY
from tests.adapters.store.samples import LATER, LEASE, NOW, settled, wanted

ORGANISATIONS = ("une", "deux", "trois")


@pytest.fixture
async def replicas(url: str) -> AsyncIterator[list[Store]]:
    """Open the same database three times, as three programs would."""
    stores = [await open_store(url, [KEY]) for _ in range(3)]
    for name in ORGANISATIONS:
        await stores[0].setup.organisation(Organisation(name, name.title()))
    yield stores
    for store in stores:
        await store.close()


async def enrolled_in(store: Store, organisation: str) -> Person:
    """Enrol somebody in an organisation."""
    return await store.people.enrol(
        organisation,
        "Ana",
        platform="console",
        workspace="",
        account=organisation,
        email=None,
        language="fr",
        at=NOW,
    )


async def accepted_by(store: Store, person: Person) -> AskRecord:
    """Accept an ask by one replica."""
    ask = wanted(person)
    key = await store.people.ledger_key(person.id)
    opening = Opening(ask.id, person.organisation, None, key, NOW, ask=ask.id)
    return await store.asks.accept(
        ask, Verdict(Outcome.ALLOW), AskState.RUNNING, opening, review=None, avoided=None, lease=LEASE
    )


async def test_numbers_and_entries_hold_when_replicas_write_to_the_same_organisations(
    replicas: list[Store],
) -> None:
    """Expected: numbers 1 to n in each organisation, every answer settled once, whoever tried."""
    people = [await enrolled_in(replicas[0], name) for name in ORGANISATIONS]
    chance = Random(7)

    async def one() -> int:
        person = chance.choice(people)
        record = await accepted_by(chance.choice(replicas), person)
        tries = (
            store.asks.settle(record.ask.id, AskState.ANSWERED, settled(record.entry), answer="oui")
            for store in replicas
        )
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert all(isinstance(outcome, AskRecord | Conflict) for outcome in outcomes), outcomes
        return sum(isinstance(outcome, AskRecord) for outcome in outcomes)

    won = sum(await asyncio.gather(*(one() for _ in range(60))))
    assert won == 60
    for person in people:
        numbers = [record.number for record in await replicas[1].asks.recent(person.id, 100)]
        assert numbers == list(range(len(numbers), 0, -1))
    counted = select(activity.c.kind, func.count()).group_by(activity.c.kind)
    rows = await replicas[2].database.read(lambda reading: reading.execute(counted).all())
    assert {row[0]: row[1] for row in rows} == {"opened": 60, "settled": 60}


async def test_every_waiting_ask_is_claimed_by_exactly_one_replica(replicas: list[Store]) -> None:
    """Expected: each ask once over all replicas and rounds, all of them in the end."""
    person = await enrolled_in(replicas[0], "une")
    asked = {(await accepted_by(replicas[0], person)).ask.id for _ in range(30)}
    claimed: list[str] = []
    while len(claimed) < len(asked):
        claims = await asyncio.gather(
            *(store.asks.claim(LATER, LATER + timedelta(hours=1), 4) for store in replicas for _ in range(2))
        )
        taken = [record.ask.id for claim in claims for record in claim]
        assert taken
        claimed += taken
    assert sorted(claimed) == sorted(asked)
    assert [len(await store.asks.claim(LATER, LATER, 9)) for store in replicas] == [0, 0, 0]


async def test_the_same_person_who_comes_by_two_replicas_is_enrolled_once(replicas: list[Store]) -> None:
    async def one(turn: int) -> str:
        person = await replicas[turn % 3].people.enrol(
            "une",
            "Ana",
            platform="slack" if turn % 2 else "console",
            workspace="T",
            account=f"U{turn % 4}",
            email="ana@exemple.be",
            language="fr",
            at=NOW,
        )
        return person.id

    assert len(set(await asyncio.gather(*(one(turn) for turn in range(24))))) == 1


async def test_jobs_receipts_and_invitations_are_taken_by_one_replica(replicas: list[Store]) -> None:
    person = await enrolled_in(replicas[0], "une")
    token = await replicas[0].doors.invite(person.id, NOW, LATER)
    jobs = await asyncio.gather(
        *(store.jobs.claim("bilan", "2026-W47", NOW, LATER) for store in replicas * 3)
    )
    firsts = await asyncio.gather(*(store.receipts.first("clé", NOW) for store in replicas * 3))
    entered = await asyncio.gather(*(store.doors.enter(token, NOW, LATER) for store in replicas * 3))
    assert (sum(jobs), sum(firsts), sum(one is not None for one in entered)) == (1, 1, 1)


async def test_a_person_erased_by_one_replica_can_ask_by_none(replicas: list[Store]) -> None:
    """Expected: a replica that still knows the ledger key is refused too."""
    person = await enrolled_in(replicas[0], "une")
    await accepted_by(replicas[1], person)
    await replicas[0].people.erase(person.id, NOW)
    with pytest.raises(NotFound):
        await accepted_by(replicas[1], person)


@pytest.mark.slow
async def test_a_server_that_restarts_is_found_again(postgres_url: str) -> None:
    """Expected: at most a few clear errors, then reads and writes as before, without a restart of ours."""
    store = await open_store(postgres_url, [KEY])
    await store.setup.organisation(Organisation("une", "Une"))
    person = await enrolled_in(store, "une")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    outcomes = [await asyncio.gather(tried, return_exceptions=True) for tried in _tries(store, person)]
    flat = [outcome for (outcome,) in outcomes]
    assert all(isinstance(one, StoreUnavailable) or not isinstance(one, BaseException) for one in flat)
    assert not isinstance(flat[-2], BaseException)
    assert flat[-1] == person
    await store.close()


def _tries(store: Store, person: Person) -> Iterator[Awaitable[object]]:
    for _ in range(4):
        yield store.people.speak(person.id, "fr")
        yield store.people.person(person.id)
