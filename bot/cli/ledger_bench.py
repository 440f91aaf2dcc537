"""`sobria bench ledger`: entries, digests and verification, with little and with much history."""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import typer

from bot.core.ledger import Closing, Opening, Settlement

if TYPE_CHECKING:
    from bot.adapters.store.database import Database

SMALL = 10_000
SINGLE = 300
WRITERS = 64
TOGETHER = 6_400
DIGESTS = 30
WARMED = 500
"""Entries before any is timed: a server that runs has met each association's last page."""
TRIES_OF_DISK = 50


@dataclass(frozen=True, slots=True)
class Measured:
    """What one history gave: milliseconds, and entries a second."""

    entries: int
    opening_ms: float
    closing_ms: float
    together: float
    digest_ms: float
    digest_worst_ms: float


def run(entries: int, organisations: int, url: str, directory: Path | None, now: datetime) -> None:
    """Measure the small and the large history and print both."""
    folder = Path(tempfile.mkdtemp(prefix="sobria-bench-", dir=directory))
    typer.echo(f"the disk alone takes {_disk(folder):.2f} ms to keep 8 kB (median)")
    try:
        for size in sorted({min(SMALL, entries), entries}):
            where = url or f"sqlite:///{folder}/{size}.db"
            typer.echo(_line(asyncio.run(_measured(where, size, organisations, now))))
            if not url:
                (folder / f"{size}.db").unlink()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _disk(folder: Path) -> float:
    """Return the milliseconds that the disk needs by itself: no commit can be faster."""
    taken = []
    with (folder / "disk").open("wb") as file:
        for _ in range(TRIES_OF_DISK):
            begun = perf_counter()
            file.write(bytes(8192))
            file.flush()
            os.fdatasync(file.fileno())
            taken.append((perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _line(one: Measured) -> str:
    return (
        f"{one.entries:>11,} entries: opening {one.opening_ms:.2f} ms, closing {one.closing_ms:.2f} ms "
        f"(median, durable, alone); {one.together:,.0f} entries/s with {WRITERS} writers; "
        f"weekly digest {one.digest_ms:.0f} ms (median), {one.digest_worst_ms:.0f} ms (worst)"
    )


async def _measured(url: str, entries: int, organisations: int, now: datetime) -> Measured:
    from bot.adapters.store.bulk import filled
    from bot.adapters.store.chain import verify
    from bot.adapters.store.database import Database
    from bot.cli.ledger_export import progress

    with progress(f"{entries:,} entries") as tell:
        await asyncio.to_thread(filled, url, entries, organisations, now, tell)
    database = Database(url)
    try:
        begun = perf_counter()
        rows = await database.read(verify)
        seconds = perf_counter() - begun
        rate = rows / seconds
        typer.echo(f"{rows:>11,} rows, two an entry, verified: {rate:,.0f} rows/s, {rate / 2:,.0f} entries/s")
        alone = await _alone(database, organisations, now)
        together = await _together(database, organisations, now)
        digests = await _digests(database, organisations, now)
    finally:
        await database.close()
    return Measured(entries, *alone, together, statistics.median(digests), max(digests))


async def _alone(database: Database, organisations: int, now: datetime) -> tuple[float, float]:
    """Return the median milliseconds of an opening and of a closing, each committed on its own."""
    from bot.adapters.store.ledger import close_entry, open_entry

    opened, closed = [], []
    for number in range(SINGLE + WARMED):
        opening, settlement = _entry("alone", number, organisations, now)
        opened.append(await _timed(database, partial(open_entry, opening=opening)))
        closed.append(await _timed(database, partial(close_entry, settlement=settlement)))
    return statistics.median(opened[WARMED:]), statistics.median(closed[WARMED:])


async def _timed(database: Database, work: Callable[[Any], None]) -> float:
    begun = perf_counter()
    await database.write(work)
    return (perf_counter() - begun) * 1000


async def _together(database: Database, organisations: int, now: datetime) -> float:
    """Return entries a second, opened and closed in two commits, with many writers at once."""
    from bot.adapters.store.ledger import close_entry, open_entry

    async def writer(entries: list[tuple[Opening, Settlement]]) -> None:
        for opening, settlement in entries:
            # As the road of an ask does, which knows whose ledger it writes to.
            await database.write(partial(open_entry, opening=opening), opening.organisation)
            await database.write(partial(close_entry, settlement=settlement), opening.organisation)

    made = [
        [_entry(f"w{which:02}", number, organisations, now) for number in range(TOGETHER // WRITERS)]
        for which in range(WRITERS)
    ]
    begun = perf_counter()
    await asyncio.gather(*map(writer, made))
    return TOGETHER / (perf_counter() - begun)


async def _digests(database: Database, organisations: int, now: datetime) -> list[float]:
    """Return the milliseconds of last week's digest, organisation after organisation."""
    from bot.adapters.store.ledger_port import figures
    from bot.core.calendar import around
    from bot.core.digest import digest

    today = now.astimezone(UTC).date()
    span = around("week", today).before()
    found = []
    for number in range(DIGESTS):
        name = f"org{number % organisations:04}"
        begun = perf_counter()
        read = await database.read(partial(figures, organisation=name, span=span, today=today))
        digest(read, today)
        found.append((perf_counter() - begun) * 1000)
    return found


def _entry(who: str, number: int, organisations: int, now: datetime) -> tuple[Opening, Settlement]:
    from bot.adapters.store.bulk_rows import CARD, FOOTPRINT
    from bot.core.model import Usage

    at = now + timedelta(microseconds=number)
    entry = f"{round(at.timestamp() * 1e6):015x}{who}{number:06}"
    organisation = (hash(who) + number * 7) % organisations
    opening = Opening(
        entry,
        f"org{organisation:04}",
        f"t{number % 3}",
        f"org{organisation:04}-p{number % 20}",
        at,
        ask=f"ask-{entry}",
        template="compte-rendu",
        area="Réunions",
        platform="console",
    )
    settled = Settlement(
        entry,
        Closing.SETTLED,
        at,
        CARD,
        CARD.model,
        Usage(400 + number % 100, 300),
        3.2,
        0.4,
        0.0003,
        None,
        FOOTPRINT,
    )
    return opening, settled
