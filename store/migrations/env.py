"""Run by Alembic, on the connection and in the transaction that `store.opening` gives it."""

from alembic import context

import store.tables  # noqa: F401 - fills the metadata
from store.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a column by copying its table
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
