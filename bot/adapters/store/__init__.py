"""Where everything is kept: one schema and one set of queries, on SQLite or PostgreSQL.

A tour, in the order in which it is best read:

    tables         what is kept of people and asks; tables_ledger: what is counted
    database       one writer that commits in groups (writer), a few readers; engines: both databases' manners
    migrate        the tables brought up to date at the start, by the files of migrations/
    cipher         how every text and name is sealed; seals: whether the keys fit; rekeying: changing them
    asks           each step of an ask in one transaction with its ledger entry (ledger, reopening)
    arrivals       what chat platforms handed over, until it is done
    reviews        decided once; proposals, doors, keys, lessons, transcript, turns: the smaller ones
    people         who they are; rights: their export and erasure; purge: texts whose term is over
    setup          organisations and teams
    search         the prompt library's full-text index
    upkeep         soundness, copy and compaction of the embedded file; portable: a person's own file

`open_store` opens all of it. Callers see `bot.ports` and errors of `bot.errors`, never SQLAlchemy's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.store.arrivals import StoredArrivals
from bot.adapters.store.asks import StoredAsks
from bot.adapters.store.cipher import Cipher
from bot.adapters.store.database import Database
from bot.adapters.store.doors import StoredDoors
from bot.adapters.store.keys import StoredKeys
from bot.adapters.store.ledger_port import SqlLedger
from bot.adapters.store.lessons import StoredLessons
from bot.adapters.store.people import StoredPeople
from bot.adapters.store.portable import write_person
from bot.adapters.store.proposals import StoredProposals
from bot.adapters.store.rekeying import rekeyed
from bot.adapters.store.reviews import StoredReviews
from bot.adapters.store.seals import prove
from bot.adapters.store.search import SearchablePrompts
from bot.adapters.store.setup import Setup
from bot.adapters.store.transcript import StoredTranscript
from bot.adapters.store.turns import StoredJobs, StoredReceipts
from bot.adapters.store.upkeep import backup, compact, faults
from bot.core.library import Library
from bot.errors import WrongUse


@dataclass(frozen=True, slots=True)
class Store:
    """The open store; its attributes fill the ports of the same name."""

    database: Database
    cipher: Cipher
    people: StoredPeople
    asks: StoredAsks
    reviews: StoredReviews
    proposals: StoredProposals
    doors: StoredDoors
    keys: StoredKeys
    lessons: StoredLessons
    transcript: StoredTranscript
    receipts: StoredReceipts
    arrivals: StoredArrivals
    jobs: StoredJobs
    ledger: SqlLedger
    setup: Setup

    def searchable(self, library: Library) -> SearchablePrompts:
        """Index the prompt library for full-text search."""
        return SearchablePrompts(library)

    async def check(self) -> bool:
        """Return whether the database answers and, embedded, whether its file is sound."""
        file = self.database.file
        if file is not None:
            return not await asyncio.to_thread(faults, file)
        await self.database.read(lambda reading: reading.exec_driver_sql("SELECT 1"))
        return True

    async def rekey(self) -> int:
        """Encrypt everything with the first key; return how many texts another had encrypted."""
        return await rekeyed(self.database, self.cipher)

    async def hand_over(self, person: str, file: Path) -> None:
        """Write everything that is kept of a person into a SQLite file of their own."""
        await asyncio.to_thread(write_person, await self.people.export(person), file)

    async def compact(self) -> int:
        """Give the room of deleted rows back to the disk; return how many bytes (a server does so itself)."""
        file = self.database.file
        return 0 if file is None else await asyncio.to_thread(compact, file)

    async def backup(self, copy: Path) -> None:
        """Copy the embedded file while it is in use. Raises WrongUse on a server, or when `copy` exists."""
        if self.database.file is None:
            raise WrongUse("the database is PostgreSQL; use pg_dump")
        await asyncio.to_thread(backup, self.database.file, copy)

    async def close(self) -> None:
        """Finish what was accepted and let go."""
        await self.database.close()


async def open_store(url: str, keys: Sequence[str]) -> Store:
    """Open the database, bring its schema up to date.

    Raises SettingsError on keys that cannot be, StoreUnavailable when it cannot be reached, StoreError
    when it was written by a newer program or with other keys.
    """
    cipher = Cipher(keys)
    database = await Database.open(url)
    try:
        await prove(database, cipher)
    except BaseException:
        await database.close()
        raise
    people = StoredPeople(database, cipher)
    return Store(
        database,
        cipher,
        people,
        StoredAsks(database, cipher),
        StoredReviews(database, cipher),
        StoredProposals(database, cipher),
        StoredDoors(database, cipher),
        StoredKeys(database, cipher),
        StoredLessons(database),
        StoredTranscript(database, cipher),
        StoredReceipts(database),
        StoredArrivals(database, cipher),
        StoredJobs(database),
        SqlLedger(database),
        Setup(database, people),
    )
