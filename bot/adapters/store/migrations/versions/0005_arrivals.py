"""What came in by a chat platform and is not done yet, and how far each platform was heard."""

from __future__ import annotations

from bot.adapters.store.migrations.statements import run
from bot.errors import StoreError

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of arrivals."""
    run(__file__)


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise StoreError("the schema goes forward only: restore a backup instead")
