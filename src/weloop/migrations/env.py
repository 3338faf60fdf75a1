"""Alembic's entry: runs on the connection it is given, in that connection's transaction."""

from alembic import context
from sqlalchemy import Connection

from weloop.migrations.tables import is_ours, metadata


def run(connection: Connection) -> None:
    """Run the migrations; the caller commits."""
    context.configure(connection=connection, target_metadata=metadata, include_name=is_ours)  # type: ignore[arg-type]  # a wider signature than asked for
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
