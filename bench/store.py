"""How fast the store takes asks: durable writes by many callers at once, and by one alone.

Usage: python bench/store.py [sqlite:///file | postgresql://…] [--pairs 4000] [--callers 64]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from bot.adapters.store import Store, open_store
from bot.adapters.store.cipher import new_key
from bot.core.ask import Ask, AskState, Place, Platform
from bot.core.footprint import Footprint, Range
from bot.core.ledger import Closing, Opening, Settlement
from bot.core.model import ModelCard, Usage
from bot.core.person import Organisation, Person
from bot.core.policy.verdict import Outcome, Verdict

CARD = ModelCard("petit", "openai", "petit-1", zone="BEL")
SOME = Range(1e-5, 2e-5, 3e-5)
FOOTPRINT = Footprint(SOME, SOME, method="m", factors="f", tier="model")
TEXT = "Rédige un mot de remerciement à une donatrice. " * 8


async def pair(store: Store, person: Person) -> None:
    """Accept one ask and settle it."""
    now = datetime.now(UTC)
    ask = Ask(uuid4().hex, person, Place(Platform.CONSOLE, "c"), TEXT, now)
    key = await store.people.ledger_key(person.id)
    opening = Opening(uuid4().hex, person.organisation, None, key, now, ask=ask.id)
    lease = now + timedelta(minutes=15)
    await store.asks.accept(
        ask, Verdict(Outcome.ALLOW), AskState.RUNNING, opening, review=None, avoided=None, lease=lease
    )
    settlement = Settlement(
        opening.entry,
        Closing.SETTLED,
        now,
        CARD,
        "petit-1",
        Usage(200, 300),
        1.0,
        0.2,
        0.001,
        None,
        FOOTPRINT,
    )
    await store.asks.settle(ask.id, AskState.ANSWERED, settlement, answer=TEXT)


async def together(store: Store, people: list[Person], pairs: int, callers: int) -> float:
    """Return pairs a second with `callers` at once."""
    left = iter(range(pairs))

    async def caller(person: Person) -> None:
        for _ in left:
            await pair(store, person)

    began = time.perf_counter()
    await asyncio.gather(*(caller(people[turn % len(people)]) for turn in range(callers)))
    return pairs / (time.perf_counter() - began)


async def alone(store: Store, turns: int = 300) -> list[float]:
    """Return how long single writes took, in milliseconds."""
    took = []
    for turn in range(turns):
        began = time.perf_counter()
        await store.receipts.first(f"bench {turn} {uuid4().hex}", datetime.now(UTC))
        took.append((time.perf_counter() - began) * 1000)
    return took


async def reads(store: Store, person: Person, turns: int = 500) -> float:
    """Return how long reading a person takes at the median, in milliseconds."""
    took = []
    for _ in range(turns):
        began = time.perf_counter()
        await store.people.person(person.id)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def disk(folder: Path, turns: int = 200) -> float:
    """Return how long the disk itself takes to keep 4 kB, in milliseconds at the median."""
    took = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _ in range(turns):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?")
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--callers", type=int, default=64)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        store = await open_store(given.url or f"sqlite:///{folder}/bench.db", [new_key()])
        try:
            await measured(store, Path(folder), given.pairs, given.callers)
        finally:
            await store.close()


async def measured(store: Store, folder: Path, pairs: int, callers: int) -> None:
    """Print every figure."""
    await store.setup.organisation(Organisation("bench", "Bench"))
    people = [
        await store.people.enrol(
            "bench",
            f"Personne {turn}",
            platform="console",
            workspace="",
            account=uuid4().hex,
            email=None,
            language="fr",
            at=datetime.now(UTC),
        )
        for turn in range(8)
    ]
    await together(store, people, 200, callers)
    worked = time.process_time()
    rate = await together(store, people, pairs, callers)
    worked = (time.process_time() - worked) / pairs * 1000
    took = sorted(await alone(store))
    middle = statistics.median(took)
    print(f"accept + settle, {callers} callers: {rate:,.0f} pairs/s ({2 * rate:,.0f} durable writes/s)")
    print(f"of which processor time: {worked:.2f} ms a pair")
    print(f"single durable write: median {middle:.2f} ms, p90 {took[int(len(took) * 0.9)]:.2f} ms")
    print(f"the disk's own fdatasync of 4 kB: median {disk(folder):.2f} ms")
    print(f"read a person: median {await reads(store, people[0]):.3f} ms")


if __name__ == "__main__":
    asyncio.run(main())
