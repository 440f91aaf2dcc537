"""Bring a database's schema up to date, by Alembic's migrations in `migrations/`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.adapters.store.database import Database
from bot.errors import StoreError, StoreUnavailable

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_269_347_110
"""PostgreSQL advisory lock: replicas that start together migrate one after the other."""


def migrate(database: Database) -> None:
    """Apply what is missing. Raises StoreUnavailable, or StoreError on a schema newer than the program."""
    if database.file is not None and not database.file.parent.exists():
        raise StoreUnavailable(f"the folder {database.file.parent} does not exist; create it")
    try:
        with database.engine.connect() as connection:
            if not database.embedded:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            _upgrade(connection)
            connection.commit()
    except DBAPIError as fault:
        raise StoreUnavailable(str(fault.orig).splitlines()[0][:160]) from None


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    present = MigrationContext.configure(connection).get_current_revision()
    if present == scripts.get_current_head():
        return
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            "the database was written by a newer Sobria; install that version or restore a backup"
        )
    command.upgrade(config, "head")
