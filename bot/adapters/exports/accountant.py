"""The accountant's rows as a file: UTF-8 with BOM, semicolons, French decimals, whatever the language."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date

from bot.adapters.exports.sheets import BOM, decimal
from bot.core.beges import COLUMNS, Row


def csv_rows(rows: Iterable[Row]) -> bytes:
    """Return the rows under the columns that carbon accounting tools expect."""
    written = io.StringIO(newline="")
    sheet = csv.writer(written, delimiter=";", lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    sheet.writerows([decimal(row[name], "fr") for name in COLUMNS] for row in rows)
    return (BOM + written.getvalue()).encode()


def json_rows(rows: Iterable[Row]) -> bytes:
    """Return the rows as JSON lines, dates as ISO 8601."""
    return "".join(
        json.dumps(
            {name: cell.isoformat() if isinstance(cell, date) else cell for name, cell in row.items()},
            ensure_ascii=False,
        )
        + "\n"
        for row in rows
    ).encode()
