"""messages found by the tag of their addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward only: old and new programs run side by side for one release."""
    op.create_index("ix_messages_tag", "messages", [sa.text("left(message_id, 21)")])
