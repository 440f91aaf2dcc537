"""What came in by a chat platform and is not done yet, and how far each platform was heard."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from bot.errors import StoreError

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of arrivals."""
    connection = op.get_bind()
    file = Path(__file__).with_suffix(f".{connection.dialect.name}.sql")
    for statement in file.read_text(encoding="utf-8").split(";\n\n"):
        connection.exec_driver_sql(statement.rstrip().removesuffix(";"))


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise StoreError("the schema goes forward only: restore a backup instead")
