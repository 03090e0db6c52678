"""what providers call back about"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward only: old and new programs run side by side for one release."""
    op.add_column("messages", sa.Column("provider", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("provider_id", sa.Text(), nullable=True))
    op.create_index(
        "ix_messages_provider_id", "messages", ["provider_id"], postgresql_where=sa.text("provider_id IS NOT NULL")
    )
    op.create_table(
        "hook_calls",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("headers", JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("events", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_hook_calls")),
    )
    op.create_index("ix_hook_calls_again", "hook_calls", ["again_at"], postgresql_where=sa.text("again_at IS NOT NULL"))
    op.create_index("ix_hook_calls_status", "hook_calls", ["status", "received_at", "call_id"])
