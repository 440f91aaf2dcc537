"""Whether the keys of the settings are the ones that this database was written with."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.adapters.store.cipher import Cipher, place
from bot.adapters.store.database import Database
from bot.adapters.store.rows import insert_new
from bot.adapters.store.tables import seals
from bot.errors import StoreError

_PROOF = "sobria"


async def prove(database: Database, cipher: Cipher) -> None:
    """Check the keys, and note the one that writes from now on.

    Raises StoreError when a key that texts were encrypted with is not among them.
    """
    if not await database.read(lambda reading: _proved(reading, cipher)):
        proof = cipher.seal(_PROOF, place("seals", cipher.writing, "proof"))
        await database.write(
            lambda writing: insert_new(writing, seals, key=cipher.writing, proof_sealed=proof) and None
        )


def _proved(connection: Connection, cipher: Cipher) -> bool:
    """Return whether the writing key is noted already, once every noted key was found."""
    rows = connection.execute(select(seals.c.key, seals.c.proof_sealed))
    noted: dict[str, bytes] = {row.key: row.proof_sealed for row in rows}
    missing = [key for key in noted if not cipher.has(key)]
    if missing:
        raise StoreError(
            "store.keys does not hold the key that this database was encrypted with; "
            "put that key back (after the new one, if you are changing keys)"
        )
    for key, proof in noted.items():
        cipher.open(proof, place("seals", key, "proof"))
    return cipher.writing in noted
