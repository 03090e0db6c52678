"""e-mails that came in"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward only: old and new programs run side by side for one release."""
    op.create_table(
        "incoming",
        sa.Column("mail_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("creditor_ref", sa.Text(), nullable=True),
        sa.Column("debtor_ref", sa.Text(), nullable=True),
        sa.Column("matched_by", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reading", JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("event", JSONB(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_incoming")),
    )
    op.create_index("ix_incoming_status", "incoming", ["status", "taken_at", "mail_id"])
    op.create_index("ix_incoming_debtor", "incoming", ["creditor_ref", "debtor_ref", "taken_at"])
