"""notices to the team"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward only: old and new programs run side by side for one release."""
    op.create_table(
        "notices",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status <> 'claimed' OR (batch IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_notices_has_a_lease"),
        ),
        sa.PrimaryKeyConstraint("target", "subject", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_open", "notices", ["target"], postgresql_where=sa.text("status IN ('wanted', 'claimed')")
    )
    op.create_index("ix_notices_ended_at", "notices", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))
