"""Create the tables of the first release.

What a migration does must not change with the code, so the statements stand beside it as text, one file a
database.
"""

from __future__ import annotations

from bot.adapters.store.migrations.statements import run
from bot.errors import StoreError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and the triggers that keep the ledger."""
    run(__file__)


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise StoreError("the schema goes forward only: restore a backup instead")
