"""Asks and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.core.ask import Ask, AskRecord, AskState
from bot.core.ledger import Opening, Settlement
from bot.core.policy.verdict import Verdict
from bot.core.review import Review, ReviewKind


class Asks(Protocol):
    """Asks and what became of them. Texts are encrypted; `number` counts up within an organisation."""

    async def accept(
        self,
        ask: Ask,
        verdict: Verdict,
        state: AskState,
        opening: Opening,
        *,
        review: ReviewKind | None,
        avoided: str | None,
        lease: datetime,
    ) -> AskRecord:
        """Write ask, findings, verdict and opened ledger entry in one transaction.

        `review` also opens a review; `avoided` (a reason code) also closes the entry as avoided.
        """
        ...

    async def sent(self, ask: str, text: str, model: str) -> None:
        """Keep what is about to leave the machine, and count the attempt."""
        ...

    async def retry(self, ask: str, failed: Settlement, opening: Opening) -> None:
        """Close an attempt's entry as failed and open the next one, in one transaction."""
        ...

    async def settle(
        self,
        ask: str,
        state: AskState,
        settlement: Settlement,
        *,
        answer: str | None,
        fault: str | None = None,
        review: ReviewKind | None = None,
    ) -> AskRecord:
        """Close the entry and the ask in one transaction. Raises Conflict when it was closed already."""
        ...

    async def told(self, ask: str) -> None:
        """Note that the person has been told of the ask's present state."""
        ...

    async def postpone(self, ask: str, until: datetime) -> None:
        """Let an untold ask be taken up again at `until`: its message could not be brought."""
        ...

    async def claim(self, at: datetime, lease: datetime, limit: int) -> tuple[AskRecord, ...]:
        """Take asks whose lease has run out and that are running, or final or held but untold."""
        ...

    async def renew(self, ask: str, held: datetime, until: datetime) -> bool:
        """Move the end of an untold ask's lease from `held` to `until`; False when it ends at another date."""
        ...

    async def release(self) -> None:
        """Let go of every lease: only where this process is alone with the database (SQLite)."""
        ...

    async def known(self, ask: str) -> bool:
        """Return whether this ask was accepted."""
        ...

    async def by_number(self, organisation: str, number: int) -> AskRecord | None: ...
    async def recent(self, person: str, limit: int = 10) -> tuple[AskRecord, ...]: ...
    async def feedback(self, ask: str, score: int) -> None: ...
    async def appeal(self, ask: str, kind: ReviewKind, at: datetime, words: str = "") -> Review:
        """Open a review of a decided ask. Raises Conflict when one was opened already."""
        ...

    async def purge(self, before: datetime) -> int:
        """Delete the texts of asks older than `before`; return how many."""
        ...
