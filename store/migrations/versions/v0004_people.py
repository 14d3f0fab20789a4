"""What a directory knows of people, the proof that addresses are one person's, quiet hours"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("site", sa.String()))
        table.add_column(sa.Column("timezone", sa.String()))
        table.add_column(sa.Column("manager_id", ID))
        table.add_column(sa.Column("preferred", sa.String()))
        table.add_column(sa.Column("quiet", sa.String()))
        table.add_column(sa.Column("external_id", sa.String()))
        table.add_column(sa.Column("merged_into", ID))
    op.create_index("ix_person_external_id", "person", ["external_id"], unique=True)
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("not_before", sa.BigInteger()))
    op.create_table(
        "link_token",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("channel", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("asked_from", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link_token"),
    )
    op.create_index("ix_link_token_code", "link_token", ["code"])
    op.create_index("ix_link_token_person_id", "link_token", ["person_id"])
    op.create_table(
        "person_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("why", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_person_event"),
    )
    op.create_index("ix_person_event_person_id", "person_event", ["person_id"])
