"""What Sobria itself costs an ask: the whole road, policy and durable store, on a model that answers at once.

Prints asks a second, the median and 95th centile of one ask's time, and the memory that asks in flight add.
Run: python bench/road.py [--asks 2000] [--together 32]

With `--beside` it measures over HTTP instead, in turns with another gateway that speaks OpenAI's protocol at
that address and sends its asks to the same model, which this program runs at http://127.0.0.1:8901/v1:
    python bench/road.py --asks 400 --together 16 --beside http://127.0.0.1:4000/v1 --beside-key sk-1234
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from wire.beside import Load, Target, compared

from bot import dispatch
from bot.adapters.store.cipher import new_key
from bot.core.ask import Place, Platform, Turn
from bot.core.call import Call
from bot.core.model import ModelCard, Spoken, Usage
from bot.core.person import Person
from bot.core.reply import Message
from bot.settings import build
from bot.wiring import House, house

TEXTS = (
    "Rédige un mot de remerciement à Sophie Lambert (sophie.lambert@exemple.be, 0475 12 34 56), don de 50 €.",
    "Propose un ordre du jour d’une heure pour la réunion d’équipe de mardi, avec les bénévoles.",
    "Corrige l’orthographe : les bénévole ont distribuer les colis hier matin devant la maison de quartier.",
    "Traduis en néerlandais : la fête de quartier aura lieu samedi prochain au parc, entrée libre pour tous.",
)


class Instant:
    """Models that answer at once, in six pieces."""

    def cards(self) -> tuple[ModelCard, ...]:
        """Return the one card."""
        return (ModelCard("instant", "openai", "instant", zone="BEL"),)

    async def stream(
        self, card: ModelCard, _turns: Sequence[Turn], **_asked: object
    ) -> AsyncGenerator[str | Spoken, None]:
        """Say six words."""
        for piece in ("Voici ", "une ", "réponse ", "courte. ", "Bonne ", "journée."):
            yield piece
        yield Spoken(Usage(120, 12), 0.01, 0.005, card.model)


class Silence:
    """An outlet that shows nothing."""

    async def write(self, piece: str) -> None:
        """Let the piece go."""

    async def show(self, message: Message) -> None:
        """Let the message go."""


async def person_of(whole: House) -> Person:
    """Return somebody who has accepted the charter."""
    now = whole.ports.clock.now()
    somebody = await whole.ports.people.enrol(
        "main",
        "Banc",
        platform="console",
        workspace="main",
        account="banc",
        email=None,
        language="fr",
        at=now,
    )
    await whole.ports.people.accept_charter(somebody.id, whole.ports.policy.charter.version, now)
    return await whole.ports.people.person(somebody.id)


async def measure(asks: int, together: int) -> None:
    """Run the asks and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'road.db'}"
        settings = build({"data": folder, "store": {"url": url, "keys": [new_key()]}})
        async with house(settings, models=Instant()) as whole:
            somebody = await person_of(whole)
            await timed(whole, somebody, min(asks, 200), together)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            start, cpu = time.perf_counter(), time.process_time()
            spans = await timed(whole, somebody, asks, together)
            wall, used = time.perf_counter() - start, time.process_time() - cpu
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            alone = await timed(whole, somebody, 50, 1)
    print(
        f"{asks} asks, {together} together: {asks / wall:.0f} asks/s, {used / asks * 1000:.2f} ms of CPU each"
    )
    print(
        f"time of one among {together}: median {statistics.median(spans) * 1000:.1f} ms, "
        f"95th centile {statistics.quantiles(spans, n=20)[-1] * 1000:.1f} ms"
    )
    print(f"time of one alone: median {statistics.median(alone) * 1000:.1f} ms")
    print(f"memory grown: {grown / 1024:.1f} MiB")


async def timed(whole: House, somebody: Person, asks: int, together: int) -> list[float]:
    """Run `asks` asks, `together` at a time; return the seconds of each."""
    place, gate = Place(Platform.CONSOLE, somebody.id), asyncio.Semaphore(together)

    async def one(number: int) -> float:
        async with gate:
            start = time.perf_counter()
            line = f"demander {TEXTS[number % len(TEXTS)]}"
            await dispatch.run(whole.ports, Call(somebody, place, line, whole.ports.clock.now()), Silence())
            return time.perf_counter() - start

    return await asyncio.gather(*(one(number) for number in range(asks)))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--asks", type=int, default=2000)
    options.add_argument("--together", type=int, default=32)
    options.add_argument("--beside", help="another gateway's address, ending in /v1")
    options.add_argument("--beside-model", default="instant", help="the model to ask it for")
    options.add_argument("--beside-key", default="none")
    options.add_argument("--model-port", type=int, default=8901, help="where the model of both listens")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--stream", action="store_true")
    given = options.parse_args()
    if given.beside:
        other = Target("the other gateway", given.beside, given.beside_model, given.beside_key)
        load = Load(TEXTS, given.asks, given.together, given.rounds, given.stream)
        asyncio.run(compared(other, given.model_port, load))
    else:
        asyncio.run(measure(given.asks, given.together))
