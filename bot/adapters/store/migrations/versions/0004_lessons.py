"""Lessons that people have passed."""

from __future__ import annotations

from bot.adapters.store.migrations.statements import run
from bot.errors import StoreError

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of lessons passed."""
    run(__file__)


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise StoreError("the schema goes forward only: restore a backup instead")
