"""Create every table of the first release."""

from alembic import op

from bot.adapters.store import tables, tables_ledger  # noqa: F401  they fill METADATA
from bot.adapters.store.metadata import METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and the triggers that keep the ledger."""
    METADATA.create_all(op.get_bind())


def downgrade() -> None:
    """Refuse: nothing that was kept is dropped by a program."""
    raise NotImplementedError("restore a backup instead")
