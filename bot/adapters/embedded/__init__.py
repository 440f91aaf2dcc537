"""The embedded model: llama.cpp in a child process of our own.

There its memory, its crashes and its hold on Python's lock never touch the bot.
`EmbeddedModel.address` starts the child at the first call and again whenever it has died.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.embedded.weights import Weights, verify
from bot.errors import ModelUnavailable, SettingsError

START_LIMIT = 90.0
"""Seconds for loading: 3 s on a laptop, far more from a slow disk."""

_ILLEGAL_INSTRUCTION = -4


@dataclass(frozen=True, slots=True)
class Address:
    """Where an OpenAI-compatible model listens, and the key that it asks for."""

    url: str
    key: str = field(repr=False)


class EmbeddedModel:
    """One model file and the child that serves it. `weights` are checked before each start when given."""

    def __init__(
        self, path: Path, name: str, *, window: int = 4096, weights: Weights | None = None, threads: int = 0
    ) -> None:
        self.path = path
        self._orders = {
            "path": str(path),
            "name": name,
            "window": window,
            "threads": threads or max(1, min(8, os.cpu_count() or 1)),
        }
        self._weights = weights
        self._starting = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None
        self._address: Address | None = None

    @property
    def running(self) -> bool:
        """Return whether the child lives."""
        return self._child is not None and self._child.returncode is None

    @property
    def child(self) -> int | None:
        """Return the child's process id, None when there is no child."""
        return self._child.pid if self._child is not None else None

    async def address(self) -> Address:
        """Return where the model listens, starting the child if there is none.

        Raises SettingsError when the file is not there or not the right one, ModelUnavailable when the child
        will not start.
        """
        async with self._starting:
            if not self.running or self._address is None:
                await self.stop()
                await asyncio.to_thread(self._check)
                self._address = await self._start()
            return self._address

    def _check(self) -> None:
        if self._weights is not None:
            verify(self.path, self._weights)
        elif not self.path.exists():
            raise SettingsError((f"{self.path}: no such file; it must be a model in GGUF format",))

    async def _start(self) -> Address:
        key = secrets.token_urlsafe(24)
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.adapters.embedded.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            async with asyncio.timeout(START_LIMIT):
                said = await self._first_words(self._child, key)
        except (TimeoutError, OSError):
            said = {}
        if "address" in said:
            return Address(said["address"] + "/v1", key)
        reason = said.get("fault") or await self._ending(self._child)
        await self.stop()
        raise ModelUnavailable(f"the embedded model would not start: {reason}")

    async def _first_words(self, child: asyncio.subprocess.Process, key: str) -> dict[str, str]:
        assert child.stdin is not None  # noqa: S101  a pipe was asked for
        assert child.stdout is not None  # noqa: S101  the same
        child.stdin.write(json.dumps({**self._orders, "key": key}).encode() + b"\n")
        await child.stdin.drain()
        said = await child.stdout.readline()
        return dict(json.loads(said)) if said else {}

    async def _ending(self, child: asyncio.subprocess.Process) -> str:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                code = await child.wait()
                return (
                    "this processor lacks AVX2" if code == _ILLEGAL_INSTRUCTION else f"it ended with {code}"
                )
        return "it took too long"

    async def stop(self) -> None:
        """End the child, if there is one."""
        child, self._child, self._address = self._child, None, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        if child.stdin is not None:
            child.stdin.close()


def _environment() -> dict[str, str]:
    """Return our environment without its secrets, which the child does not need.

    Threads that wait for one another sleep instead of spinning: on two cores with other work, spinning was
    fifteen times slower.
    """
    hidden = ("SOBRIA_", "OPENAI_", "ANTHROPIC_", "MISTRAL_", "LANGSMITH_", "LANGCHAIN_", "SLACK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    root = str(Path(__file__).parents[3])
    kept["OMP_WAIT_POLICY"] = "passive"
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH", ""))))}
