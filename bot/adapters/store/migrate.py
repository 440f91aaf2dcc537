"""Bringing the tables up to date when the program starts."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError

LATEST = "0006"
_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x50B41A
"""Any number that all replicas agree on."""


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing. Raises StoreError when the database is newer than the program."""
    with engine.connect() as connection:
        present = revision(connection)
        connection.rollback()
        if present == LATEST:
            return
        with connection.begin():
            if engine.dialect.name == "postgresql":
                # Replicas that start together take turns; the lock ends with the transaction.
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            _upgrade(connection, revision(connection))


def revision(connection: Connection) -> str | None:
    """Return the revision of the database's tables, None when it is empty."""
    try:
        with connection.begin_nested() if connection.in_transaction() else connection.begin():
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as fault:
        if type(fault).__name__ in {"OperationalError", "ProgrammingError"} and _missing(fault):
            return None
        raise
    return None if found is None else str(found)


def _missing(fault: DBAPIError) -> bool:
    return "no such table" in str(fault.orig) or getattr(fault.orig, "sqlstate", None) == "42P01"


def _upgrade(connection: Connection, present: str | None) -> None:
    # Alembic takes a quarter of a second to import and is needed only when something is to be done.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    configured = Config()
    configured.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    configured.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(configured).walk_revisions()}
    if present is not None and present not in known:
        raise StoreError(
            f"the database was written by a newer Sobria (revision {present}, this program knows {LATEST}); "
            "install that version, or restore a backup made before it"
        )
    command.upgrade(configured, "head")
