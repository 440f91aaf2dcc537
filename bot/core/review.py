"""Reviews: a person looks where the machine must not decide. Pure rules of who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.ask import AskRecord
from bot.core.person import Person, Role
from bot.errors import Conflict, NotAllowed


class ReviewKind(StrEnum):
    """Why a mentor is asked."""

    HELD = "held"
    APPEAL = "appeal"
    HUMAN = "human"
    DISTRESS = "distress"


class Decision(StrEnum):
    """What a mentor may decide. A closed set: no decision means nothing leaves."""

    APPROVE = "approve"
    EDIT = "edit"
    ANSWER = "answer"
    REFUSE = "refuse"
    PASS_ON = "pass_on"  # noqa: S105  the name of a decision


@dataclass(frozen=True, slots=True)
class Review:
    """A review as the store holds it.

    `passed_by` are mentors who passed it on, `words` what the person says for their appeal.
    """

    id: str
    number: int
    organisation: str
    kind: ReviewKind
    ask: AskRecord
    opened_at: datetime
    passed_by: tuple[str, ...] = ()
    decided_by: str | None = None
    decision: Decision | None = None
    decided_at: datetime | None = None
    told: bool = False
    words: str = ""


def permitted(review: Review, decision: Decision, mentor: Person) -> None:
    """Check that `mentor` may take `decision` now.

    Raises NotAllowed when they are no mentor of the organisation, when it is their own ask, or when the
    decision would hand to a model what a person asked of a human or what concerns somebody in danger;
    Conflict when the review was decided already.
    """
    if not mentor.has(Role.MENTOR) or mentor.organisation != review.organisation:
        raise NotAllowed("mentor")
    if mentor.id == review.ask.ask.person.id:
        raise NotAllowed("own")
    if review.decision is not None:
        raise Conflict("decided")
    to_a_model = decision in {Decision.APPROVE, Decision.EDIT}
    if to_a_model and (review.kind is ReviewKind.DISTRESS or review.ask.verdict.distress):
        raise NotAllowed("distress")
    if to_a_model and review.kind is ReviewKind.HUMAN:
        raise NotAllowed("human")
