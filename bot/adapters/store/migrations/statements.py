"""What each migration runs: the statements that stand beside it as text, one file a database."""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run(migration: str) -> None:
    """Run the statements of the migration whose file is `migration`, for the database that is open."""
    connection = op.get_bind()
    file = Path(migration).with_suffix(f".{connection.dialect.name}.sql")
    for statement in file.read_text(encoding="utf-8").split(";\n\n"):
        connection.exec_driver_sql(statement.rstrip().removesuffix(";"))
