"""Checking stretches of a SQLite file's chains, here or as a program beside others like it.

Only the standard library: `chain` runs this file once a processor, and each is at work before the imports
of the whole store would be done. As a program it is given the file's address and the statement, reads a
stretch's first and last `seq` from each line, and answers each with what `checked` returns, as JSON.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

GENESIS = bytes(32)
Found = tuple[int, dict[str, int], tuple[int, str] | None]
"""How many rows hold, how many of each organisation, and the first that does not with the reason."""


def checked(raw: sqlite3.Connection, statement: str, first: int, last: int) -> Found:
    """Check the rows whose `seq` is between two, in their order.

    A row's place is in its line, so one that is missing shows in the digest of the next.
    """
    heads: dict[str, bytes] = {}
    counts: dict[str, int] = defaultdict(int)
    broken = None
    try:
        for organisation, digest, line in raw.execute(statement, (first, last)):
            before = heads.get(organisation) or _before(raw, line)
            if sha256(before + line).digest() != digest:
                seq = next(_after(raw, first, last, sum(counts.values())))
                broken = (seq, "it, or the row before it, is not what was written")
                break
            heads[organisation] = digest
            counts[organisation] += 1
    except sqlite3.OperationalError as fault:
        if "JSON" not in str(fault):
            raise
        rest = _after(raw, first, last, sum(counts.values()))
        broken = (_unreadable(raw, statement, rest), "it holds what no row can hold")
    return sum(counts.values()), dict(counts), broken


def _after(raw: sqlite3.Connection, first: int, last: int, rows: int) -> Iterator[int]:
    """Yield the `seq` of the rows that come after so many of a stretch."""
    found = "SELECT seq FROM activity WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT -1 OFFSET ?"
    return (int(seq) for (seq,) in raw.execute(found, (first, last, rows)))


def _unreadable(raw: sqlite3.Connection, statement: str, rest: Iterator[int]) -> int:
    """Return the first row that holds bytes where a name or a number belongs."""
    for seq in rest:
        try:
            raw.execute(statement, (seq, seq)).fetchall()
        except sqlite3.OperationalError:
            return seq
    raise LookupError("every row can be read")


def _before(raw: sqlite3.Connection, line: bytes) -> bytes:
    """Return the digest before the first row that a stretch has of an organisation."""
    try:
        organisation, position = json.loads(line)[:2]
    except ValueError:  # the row has more than its kind may have, or no text
        return b""
    if position == 1:
        return GENESIS
    found = "SELECT digest FROM activity WHERE organisation = ? AND position = ?"
    row: Any = raw.execute(found, (organisation, position - 1)).fetchone()
    return row[0] if row else b""


def main(address: str, statement: str) -> None:
    """Answer each line that comes until there are no more."""
    raw = sqlite3.connect(address, uri=True)
    raw.execute("PRAGMA mmap_size = 2000000000")  # read in place: a tenth less than copying every page
    for asked in sys.stdin:
        first, last = map(int, asked.split())
        sys.stdout.write(json.dumps(checked(raw, statement, first, last)) + "\n")
        sys.stdout.flush()
    raw.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
