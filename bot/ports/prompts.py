"""The library of prompts, and what people propose for it and for the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.core.person import Language, Person
from bot.core.policy.teaching import Proposed
from bot.core.prompt import PromptTemplate


class Prompts(Protocol):
    """The vetted library."""

    def find(self, name: str) -> PromptTemplate | None: ...
    def search(self, words: str, language: Language) -> tuple[PromptTemplate, ...]:
        """Return prompts by relevance; all of them, by area, when `words` is empty."""
        ...


class Proposals(Protocol):
    """Prompts that people propose for the library."""

    async def propose(self, person: Person, title: str, body: str, at: datetime) -> int: ...
    async def waiting(self, organisation: str) -> tuple[tuple[int, str, str], ...]:
        """Return (number, title, body) of proposals nobody has vetted."""
        ...

    async def teach(self, person: Person, label: str, text: str, at: datetime) -> int:
        """Keep an example that a mentor proposes for the policy; it is listed by `examples` alone."""
        ...

    async def examples(self, organisation: str) -> tuple[Proposed, ...]:
        """Return the proposed examples, oldest first."""
        ...

    async def vet(
        self, organisation: str, number: int, mentor: str, accepted: bool, at: datetime
    ) -> None: ...
