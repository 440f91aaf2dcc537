"""A digest as a file: CSV and XLSX for spreadsheets, JSON for programs, HTML for paper; accountants’ rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from bot.adapters.exports.paper import html_of
from bot.adapters.exports.sheets import csv_of, json_of, xlsx_of
from bot.core.digest import Digest
from bot.core.person import Language


class Files:
    """The port Sheets. `draw` gives the picture that the printed page holds."""

    def __init__(self, draw: Callable[[Digest, Language], bytes] | None = None) -> None:
        self._draw = draw

    def sheet(
        self, digest: Digest, language: Language, form: Literal["csv", "xlsx", "html", "json"]
    ) -> bytes:
        """Return the digest as the bytes of a file."""
        if form == "html":
            return html_of(digest, language, self._draw(digest, language) if self._draw else b"")
        made: Mapping[str, Callable[[Digest, Language], bytes]] = {
            "csv": csv_of,
            "xlsx": xlsx_of,
            "json": lambda digest, _language: json_of(digest),
        }
        return made[form](digest, language)


__all__ = ["Files"]
