"""The ledger and people: totals outlive a person, small teams stay hidden, also by subtraction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.adapters.store import Store
from bot.adapters.store.chain import verify
from bot.adapters.store.ledger import close_entry, open_entry
from bot.core.calendar import named
from bot.core.digest import Digest, digest
from bot.core.person import Person
from bot.core.sums import total
from tests.adapters.store.ledger_samples import NOW, opening, settlement

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


async def enrolled(store: Store, number: int, team: str | None = None) -> Person:
    person = await store.people.enrol(
        "asbl",
        f"Personne {number}",
        platform="console",
        workspace="",
        account=f"a{number}",
        email=None,
        language="fr",
        at=NOW,
    )
    return await store.people.grant(person.id, team=team) if team else person


async def used(store: Store, person: Person, entry: str, *, days: int = 0) -> None:
    opened = replace(
        opening(entry, days=days), person=await store.people.ledger_key(person.id), team=person.team
    )
    await store.database.write(lambda c: open_entry(c, opened))
    await store.database.write(lambda c: close_entry(c, settlement(entry, days=days)))


async def told(store: Store, period: str, at: datetime) -> Digest:
    made = digest(await store.ledger.figures("asbl", named(period), at.date()), at.date())
    return await store.ledger.keep(made, at) if made.complete else made


async def test_erasing_a_person_keeps_the_totals_and_the_chain(store: Store) -> None:
    person = await enrolled(store, 1)
    await used(store, person, "e1")
    before = total(part.sums for part in await store.ledger.slices("asbl", FIRST, LAST))
    await store.people.erase(person.id, NOW)
    assert total(part.sums for part in await store.ledger.slices("asbl", FIRST, LAST)) == before
    assert await store.database.read(verify) == 2


async def test_a_month_cannot_be_subtracted_to_a_week_in_which_the_team_was_small(store: Store) -> None:
    for team in ("grande", "petite"):
        await store.setup.team("asbl", team, team.capitalize())
    for number in range(10):
        await enrolled(store, number, "grande")
    small = [await enrolled(store, number, "petite") for number in range(20, 24)]
    await used(store, small[0], "e1", days=-10)
    week = await told(store, "2026-W46", NOW)
    assert (week.teams, week.hidden) == ((), ("Grande", "Petite"))
    for number in range(30, 36):
        await enrolled(store, number, "petite")
    later = NOW + timedelta(days=10)
    assert (await told(store, "2026-W48", later)).hidden == ()
    assert "Petite" in (await told(store, "2026-11", later)).hidden
