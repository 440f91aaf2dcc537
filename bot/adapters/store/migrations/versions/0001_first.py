"""Create the tables of the first release.

What a migration does must not change with the code, so the statements stand beside it as text, one file a
database.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

from bot.errors import StoreError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and the triggers that keep the ledger."""
    connection = op.get_bind()
    file = Path(__file__).with_suffix(f".{connection.dialect.name}.sql")
    for statement in file.read_text(encoding="utf-8").split(";\n\n"):
        connection.exec_driver_sql(statement.rstrip().removesuffix(";"))


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise StoreError("the schema goes forward only: restore a backup instead")
