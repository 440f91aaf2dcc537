"""Full-text search of the prompt library: an FTS5 index in memory, accents folded, words begun suffice."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable

from bot.core.library import Library, key
from bot.core.person import Language
from bot.core.prompt import PromptTemplate

_FIELDS = ("title", "name", "area", "purpose", "variables", "body")
_WEIGHTS = (10.0, 8.0, 5.0, 4.0, 1.0, 0.5)
_HERE_BONUS = 2.0
"""A prompt in the reader's language goes before one that fits a little better in another."""


class SearchablePrompts:
    """Fills ports.Prompts from a library."""

    def __init__(self, library: Library) -> None:
        # sqlite-utils takes a tenth of a second to import, and only a program that searches needs it.
        from sqlite_utils import Database

        self._library = library
        # One connection for every thread: searches are short, and the lock keeps them apart.
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._lock = threading.Lock()
        table = Database(self._connection).table("prompts")
        table.insert_all((_row(number, one) for number, one in enumerate(library.templates)), pk="number")
        if library.templates:
            table.enable_fts(_FIELDS, tokenize="unicode61 remove_diacritics 2")

    def find(self, name: str) -> PromptTemplate | None:
        """Return the prompt of this name or title."""
        return self._library.find(name)

    def search(self, words: str, language: Language) -> tuple[PromptTemplate, ...]:
        """Return prompts by relevance; all of them, by area, when `words` is empty.

        Every word must occur, or begin one that occurs; when nothing holds them all, any of them will do.
        """
        wanted = key(words).split()
        if not words.strip():
            return self._library.listed(language)
        if not wanted or not self._library.templates:
            return ()
        # A word as it was typed counts more than one that only begins so.
        begun = [f'("{word}" OR "{word}"*)' for word in wanted]
        return self._matching(" AND ".join(begun), language) or self._matching(" OR ".join(begun), language)

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            self._connection.close()

    def _matching(self, query: str, language: Language) -> tuple[PromptTemplate, ...]:
        weights = ", ".join(str(weight) for weight in _WEIGHTS)
        statement = f"SELECT rowid, bm25(prompts_fts, {weights}) FROM prompts_fts WHERE prompts_fts MATCH ?"  # noqa: S608
        with self._lock:
            found = self._connection.execute(statement, (query,)).fetchall()
        templates = self._library.templates

        def order(row: tuple[int, float]) -> tuple[float, int]:
            # bm25 is the better the lower; what the library lists first goes first among equals.
            return row[1] - _HERE_BONUS * (templates[row[0]].language == language), row[0]

        return tuple(templates[number] for number, _ in sorted(found, key=order))


def _row(number: int, one: PromptTemplate) -> dict[str, object]:
    return {
        "number": number,
        "title": key(one.title),
        "name": key(one.name),
        "area": key(one.area),
        "purpose": key(one.purpose),
        "variables": key(" ".join(_said(one))),
        "body": key(one.body),
    }


def _said(one: PromptTemplate) -> Iterable[str]:
    for variable in one.variables:
        yield variable.label
        yield variable.help
