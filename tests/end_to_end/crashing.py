"""A child process that is killed in the middle of the road, at the crossing it is told to die at."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.core.ask import Turn
from bot.core.model import ModelCard, Spoken
from bot.ports import Ports

CROSSED = {
    "people": ("ledger_key",),
    "asks": ("accept", "sent", "retry", "settle", "told"),
    "reviews": ("decide", "told"),
    "courier": ("deliver", "post"),
}


class Fuse:
    """Counts crossings and kills the process, with no chance to tidy up, at the chosen one."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.crossed = 0

    def cross(self) -> None:
        """Go over one more crossing."""
        self.crossed += 1
        if self.crossed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class Mined:
    """A port whose named methods cross before and after their work."""

    def __init__(self, port: Any, names: Sequence[str], fuse: Fuse) -> None:
        self._port, self._names, self._fuse = port, names, fuse

    def __getattr__(self, name: str) -> Any:
        """Return the port's own attribute, mined where it is named."""
        attribute = getattr(self._port, name)
        return self._mined(attribute) if name in self._names else attribute

    def _mined(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def crossing(*args: Any, **kwargs: Any) -> Any:
            self._fuse.cross()
            result = await method(*args, **kwargs)
            self._fuse.cross()
            return result

        return crossing


class MinedModels:
    """Models whose stream crosses before, between and after its pieces."""

    def __init__(self, models: Any, fuse: Fuse) -> None:
        self._models, self._fuse = models, fuse

    def cards(self) -> tuple[ModelCard, ...]:
        """Return the cards."""
        cards: tuple[ModelCard, ...] = self._models.cards()
        return cards

    async def stream(
        self, card: ModelCard, turns: Sequence[Turn], **_asked: object
    ) -> AsyncGenerator[str | Spoken, None]:
        """Stream, crossing at each piece."""
        self._fuse.cross()
        async for piece in self._models.stream(card, turns, **_asked):
            yield piece
            self._fuse.cross()


class MinedPolicy:
    """A policy whose checks cross."""

    def __init__(self, policy: Any, fuse: Fuse) -> None:
        self._policy, self._fuse = policy, fuse

    def __getattr__(self, name: str) -> Any:
        """Return the policy's own attribute."""
        return getattr(self._policy, name)

    def check(self, *args: Any, **kwargs: Any) -> Any:
        """Check, crossing before and after."""
        self._fuse.cross()
        verdict = self._policy.check(*args, **kwargs)
        self._fuse.cross()
        return verdict


def mined(ports: Ports, fuse: Fuse) -> Ports:
    """Return the ports with a mine at every step that touches the world."""
    models, policy = MinedModels(ports.models, fuse), MinedPolicy(ports.policy, fuse)
    return replace(mined_at(ports, fuse, CROSSED), models=models, policy=policy)


def mined_at(ports: Ports, fuse: Fuse, crossed: Mapping[str, Sequence[str]]) -> Ports:
    """Return the ports with a mine at the named steps."""
    changed: dict[str, Any] = {
        name: Mined(getattr(ports, name), methods, fuse) for name, methods in crossed.items()
    }
    return replace(ports, **changed)
