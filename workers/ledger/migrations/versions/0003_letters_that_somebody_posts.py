"""letters that somebody posts: their batches, and what became of each"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward only: a program of the release before does not know these tables, and needs none of them."""
    op.create_table(
        "post_batches",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_post_batches")),
    )
    op.create_table(
        "post_letters",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Text(), nullable=True),
        sa.Column("tracking_no", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_post_letters")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.message_id"], name=op.f("fk_post_letters_message_id_messages")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["post_batches.batch_id"], name=op.f("fk_post_letters_batch_id_post_batches")
        ),
        sa.UniqueConstraint("batch_id", "place", name=op.f("uq_post_letters_batch_id_place")),
        sa.CheckConstraint(
            "batch_id IS NOT NULL OR withdrawn IS NOT NULL", name=op.f("ck_post_letters_batch_or_reason")
        ),
    )
