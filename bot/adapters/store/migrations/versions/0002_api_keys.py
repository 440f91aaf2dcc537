"""Keys of programs, which last longer than a session of the console."""

from __future__ import annotations

from bot.adapters.store.migrations.statements import run
from bot.errors import StoreError

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of keys."""
    run(__file__)


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise StoreError("the schema goes forward only: restore a backup instead")
