"""What waits for a mentor, and what mentors decided."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.core.ask import AskRecord
from bot.core.review import Decision, Review


class Reviews(Protocol):
    """Reviews waiting for a mentor, and decided ones."""

    async def queue(self, organisation: str) -> tuple[Review, ...]: ...
    async def by_number(self, organisation: str, number: int) -> Review | None:
        """Find the latest review of ask `number`."""
        ...

    async def decide(
        self,
        review: str,
        mentor: str,
        decision: Decision,
        at: datetime,
        *,
        text: str | None,
        note: str | None,
    ) -> AskRecord:
        """Take the decision in one transaction; the ask moves on and becomes untold. Raises Conflict.

        approve, edit: running again with a lease that has run out; an entry that was closed already, as
        before an appeal, is followed by a new one. answer: answered with `text`, the entry avoided.
        refuse: refused. pass_on: the mentor is noted, the review stays open.
        """
        ...

    async def claim_untold(self, at: datetime, lease: datetime) -> tuple[Review, ...]: ...
    async def told(self, review: str) -> None: ...
    async def postpone(self, review: str, until: datetime) -> None:
        """Let a review be claimed again at `until`: mentors could not be told of it."""
        ...
