"""Reviews in the store: queued, decided once, appealed once, told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.store import Store
from bot.core.ask import AskState
from bot.core.review import Decision, ReviewKind
from bot.errors import Conflict, NotFound
from tests.adapters.store.samples import LATER, LEASE, NOW, accepted, blocked, enrolled, held, settled
from tests.adapters.store.test_store_asks import kinds


async def test_the_queue_holds_what_waits_oldest_first(store: Store) -> None:
    person = await enrolled(store)
    first, second = await held(store, person), await held(store, person, ReviewKind.HUMAN)
    queue = await store.reviews.queue("asbl")
    assert [(review.number, review.kind) for review in queue] == [
        (first.number, ReviewKind.HELD),
        (second.number, ReviewKind.HUMAN),
    ]
    assert queue[0].ask == first


async def test_two_mentors_who_decide_at_once_make_one_decision(store: Store) -> None:
    """Expected: one wins, the others learn that somebody was first."""
    record = await held(store, await enrolled(store))
    mentors = [await enrolled(store, name) for name in ("Luc", "Tomasz", "Ana")]
    (review,) = await store.reviews.queue("asbl")
    outcomes = await asyncio.gather(
        *(
            store.reviews.decide(review.id, mentor.id, Decision.REFUSE, NOW, text=None, note=mentor.name)
            for mentor in mentors
        ),
        return_exceptions=True,
    )
    (won,) = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2
    assert (won.state, won.told) == (AskState.REFUSED, False)
    assert won.note in {mentor.name for mentor in mentors}
    assert await kinds(store, record.entry) == ["opened", "avoided"]


async def test_an_approved_edit_runs_again_at_once(store: Store) -> None:
    """Expected: claimable now, with the mentor's text, nothing tried yet, the entry still open."""
    record = await held(store, await enrolled(store))
    mentor = await enrolled(store, "Luc")
    (review,) = await store.reviews.queue("asbl")
    await store.asks.told(record.ask.id)
    moved = await store.reviews.decide(
        review.id, mentor.id, Decision.EDIT, NOW, text="Autrement", note="Mieux"
    )
    assert (moved.state, moved.words, moved.note) == (AskState.RUNNING, "Autrement", "Mieux")
    assert (moved.decided_by, moved.decision, moved.attempts) == (mentor.id, "edit", 0)
    assert await kinds(store, moved.entry) == ["opened"]
    assert [one.ask.id for one in await store.asks.claim(NOW, LEASE, 5)] == [record.ask.id]
    decided = await store.reviews.by_number("asbl", record.number)
    assert decided is not None
    assert (decided.decision, decided.decided_at) == (Decision.EDIT, NOW)


async def test_a_mentors_own_answer_needs_no_model(store: Store) -> None:
    record = await held(store, await enrolled(store), ReviewKind.HUMAN)
    mentor = await enrolled(store, "Luc")
    (review,) = await store.reviews.queue("asbl")
    done = await store.reviews.decide(
        review.id, mentor.id, Decision.ANSWER, NOW, text="Parlons-en", note=None
    )
    assert (done.state, done.answer, done.model) == (AskState.ANSWERED, "Parlons-en", None)
    assert await kinds(store, record.entry) == ["opened", "avoided"]


async def test_passing_on_leaves_the_review_open_and_notes_who(store: Store) -> None:
    await held(store, await enrolled(store))
    mentor = await enrolled(store, "Luc")
    (review,) = await store.reviews.queue("asbl")
    for _ in range(2):
        await store.reviews.decide(review.id, mentor.id, Decision.PASS_ON, NOW, text=None, note=None)
    (waiting,) = await store.reviews.queue("asbl")
    assert waiting.passed_by == (mentor.id,)
    assert waiting.decision is None


async def test_a_blocked_ask_may_be_appealed_once(store: Store) -> None:
    """Expected: held again, one review whoever presses twice at once, the person's words kept."""
    record = await blocked(store, await enrolled(store))
    outcomes = await asyncio.gather(
        *(store.asks.appeal(record.ask.id, ReviewKind.APPEAL, NOW, "C’était un exercice") for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 4
    (review,) = await store.reviews.queue("asbl")
    assert (review.kind, review.ask.state) == (ReviewKind.APPEAL, AskState.HELD)
    assert review.words == "C’était un exercice"


async def test_an_appeal_that_is_approved_runs_under_an_entry_of_its_own(store: Store) -> None:
    """Expected: the first entry stays avoided, a second is open and can be settled."""
    record = await blocked(store, await enrolled(store))
    await store.asks.appeal(record.ask.id, ReviewKind.APPEAL, NOW)
    (review,) = await store.reviews.queue("asbl")
    mentor = await enrolled(store, "Luc")
    moved = await store.reviews.decide(review.id, mentor.id, Decision.APPROVE, LATER, text=None, note=None)
    assert moved.entry != record.entry
    assert await kinds(store, record.entry) == ["opened", "avoided"]
    assert await kinds(store, moved.entry) == ["opened"]
    done = await store.asks.settle(record.ask.id, AskState.ANSWERED, settled(moved.entry), answer="oui")
    assert done.answer == "oui"


async def test_a_failed_ask_that_is_appealed_and_approved_starts_afresh(store: Store) -> None:
    """Expected: no trace of the failure, all attempts left."""
    record = await accepted(store, await enrolled(store))
    for _ in range(3):
        await store.asks.sent(record.ask.id, "envoyé", "petit")
    await store.asks.settle(
        record.ask.id, AskState.FAILED, settled(record.entry), answer=None, fault="withheld"
    )
    review = await store.asks.appeal(record.ask.id, ReviewKind.APPEAL, NOW)
    mentor = await enrolled(store, "Luc")
    moved = await store.reviews.decide(review.id, mentor.id, Decision.APPROVE, LATER, text=None, note=None)
    assert (moved.attempts, moved.fault, moved.sent) == (0, None, None)
    assert (moved.tokens_out, moved.gwp_kg) == (None, None)


async def test_what_still_runs_or_waits_cannot_be_appealed(store: Store) -> None:
    person = await enrolled(store)
    for record in (await accepted(store, person), await held(store, person)):
        with pytest.raises(Conflict):
            await store.asks.appeal(record.ask.id, ReviewKind.APPEAL, NOW)


async def test_mentors_hear_of_a_review_once_though_two_replicas_look(store: Store) -> None:
    """Expected: one takes it; when it could not be posted, it comes again after its lease."""
    await held(store, await enrolled(store))
    claims = await asyncio.gather(*(store.reviews.claim_untold(NOW, LEASE) for _ in range(6)))
    (review,) = [review for claim in claims for review in claim]
    assert len(await store.reviews.claim_untold(LATER, LATER + timedelta(minutes=1))) == 1
    await store.reviews.told(review.id)
    assert await store.reviews.claim_untold(LATER + timedelta(days=1), LATER) == ()


async def test_an_ask_whose_texts_are_gone_cannot_be_approved_or_appealed(store: Store) -> None:
    record = await blocked(store, await enrolled(store))
    await store.asks.purge(NOW + timedelta(days=1))
    with pytest.raises(NotFound):
        await store.asks.appeal(record.ask.id, ReviewKind.APPEAL, NOW)


async def test_the_latest_review_of_an_ask_is_the_one_found(store: Store) -> None:
    record = await held(store, await enrolled(store))
    mentor = await enrolled(store, "Luc")
    (review,) = await store.reviews.queue("asbl")
    await store.reviews.decide(review.id, mentor.id, Decision.REFUSE, NOW, text=None, note="non")
    await store.asks.appeal(record.ask.id, ReviewKind.APPEAL, LATER)
    found = await store.reviews.by_number("asbl", record.number)
    assert found is not None
    assert found.kind is ReviewKind.APPEAL
    assert await store.reviews.by_number("asbl", 99) is None
    with pytest.raises(NotFound):
        await store.reviews.decide("nothing", mentor.id, Decision.REFUSE, NOW, text=None, note=None)


async def test_a_proposed_prompt_waits_until_it_is_vetted_once(store: Store) -> None:
    person, mentor = await enrolled(store), await enrolled(store, "Luc")
    numbers = [await store.proposals.propose(person, f"Titre {n}", "Corps", NOW) for n in range(2)]
    assert await store.proposals.waiting("asbl") == ((1, "Titre 0", "Corps"), (2, "Titre 1", "Corps"))
    await store.proposals.vet("asbl", numbers[0], mentor.id, True, NOW)
    with pytest.raises(Conflict):
        await store.proposals.vet("asbl", numbers[0], mentor.id, False, NOW)
    with pytest.raises(NotFound):
        await store.proposals.vet("asbl", 99, mentor.id, True, NOW)
    assert [number for number, _, _ in await store.proposals.waiting("asbl")] == [2]
