"""Who may decide what: nobody their own ask, nobody in danger to a machine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.ask import Ask, AskRecord, AskState, Place, Platform
from bot.core.person import Person, Role
from bot.core.policy.verdict import Hit, Outcome, Verdict
from bot.core.review import Decision, Review, ReviewKind, permitted
from bot.errors import Conflict, NotAllowed

NOW = datetime(2026, 11, 23, tzinfo=UTC)
STAFF = Person("p1", "o1", "Amina")
MENTOR = Person("p2", "o1", "Luc", roles=frozenset({Role.STAFF, Role.MENTOR}))


def review(
    kind: ReviewKind = ReviewKind.HELD, category: str = "R2", decision: Decision | None = None
) -> Review:
    """Return a review of Amina's ask."""
    verdict = Verdict(Outcome.REVIEW, category, (Hit("rule", Outcome.REVIEW, category),))
    ask = Ask("a1", STAFF, Place(Platform.CONSOLE, "p1"), "texte", NOW)
    record = AskRecord(ask, 1, AskState.HELD, verdict, "e1")
    return Review("r1", 1, "o1", kind, record, NOW, decision=decision)


@pytest.mark.parametrize("decision", list(Decision))
def test_a_mentor_may_take_every_decision_on_a_colleagues_held_ask(decision: Decision) -> None:
    """Expected: no objection."""
    assert permitted(review(), decision, MENTOR) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("decision", list(Decision))
def test_nobody_decides_their_own_ask(decision: Decision) -> None:
    """Expected: refused, even for a mentor."""
    own = Person(STAFF.id, "o1", "Amina", roles=frozenset({Role.STAFF, Role.MENTOR}))
    with pytest.raises(NotAllowed, match="own"):
        permitted(review(), decision, own)


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.EDIT])
def test_what_concerns_somebody_in_danger_never_goes_to_a_model(decision: Decision) -> None:
    """Expected: refused, whichever way the review was opened."""
    for kind in ReviewKind:
        with pytest.raises(NotAllowed):
            permitted(review(kind, "R7"), decision, MENTOR)


@pytest.mark.parametrize("decision", [Decision.APPROVE, Decision.EDIT])
def test_a_question_for_a_human_never_goes_to_a_model(decision: Decision) -> None:
    """Expected: refused."""
    with pytest.raises(NotAllowed, match="human"):
        permitted(review(ReviewKind.HUMAN), decision, MENTOR)


def test_staff_and_strangers_decide_nothing() -> None:
    """Expected: refused for staff and for a mentor of another organisation."""
    stranger = Person("p9", "o2", "X", roles=frozenset({Role.MENTOR}))
    for person in (Person("p3", "o1", "Zoé"), stranger):
        with pytest.raises(NotAllowed, match="mentor"):
            permitted(review(), Decision.APPROVE, person)


def test_a_decided_review_stays_decided() -> None:
    """Expected: a second mentor is told that somebody was first."""
    with pytest.raises(Conflict):
        permitted(review(decision=Decision.REFUSE), Decision.APPROVE, MENTOR)
