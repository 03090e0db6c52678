"""proofs that carriers give of letters, kept with the message that they prove"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward only: old and new programs run side by side for one release."""
    op.create_table(
        "letter_proofs",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.message_id"], name=op.f("fk_letter_proofs_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("message_id", "sha256", name=op.f("pk_letter_proofs")),
    )
