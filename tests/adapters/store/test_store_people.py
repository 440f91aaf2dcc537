"""People in the store: one person however many accounts, their rights, their doors."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.adapters.store import Store
from bot.adapters.store.tables_ledger import activity
from bot.core.ask import AskState
from bot.core.person import Organisation, Person, Role
from bot.core.reply import Button, Fact, Field, File, Form, Message, Option, Tone
from bot.core.review import Decision
from bot.errors import Conflict, NotFound
from tests.adapters.store.samples import LATER, NOW, accepted, enrolled, held, settled

MESSAGE = Message(
    "Voici **une** réponse 😀",
    Tone.ANSWER,
    "Titre",
    (Fact("Règle", "r2"),),
    (Button("Pourquoi ?", "pourquoi 1"),),
    Form("Avis", "avis 1", (Field("note", "Note", "choice", options=(Option("+", "Bien"),)),), "Envoyer"),
    (File("bilan.png", "image/png", bytes(range(256)), "Un graphique"),),
    "petit · 120 jetons",
    ask=1,
    private=False,
)


async def on_slack(store: Store, account: str, email: str | None) -> Person:
    """Enrol somebody who comes by Slack."""
    return await store.people.enrol(
        "asbl",
        "S. Lambert",
        platform="slack",
        workspace="T1",
        account=account,
        email=email,
        language="fr",
        at=NOW,
    )


async def test_the_same_verified_address_is_the_same_person(store: Store) -> None:
    """Expected: whatever its case; another address or none is another person."""
    person = await enrolled(store, "Sophie Lambert", "Sophie@Exemple.be")
    assert (await on_slack(store, "U1", " sophie@exemple.BE ")).id == person.id
    assert await store.people.by_account("slack", "T1", "U1") == person
    assert (await on_slack(store, "U2", None)).id != person.id
    assert (await on_slack(store, "U3", "autre@exemple.be")).id != person.id
    assert await store.people.by_account("slack", "T2", "U1") is None


async def test_an_account_that_enrols_many_times_at_once_is_one_person(store: Store) -> None:
    people = await asyncio.gather(*(on_slack(store, "U1", None) for _ in range(10)))
    assert len({person.id for person in people}) == 1
    assert await store.people.team_size("asbl", None) == 1


async def test_an_address_links_nobody_across_organisations(store: Store) -> None:
    await store.setup.organisation(Organisation("autre", "Autre"))
    here = await enrolled(store, "Sophie", "s@exemple.be")
    there = await store.people.enrol(
        "autre",
        "Sophie",
        platform="slack",
        workspace="T9",
        account="U9",
        email="s@exemple.be",
        language="fr",
        at=NOW,
    )
    assert here.id != there.id


async def test_roles_teams_language_and_charter_are_kept(store: Store) -> None:
    await store.setup.team("asbl", "accueil", "Accueil")
    person = await enrolled(store)
    await store.people.grant(person.id, roles=frozenset({"mentor"}), team="accueil")
    await store.people.speak(person.id, "nl")
    await store.people.accept_charter(person.id, "2026-1", NOW)
    kept = await store.people.person(person.id)
    assert kept.roles == {Role.STAFF, Role.MENTOR}
    assert (kept.team, kept.language, kept.charter) == ("accueil", "nl", "2026-1")
    assert await store.people.holders("asbl", "mentor") == (kept,)
    assert await store.people.holders("asbl", "admin") == ()
    assert (await store.people.team_size("asbl", "accueil"), await store.people.team_size("asbl", None)) == (
        1,
        1,
    )
    assert await store.setup.teams("asbl") == {"accueil": "Accueil"}


async def test_an_organisation_may_change_and_is_read_anew(store: Store) -> None:
    assert (await store.people.organisation("asbl")).zone == "BEL"
    await store.setup.organisation(Organisation("asbl", "Nouveau nom", zone="FRA", country="FR"))
    assert (await store.people.organisation("asbl")).zone == "FRA"


async def test_an_export_holds_everything_kept_about_a_person(store: Store) -> None:
    """Expected: plain JSON with name, address, accounts, texts, conversation, proposals, ledger."""
    person = await enrolled(store, "Sophie Lambert", "sophie@exemple.be")
    record = await accepted(store, person, "Ma question")
    await store.asks.sent(record.ask.id, "Ma question cachée", "petit")
    await store.asks.settle(record.ask.id, AskState.ANSWERED, settled(record.entry), answer="Ma réponse")
    await store.transcript.typed(person.id, "Ma ligne", NOW)
    await store.transcript.read(person.id, MESSAGE, NOW)
    await store.proposals.propose(person, "Mon titre", "Mon corps", NOW)
    told = json.dumps(await store.people.export(person.id), ensure_ascii=False)
    for words in (
        *("Sophie Lambert", "sophie@exemple.be", "Ma question", "Ma question cachée", "Ma réponse"),
        *("Ma ligne", "une** réponse", "Mon titre", "Mon corps", "Zébulon", record.entry),
    ):
        assert words in told, words


async def test_an_erased_person_is_gone_and_the_counts_stay(store: Store) -> None:
    """Expected: no name, account, text, session or way from the ledger; entries and numbers unchanged."""
    person = await enrolled(store, "Sophie Lambert", "sophie@exemple.be")
    await on_slack(store, "U1", "sophie@exemple.be")
    key = await store.people.ledger_key(person.id)
    record = await accepted(store, person)
    await store.asks.settle(record.ask.id, AskState.ANSWERED, settled(record.entry), answer="oui")
    session = await store.doors.open(person.id, NOW, LATER)
    await store.people.erase(person.id, NOW)
    assert await store.people.by_account("slack", "T1", "U1") is None
    assert await store.doors.who(session, NOW) is None
    assert await store.people.team_size("asbl", None) == 0
    for gone in (store.people.person(person.id), store.people.ledger_key(person.id), accepted(store, person)):
        with pytest.raises(NotFound):
            await gone
    kept = await store.asks.by_number("asbl", record.number)
    assert kept is not None
    assert (kept.ask.person.name, kept.ask.text, kept.answer, kept.tokens_out) == ("", "", None, 20)
    assert kept.ask.person.id != person.id
    entries = select(activity.c.entry).where(activity.c.person == key)
    assert await store.database.read(lambda reading: list(reading.execute(entries).scalars())) == [
        record.entry
    ]


async def test_erasing_ends_what_was_under_way(store: Store) -> None:
    """Expected: nothing left to claim or review; a late answer is refused and kept nowhere."""
    person = await enrolled(store)
    running, waiting = await accepted(store, person), await held(store, person)
    await store.people.erase(person.id, NOW)
    assert await store.reviews.queue("asbl") == ()
    assert await store.asks.claim(LATER, LATER, 5) == ()
    assert await store.reviews.claim_untold(LATER, LATER) == ()
    with pytest.raises(Conflict):
        await store.asks.settle(running.ask.id, AskState.ANSWERED, settled(running.entry), answer="tard")
    ended = await store.asks.by_number("asbl", waiting.number)
    assert ended is not None
    assert (ended.state, ended.fault, ended.told) == (AskState.FAILED, "erased", True)


async def test_what_an_erased_person_still_reads_is_kept_nowhere(store: Store) -> None:
    """Expected: the message that says « effacé » leaves no line behind."""
    person = await enrolled(store)
    await store.people.erase(person.id, NOW)
    await store.transcript.read(person.id, MESSAGE, NOW)
    assert await store.transcript.since(person.id, 0) == ()


async def test_an_erased_mentors_decisions_stand(store: Store) -> None:
    record = await held(store, await enrolled(store))
    mentor = await enrolled(store, "Luc")
    (review,) = await store.reviews.queue("asbl")
    await store.reviews.decide(review.id, mentor.id, Decision.REFUSE, NOW, text=None, note="non")
    await store.people.erase(mentor.id, NOW)
    decided = await store.reviews.by_number("asbl", record.number)
    assert decided is not None
    assert decided.decision is Decision.REFUSE


async def test_an_erased_person_may_come_back_as_somebody_new(store: Store) -> None:
    person = await enrolled(store, "Sophie", "sophie@exemple.be")
    await store.people.erase(person.id, NOW)
    again = await enrolled(store, "Sophie", "sophie@exemple.be")
    assert again.id != person.id


async def test_an_invitation_opens_the_door_once(store: Store) -> None:
    """Expected: one of many who use the link at once gets in; the session is that person's until it ends."""
    person = await enrolled(store)
    token = await store.doors.invite(person.id, NOW, LATER)
    entered = await asyncio.gather(*(store.doors.enter(token, NOW, LATER) for _ in range(5)))
    (session,) = [one for one in entered if one]
    assert await store.doors.who(session, NOW) == person
    assert await store.doors.who(session, LATER + timedelta(seconds=1)) is None
    assert await store.doors.who(token, NOW) is None
    await store.doors.leave(session)
    assert await store.doors.who(session, NOW) is None


async def test_an_old_or_unknown_invitation_opens_nothing(store: Store) -> None:
    person = await enrolled(store)
    token = await store.doors.invite(person.id, NOW, NOW + timedelta(minutes=15))
    assert await store.doors.enter(token, NOW + timedelta(minutes=16), LATER) is None
    assert await store.doors.enter("inconnu", NOW, LATER) is None


async def test_a_conversation_is_read_back_in_order_with_everything_it_showed(store: Store) -> None:
    person = await enrolled(store)
    assert await store.transcript.typed(person.id, "Bonjour", NOW) == 1
    assert await store.transcript.read(person.id, MESSAGE, LATER) == 2
    await asyncio.gather(*(store.transcript.typed(person.id, f"n{turn}", LATER) for turn in range(10)))
    first, second, *rest = await store.transcript.since(person.id, 0)
    assert (first.typed, first.message, first.at) == ("Bonjour", None, NOW)
    assert (second.typed, second.message) == (None, MESSAGE)
    assert [line.number for line in rest] == list(range(3, 13))
    assert [line.number for line in await store.transcript.since(person.id, 2, 3)] == [10, 11, 12]
    assert await store.transcript.since(person.id, 12) == ()


async def test_lines_keep_rising_after_old_ones_are_purged(store: Store) -> None:
    person = await enrolled(store)
    await store.transcript.typed(person.id, "vieux", NOW)
    await store.asks.purge(LATER)
    assert await store.transcript.typed(person.id, "neuf", LATER) == 2


async def test_a_delivery_is_taken_once_for_a_day(store: Store) -> None:
    firsts = await asyncio.gather(*(store.receipts.first("slack:Ev1", NOW) for _ in range(10)))
    assert sum(firsts) == 1
    assert await store.receipts.known("slack:Ev1")
    assert not await store.receipts.known("slack:Ev2")
    assert not await store.receipts.first("slack:Ev1", NOW + timedelta(hours=23))
    assert await store.receipts.first("slack:Ev2", NOW)


async def test_a_job_is_done_once_and_again_only_when_its_lease_was_lost(store: Store) -> None:
    claims = await asyncio.gather(*(store.jobs.claim("bilan", "2026-W47", NOW, LATER) for _ in range(6)))
    assert sum(claims) == 1
    assert await store.jobs.claim("bilan", "2026-W48", NOW, LATER)
    assert await store.jobs.claim("bilan", "2026-W47", LATER, LATER + timedelta(hours=1))
    await store.jobs.done("bilan", "2026-W47", LATER)
    assert not await store.jobs.claim(
        "bilan", "2026-W47", LATER + timedelta(days=9), LATER + timedelta(days=10)
    )
