"""Models, and what a call of one amounts to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol

from bot.core.ask import Turn
from bot.core.footprint import Footprint
from bot.core.model import ModelCard, Spoken, Usage


class Models(Protocol):
    """The models that the settings offer."""

    def cards(self) -> tuple[ModelCard, ...]: ...
    def stream(
        self, card: ModelCard, turns: Sequence[Turn], *, schema: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[str | Spoken, None]:
        """Yield the answer piece by piece and, last, one `Spoken`. Raises ModelError.

        With a JSON `schema` the answer is an object of that shape, as far as the provider can hold to one.

        Cancelling the iteration stops the call. Nothing is tried again here: that is the gateway's.
        """
        ...


class Tokens(Protocol):
    """Counting without a network."""

    def count(self, text: str, card: ModelCard) -> int: ...


class Impacts(Protocol):
    """Footprints. Never raises: what cannot be told is None with a warning."""

    def assess(
        self, card: ModelCard, usage: Usage, latency: float, watt_hours: float | None = None
    ) -> Footprint: ...
