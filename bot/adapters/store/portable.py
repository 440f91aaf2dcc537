"""A person's own file: everything that is kept of them, as a SQLite database that any tool opens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import WrongUse


def write_person(kept: Mapping[str, Any], file: Path) -> None:
    """Write what `people.export` returned, one table a kind. Raises WrongUse when the file exists."""
    # sqlite-utils takes a tenth of a second to import, and this is rarely done.
    from sqlite_utils import Database

    if file.exists():
        raise WrongUse(f"{file} exists; choose another name")
    made = Database(file)
    for name, value in kept.items():
        rows = [_flat(row) for row in (value if isinstance(value, list) else [value])]
        if rows:
            made.table(name).insert_all(rows, alter=True)
    made.close()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose lists and mappings are JSON, as sqlite-utils and Datasette show them."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else value
        for name, value in row.items()
    }
