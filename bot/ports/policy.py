"""The policy as it was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from bot.core.person import Language
from bot.core.policy.charter import Charter, EmergencyNumber, Explanation
from bot.core.policy.context import NOWHERE, Context
from bot.core.policy.verdict import Verdict

Direction = Literal["in", "out"]


class Policy(Protocol):
    """The loaded policy. Pure computation: no I/O, about a millisecond."""

    @property
    def version(self) -> str: ...

    @property
    def charter(self) -> Charter: ...

    def explain(self, rule: str, language: Language) -> Explanation:
        """Return why `rule` stops a text; a general sentence for a rule that no longer exists."""
        ...

    def emergency(self, country: str, language: Language) -> tuple[EmergencyNumber, ...]:
        """Return whom to call in danger, most urgent first."""
        ...

    def check(
        self,
        text: str,
        values: Mapping[str, str],
        *,
        direction: Direction = "in",
        language: Language = "fr",
        context: Context = NOWHERE,
    ) -> Verdict:
        """Run every rule on the text and on each value; the severest wins. Never raises.

        A detector that raises or runs out of time appears in `failed` and makes the outcome at least review.
        Findings refer to `text`; those of a value are searched again in the text. `context` says who asks,
        where and with which prompt, and of an answer what was asked.
        """
        ...
