"""Sobria's HTTP address beside another gateway's, both before the same model, in turns in the same run.

What is measured of each: the time of one ask alone, less what the model itself takes, and asks a second.
Machines are seldom quiet, so what counts is the median of the ratios of neighbouring rounds.
"""

from __future__ import annotations

import asyncio
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bot.adapters.files import policy as files
from bot.adapters.files.reading import shipped
from bot.adapters.store.cipher import new_key
from bot.settings import read
from bot.wiring import opened

SERVE = "from bot.cli import main; main()"
ALONE = 30
PATIENCE = 60.0
"""Seconds for a server to answer at all."""


@dataclass
class Target:
    """Something that answers OpenAI's chat protocol, and what was measured of it, a figure a round."""

    name: str
    url: str
    model: str
    key: str = "none"
    alone: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Load:
    """How hard to ask."""

    texts: Sequence[str]
    asks: int
    together: int
    rounds: int
    stream: bool


async def compared(other: Target, peer_port: int, load: Load) -> None:
    """Measure the model alone, Sobria and the other gateway in turns; print the figures."""
    peer = Target("the model alone", f"http://127.0.0.1:{peer_port}/v1", "instant")
    async with running("bench/wire/peer.py", "--port", str(peer_port)), sobria(peer.url) as ours:
        targets = (peer, ours, other)
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=2)
        ) as client:
            for target in targets:
                await answering(client, target)
                await together(client, target, load, load.together * 4)
            for _ in range(load.rounds):
                for target in targets:
                    await measured(client, target, load)
    for target in targets:
        told(target, peer)
    faster = [mine / theirs for mine, theirs in zip(ours.rate, other.rate, strict=True)]
    print(f"Sobria answers {statistics.median(faster):.1f} times as many asks a second as {other.name}")


def told(target: Target, peer: Target) -> None:
    """Print what was measured of one target."""
    added = statistics.median(mine - bare for mine, bare in zip(target.alone, peer.alone, strict=True))
    print(
        f"{target.name}: {statistics.median(target.rate):.0f} asks/s; one alone "
        f"{statistics.median(target.alone) * 1000:.1f} ms, {added * 1000:.1f} ms more than the model"
    )


async def measured(client: aiohttp.ClientSession, target: Target, load: Load) -> None:
    """Add one round's figures to a target."""
    spans = []
    for number in range(ALONE):
        start = time.perf_counter()
        await ask(client, target, load, number)
        spans.append(time.perf_counter() - start)
    target.alone.append(statistics.median(spans))
    start = time.perf_counter()
    await together(client, target, load, load.asks)
    target.rate.append(load.asks / (time.perf_counter() - start))


async def together(client: aiohttp.ClientSession, target: Target, load: Load, asks: int) -> None:
    """Ask `asks` times, `load.together` at a time."""
    numbers = iter(range(asks))

    async def one_after_another() -> None:
        for number in numbers:
            await ask(client, target, load, number)

    await asyncio.gather(*(one_after_another() for _ in range(load.together)))


async def ask(client: aiohttp.ClientSession, target: Target, load: Load, number: int) -> None:
    """Ask once and read the answer to its end. Raises RuntimeError when it is none."""
    text = load.texts[number % len(load.texts)]
    body = {"model": target.model, "messages": [{"role": "user", "content": text}], "stream": load.stream}
    headers = {"Authorization": f"Bearer {target.key}"}
    async with client.post(f"{target.url}/chat/completions", json=body, headers=headers) as response:
        answer = await response.text()
    if response.status != 200 or "courte." not in answer:
        raise RuntimeError(f"{target.name} answered {response.status}: {answer[:300]}")


async def answering(client: aiohttp.ClientSession, target: Target) -> None:
    """Wait until a target answers requests at all."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            async with client.get(f"{target.url}/models"):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.2)
    raise RuntimeError(f"{target.name} does not answer at {target.url}")


@asynccontextmanager
async def running(*words: str) -> AsyncIterator[None]:
    """Run a program of ours beside this one."""
    child = await asyncio.create_subprocess_exec(sys.executable, *words)
    try:
        yield
    finally:
        child.terminate()
        await child.wait()


@asynccontextmanager
async def sobria(model: str) -> AsyncIterator[Target]:
    """Serve Sobria as an association would: its policy, a durable store, a key for a program."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        file = Path(folder) / "sobria.toml"
        file.write_text(_settings(folder, port, model), encoding="utf-8")
        key = await _key(file)
        free.close()
        async with running("-c", SERVE, "serve", "--config", str(file)):
            yield Target("Sobria", f"http://127.0.0.1:{port}/v1", "sobria", key)


def _settings(folder: str, port: int, model: str) -> str:
    return (
        f'port = {port}\ndata = "{folder}"\n'
        f'[store]\nurl = "sqlite:///{folder}/road.db"\nkeys = ["{new_key()}"]\n'
        f'[[models]]\nname = "instant"\nprovider = "openai"\nmodel = "instant"\nbase_url = "{model}"\n'
        'key = "none"\nzone = "BEL"\n'
    )


async def _key(file: Path) -> str:
    """Return a key of somebody who has accepted the charter."""
    settings, now = read(file), datetime.now(UTC)
    store = await opened(settings)
    try:
        here = settings.organisation.id
        somebody = await store.people.enrol(
            here,
            "Banc",
            platform="console",
            workspace=here,
            account="banc",
            email=None,
            language="fr",
            at=now,
        )
        version = files.load(shipped("policies"), None).charter.version
        await store.people.accept_charter(somebody.id, version, now)
        return await store.keys.make(somebody.id, "mesure", now, now + timedelta(days=1))
    finally:
        await store.close()
