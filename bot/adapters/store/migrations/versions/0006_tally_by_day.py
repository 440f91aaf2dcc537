"""The sums of budgets and persons stand by day, so that what is added today stands together."""

from __future__ import annotations

from bot.adapters.store.migrations.statements import run
from bot.errors import StoreError

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the day first in the key of `tally`."""
    run(__file__)


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise StoreError("the schema goes forward only: restore a backup instead")
