"""What the ledger adds up to, and how a digest of it is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Protocol

from bot.core.budget import Budget, Room
from bot.core.calendar import Span
from bot.core.digest import Digest, Figures
from bot.core.ledger import Opening, Settlement
from bot.core.person import Language
from bot.core.sums import Slice, Sums


class Ledger(Protocol):
    """What the ledger adds up to, the digests it has kept, and budgets. An ask's entries are written by Asks."""

    async def open(self, opening: Opening) -> None:
        """Open the entry of a call that is no answer to an ask. Raises BudgetExhausted, Conflict."""
        ...

    async def close(self, settlement: Settlement) -> None:
        """Close such an entry. Raises Conflict when it was closed already."""
        ...

    async def abandoned(self, since: datetime, before: datetime) -> tuple[str, ...]:
        """Return such entries that were opened between two moments and never closed."""
        ...

    async def organisations(self) -> tuple[str, ...]: ...
    async def figures(self, organisation: str, span: Span, today: date) -> Figures:
        """Return what a digest of `span` is made of."""
        ...

    async def kept(self, organisation: str, period: str) -> Digest | None:
        """Return the digest as it was first told, or told anew after a restatement."""
        ...

    async def keep(self, digest: Digest, at: datetime) -> Digest:
        """Keep a complete digest, anchored in the chain; return the one that was kept first."""
        ...

    async def slices(self, organisation: str, first: date, last: date) -> tuple[Slice, ...]: ...
    async def of_person(self, organisation: str, key: str, first: date, last: date) -> Sums: ...
    async def rooms(self, organisation: str, team: str | None, key: str, day: date) -> tuple[Room, ...]:
        """Return what is left of each budget that applies, for the gateway to ask before it opens."""
        ...

    async def set_budget(self, organisation: str, budget: Budget, by: str, at: datetime) -> int:
        """Put a budget in force in place of the one with the same scope, subject, measure and period."""
        ...

    async def end_budget(self, organisation: str, budget: int, at: datetime) -> None: ...
    async def grant(
        self,
        organisation: str,
        budget: int,
        amount: int,
        day: date,
        by: str,
        at: datetime,
        *,
        subject: str = "",
        request: str | None = None,
    ) -> None:
        """Add to a budget for the period that `day` is in. Raises NotFound.

        `subject` is the ledger key of the only person it is for, of those who each have the budget;
        of several grants for one `request` the first one counts.
        """
        ...


class Charts(Protocol):
    """Pictures of a digest, readable in grey; blocking, a quarter of a second."""

    def picture(self, digest: Digest, language: Language, media: Literal["png", "svg"]) -> bytes: ...


class Sheets(Protocol):
    """A digest as a file for a spreadsheet, a program or a printer; blocking."""

    def sheet(
        self, digest: Digest, language: Language, form: Literal["csv", "xlsx", "html", "json"]
    ) -> bytes: ...
