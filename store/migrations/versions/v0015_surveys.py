"""Surveys: whom we asked, what they said, what is done about it"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "survey",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("assignee_id", ID),
        sa.Column("conversation_id", ID),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("channel", "category", "queue", "language")
        ),
        sa.Column("anonymous", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("step", sa.String),
        sa.Column("stepped_at", sa.BigInteger),
        sa.Column("planned_at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("asked_at", "reminded_at", "answered_at")),
        sa.Column("why", sa.String),
        sa.Column("unsaid", sa.Text),
        sa.Column("crowd", sa.Text),
        sa.UniqueConstraint("ticket_id", name="uq_survey_ticket_id"),
    )
    for name, columns, where in (
        ("open", ["conversation_id"], "step IS NOT NULL"),
        ("gathered", ["name"], "state = 'gathered'"),
    ):
        op.create_index(
            f"ix_survey_{name}",
            "survey",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_index("ix_survey_person", "survey", ["person_id", "asked_at"])
    op.create_index("ix_survey_asked", "survey", ["asked_at"])
    op.create_table(
        "survey_answer",
        sa.Column("id", ID, primary_key=True),
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("aspect", sa.String, nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("words", sa.Text),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("actor_id", ID),
    )
    op.create_index("ix_survey_answer_survey", "survey_answer", ["survey_id"])
    op.create_table(
        "survey_preference",
        sa.Column("id", ID, primary_key=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
    )
    op.create_index("ix_survey_preference_person_id", "survey_preference", ["person_id"])
    op.create_table(
        "survey_follow_up",
        sa.Column("survey_id", ID, primary_key=True),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("handled_at", sa.BigInteger),
        sa.Column("person_id", ID),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "survey_tally",
        *(
            sa.Column(name, sa.String, primary_key=True)
            for name in ("name", "month", "dimension", "value", "aspect")
        ),
        sa.Column("score", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "survey_comment",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("month", sa.String, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ix_survey_comment_month", "survey_comment", ["month"])
    op.create_table("survey_spent", sa.Column("id", sa.String, primary_key=True))
    op.create_table(
        "improvement",
        sa.Column("id", ID, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("aspect", "dimension", "value")),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("owner_id", ID),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("dropped_at", sa.BigInteger),
    )
