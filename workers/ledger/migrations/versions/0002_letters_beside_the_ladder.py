"""letters beside the ladder, and the last day for a court claim"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward only: old and new programs run side by side for one release."""
    op.alter_column("dispatches", "step", existing_type=sa.Integer(), nullable=True)
    op.add_column("dispatches", sa.Column("occasion", sa.Text(), nullable=True))
    op.create_index(
        "uq_dispatches_letter_once",
        "dispatches",
        ["case_id", "template", "occasion"],
        unique=True,
        postgresql_where=sa.text("step IS NULL AND status IN ('wanted', 'claimed', 'sent', 'in_doubt')"),
    )
    op.create_check_constraint(
        op.f("ck_dispatches_step_or_letter"), "dispatches", "(step IS NULL) = (occasion IS NOT NULL)"
    )
    op.add_column("cases", sa.Column("claim_ends_on", sa.Date(), nullable=True))
    # no claim ends sooner: half a year before that day the relay lets the case itself work it out
    op.execute(
        "UPDATE cases SET claim_ends_on = LEAST(due_on, CAST(state #>> '{invoice,issued_on}' AS date)) "
        "+ interval '12 months' WHERE stage NOT IN ('paid', 'cancelled', 'written_off')"
    )
    op.create_index(
        "ix_cases_claim_ends_on",
        "cases",
        ["claim_ends_on"],
        unique=False,
        postgresql_where=sa.text("stage NOT IN ('paid', 'cancelled', 'written_off')"),
    )
