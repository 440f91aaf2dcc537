"""What Alembic runs: migrations on the connection that the store gives."""

from alembic import context

from bot.adapters.store import tables, tables_ledger  # noqa: F401  they fill METADATA
from bot.adapters.store.metadata import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
context.run_migrations()
