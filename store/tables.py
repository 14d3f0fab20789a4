"""Every table, in the order a message meets them: the durable engine first, then the desk.

The engine's rows (conversation, inbox, outbox, lane, timer) are work still to be done and proof that
it was; only `store` writes them. The desk's rows are written by the desk through `Tx`.
Migrations in `store/migrations` make these tables; a test holds the two against each other.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, BigId

# -- the engine ----------------------------------------------------------------------------------


class Conversation(Base):
    """One exchange on one channel: the unit of order. Whoever changes it holds its row lock."""

    __tablename__ = "conversation"
    __table_args__ = (
        sa.Index(
            "ix_conversation_ready",
            "ready_at",
            sqlite_where=sa.text("ready_at IS NOT NULL"),
            postgresql_where=sa.text("ready_at IS NOT NULL"),
        ),
        sa.UniqueConstraint("channel", "key"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str]
    key: Mapped[str]  # InboundMessage.conversation
    address: Mapped[str] = mapped_column(default="")  # where replies go: Sender.address
    created_at: Mapped[datetime]
    # engine: handled_id is the last inbox row that took effect, ready_at says there are more
    handled_id: Mapped[int] = mapped_column(BigId, default=0)
    ready_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    # desk
    person_id: Mapped[int | None] = mapped_column(BigId, index=True)
    ticket_id: Mapped[int | None] = mapped_column(BigId, index=True)  # the one last talked about
    language: Mapped[str | None]
    state: Mapped[str | None] = mapped_column(sa.Text)  # bot.conversation.state.State as JSON
    taken_by: Mapped[int | None] = mapped_column(BigId)  # the agent who has it; the bot is silent
    since_id: Mapped[int] = mapped_column(BigId, default=0)  # first message of the present matter
    letters: Mapped[str | None] = mapped_column(sa.Text)  # bot.desk.letters.Letters as JSON


class Inbox(Base):
    """A message or a fired timer, exactly as accepted; kept for deduplication and as evidence."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("channel", "platform_id"),
        sa.Index("ix_inbox_conversation", "conversation_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)  # drawn under the conversation's lock
    conversation_id: Mapped[int] = mapped_column(BigId)
    channel: Mapped[str]
    platform_id: Mapped[str]
    kind: Mapped[str]  # "message" or "timer"
    received_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(sa.Text)  # InboundMessage or Fired as JSON
    parked_at: Mapped[datetime | None]  # could not be handled; an administrator looks
    problem: Mapped[str | None]


class Lane(Base):
    """One destination of one channel: replies to it leave in order and no faster than allowed."""

    __tablename__ = "lane"
    __table_args__ = (
        sa.UniqueConstraint("channel", "destination"),
        sa.Index(
            "ix_lane_ready",
            "channel",
            "ready_at",
            sqlite_where=sa.text("ready_at IS NOT NULL"),
            postgresql_where=sa.text("ready_at IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str]
    destination: Mapped[str]
    ready_at: Mapped[datetime | None]


class Outbox(Base):
    """A message to deliver, and afterwards the proof that it was."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(
            "ix_outbox_pending",
            "lane_id",
            "id",
            sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        ),
        sa.Index(
            "ix_outbox_dead",
            "dead_at",
            sqlite_where=sa.text("dead_at IS NOT NULL"),
            postgresql_where=sa.text("dead_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_outbox_thread",
            "thread",
            sqlite_where=sa.text("thread IS NOT NULL"),
            postgresql_where=sa.text("thread IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lane_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(unique=True)  # OutboundMessage.key
    conversation_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]  # later ones go first until then
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    platform_id: Mapped[str | None]
    thread: Mapped[str | None]  # "channel conversation": where answers to it arrive
    body: Mapped[str] = mapped_column(sa.Text)  # OutboundMessage as JSON


class Timer(Base):
    """Wakes its conversation at a time. Setting it again moves it; firing it removes it."""

    __tablename__ = "timer"
    owner: Mapped[str] = mapped_column(primary_key=True)  # "ticket:17", "conversation:5"
    kind: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(BigId)
    due_at: Mapped[datetime] = mapped_column(index=True)
    token: Mapped[str]  # new with every setting; makes the fired inbox row unique
    payload: Mapped[str] = mapped_column(sa.Text, default="")


class SourcePosition(Base):
    """How far a pulled source was read: IMAP uidvalidity:uid, Telegram offset, Kafka offset."""

    __tablename__ = "source_position"
    source: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[str] = mapped_column(primary_key=True, default="")
    position: Mapped[str]


class Mail(Base):
    """A mail exactly as it came, found again by the hash of its bytes; filed once it is a message."""

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index(
            "ix_mail_unfiled",
            "id",
            sqlite_where=sa.text("filed_at IS NULL"),
            postgresql_where=sa.text("filed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    mailbox: Mapped[str]  # the channel it came to
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int] = mapped_column(BigId)  # bytes
    body: Mapped[bytes | None] = mapped_column(sa.LargeBinary)  # None: large, in the file store
    envelope: Mapped[str] = mapped_column(sa.Text)  # channels.email.ports.Envelope as JSON
    received_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    problem: Mapped[str | None]  # why it became no message, or one in a makeshift form


class Correspondent(Base):
    """How many letters the bot wrote to an address lately: two programs must not write for ever."""

    __tablename__ = "correspondent"
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]  # when counting began anew
    replies: Mapped[int]


class Meta(Base):
    """Single values: the server's own secret, the version of the knowledge base."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


# -- what was said -------------------------------------------------------------------------------


class Message(Base):
    """One public message of a conversation: what a requester wrote or may read. Never a note."""

    __tablename__ = "message"
    __table_args__ = (
        sa.Index("ix_message_conversation", "conversation_id", "id"),
        sa.Index("ix_message_ticket", "ticket_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)  # the cursor of whoever reads along
    conversation_id: Mapped[int] = mapped_column(BigId)
    ticket_id: Mapped[int | None] = mapped_column(BigId)
    inbox_id: Mapped[int | None] = mapped_column(BigId)  # what it is, or what it answers
    key: Mapped[str] = mapped_column(unique=True)
    author: Mapped[str]  # "requester", "bot" or "agent"
    person_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(sa.Text)
    extra: Mapped[str | None] = mapped_column(sa.Text)  # choices, attachments, chosen label as JSON


class Note(Base):
    """Internal words about a ticket. Only `bot.desk.notes` reads this table."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, index=True)
    person_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(sa.Text)
    extra: Mapped[str | None] = mapped_column(sa.Text)  # attachments as JSON


class File(Base):
    """Name and type of a kept file; its bytes lie in the file store under the hash."""

    __tablename__ = "file"
    id: Mapped[str] = mapped_column(primary_key=True)  # random; what a browser asks for
    sha256: Mapped[str]
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigId)
    owner: Mapped[str] = mapped_column(index=True)  # "web:SESSION" or "person:7": who uploaded it
    created_at: Mapped[datetime]


# -- people --------------------------------------------------------------------------------------


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="requester")  # bot.desk.access.Role
    login: Mapped[str | None] = mapped_column(unique=True)  # lower case; None: cannot sign in
    password: Mapped[str | None]  # argon2id
    language: Mapped[str | None]
    group: Mapped[str | None] = mapped_column("group_name")
    vip: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    site: Mapped[str | None]
    timezone: Mapped[str | None]  # IANA name; None: the desk's
    manager_id: Mapped[int | None] = mapped_column(BigId)
    preferred: Mapped[str | None]  # network where they want to be reached; None: where they wrote
    quiet: Mapped[str | None]  # "22:00-07:00" in their time zone
    external_id: Mapped[str | None] = mapped_column(unique=True, index=True)  # of the directory
    merged_into: Mapped[int | None] = mapped_column(BigId)  # proven to be that person
    away_until: Mapped[datetime | None]  # by their own word; an agent's


class Identity(Base):
    """An address of a person on a channel."""

    __tablename__ = "identity"
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, index=True)
    verified: Mapped[bool] = mapped_column(default=False)


class LinkToken(Base):
    """A code on its way to prove that two addresses are one person's; gone once it was used.

    Only hashes: a copy of the database links nobody."""

    __tablename__ = "link_token"
    id: Mapped[str] = mapped_column(primary_key=True)  # of the token in the link
    code: Mapped[str] = mapped_column(index=True)  # of the digits, with the asker where it has one
    person_id: Mapped[int] = mapped_column(BigId, index=True)  # who asked
    channel: Mapped[
        str | None
    ]  # the network of the address it was sent to; None: told to the asker
    address: Mapped[str | None]
    asked_from: Mapped[str]  # the network they asked in
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)


class PersonEvent(Base):
    """What was decided about a person's addresses, by whom and why. Only ever added."""

    __tablename__ = "person_event"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, index=True)
    at: Mapped[datetime]
    who: Mapped[str]  # as of a ticket's event
    actor_id: Mapped[int | None] = mapped_column(BigId)
    what: Mapped[str]  # "linked", "unlinked", "merged"
    about: Mapped[str]  # the address, or the name and number of the other person
    why: Mapped[str | None]


class SignIn(Base):
    """A signed-in browser of an agent; revoked by deleting it. `id` is the hash of the cookie."""

    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    client: Mapped[str] = mapped_column(default="")  # user agent, shortened, for the list


class Invitation(Base):
    """A one-time link to set a password. `id` is the hash of the token."""

    __tablename__ = "invitation"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId)
    expires_at: Mapped[datetime]


# -- tickets -------------------------------------------------------------------------------------


class Ticket(Base):
    __tablename__ = "ticket"
    __table_args__ = (
        sa.Index("ix_ticket_status_updated", "status", "updated_at"),
        sa.Index("ix_ticket_requester", "requester_id", "status"),
        sa.Index("ix_ticket_assignee", "assignee_id", "status"),
        sa.Index("ix_ticket_queue", "queue", "status"),
        sa.Index(
            "ix_ticket_due",
            "due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    prefix: Mapped[str]  # "INC" or "REQ", as opened: a number once told never changes
    type: Mapped[str]  # nlp.TicketType
    category: Mapped[str]  # nlp.Category
    priority: Mapped[str]  # bot.desk.priority.Priority
    status: Mapped[str]  # bot.desk.status.Status
    queue: Mapped[str]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(sa.Text)  # the requester's own words
    language: Mapped[str]
    channel: Mapped[str]
    conversation_id: Mapped[int] = mapped_column(BigId, index=True)  # where its requester is told
    requester_id: Mapped[int] = mapped_column(BigId)
    assignee_id: Mapped[int | None] = mapped_column(BigId)
    facts: Mapped[str] = mapped_column(sa.Text, default="[]")  # tuple[nlp.Fact, ...] as JSON
    decided: Mapped[str] = mapped_column(sa.Text, default="{}")  # who set category etc., and why
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    responded_at: Mapped[datetime | None]  # first answer by an agent
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    merged_into: Mapped[int | None] = mapped_column(BigId)  # it goes on as part of that ticket
    suggested: Mapped[str] = mapped_column(sa.Text, default="[]")  # ids of articles as JSON
    # How its clocks stand, for lists; counted from the events whenever it changes (`bot.desk.sla`)
    terms: Mapped[str | None]  # id of those that hold
    sla: Mapped[str | None]  # "running", "paused", "breached"; None: nothing is owed
    due_of: Mapped[str | None]  # the clock that is due first
    due_at: Mapped[datetime | None]
    parent_id: Mapped[int | None] = mapped_column(BigId, index=True)  # the incident it is part of
    level: Mapped[str | None]  # of support (`bot.desk.levels`)
    handed_at: Mapped[
        datetime | None
    ]  # since when it waits to be taken; None: somebody works on it
    calls: Mapped[int] = mapped_column(default=0)  # for somebody to take it, since then
    follow_at: Mapped[datetime | None]  # when it is looked at again
    told: Mapped[str | None]  # what its requester was last told of its way (`bot.desk.progress`)
    restricted: Mapped[bool] = mapped_column(default=False)  # only some may see it

    @property
    def number(self) -> str:
        return f"{self.prefix}-{self.id}"


class TicketEvent(Base):
    """One change of a ticket. Only ever added: the ticket's state is explained by them."""

    __tablename__ = "ticket_event"
    __table_args__ = (
        sa.Index("ix_ticket_event_ticket", "ticket_id", "id"),
        sa.Index("ix_ticket_event_at", "at", "ticket_id"),
        sa.Index(
            "ix_ticket_event_lesson",
            "id",
            sqlite_where=sa.text("who = 'agent' AND what IN ('category', 'type', 'forgotten')"),
            postgresql_where=sa.text("who = 'agent' AND what IN ('category', 'type', 'forgotten')"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime]
    who: Mapped[str]  # "bot", "clock", "requester", "agent", "rule"
    person_id: Mapped[int | None] = mapped_column(BigId)
    what: Mapped[str]  # "opened", "status", "assignee", "reply", "note", …
    old: Mapped[str | None]
    new: Mapped[str | None]
    why: Mapped[str | None]
    inbox_id: Mapped[int | None] = mapped_column(BigId)  # by which message
    via: Mapped[str | None]  # the channel it was done from, if not on the pages


class SlaTerms(Base):
    """What was promised, in full, under a name made of the content. Only ever added."""

    __tablename__ = "sla_terms"
    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(sa.Text)  # bot.desk.agreements.Terms as JSON
    made_at: Mapped[datetime]


class Escalation(Base):
    """One way up to a higher level, with all that went along."""

    __tablename__ = "escalation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, index=True)
    at: Mapped[datetime]
    old: Mapped[str | None]  # level
    new: Mapped[str]
    why: Mapped[str]  # bot.desk.levels.Trigger
    person_id: Mapped[int | None] = mapped_column(BigId)  # who said so
    queue: Mapped[str]  # where it was
    holder_id: Mapped[int | None] = mapped_column(BigId)  # who had it
    package: Mapped[str] = mapped_column(sa.Text)  # bot.desk.package.Package as JSON
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # "returned", "solved", "climbed"


class Incident(Base):
    """A ticket that others are part of: what their requesters are told."""

    __tablename__ = "incident"
    ticket_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    known: Mapped[str] = mapped_column(sa.Text, default="{}")  # language -> words, as JSON
    next_word_at: Mapped[datetime | None]  # when they hear more
    told_at: Mapped[datetime]  # when it was last changed


class Likeness(Base):
    """Two tickets that look like one matter, and what an agent said to that."""

    __tablename__ = "likeness"
    ticket_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    other_id: Mapped[int] = mapped_column(BigId, primary_key=True, index=True)
    kind: Mapped[str]  # "cause": it may be part of the other; "same": one person said it twice
    why: Mapped[str] = mapped_column(sa.Text)  # bot.desk.storms.Why as JSON
    at: Mapped[datetime]
    settled: Mapped[str | None]  # "linked" or "refused"


class Tag(Base):
    __tablename__ = "ticket_tag"
    ticket_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True, index=True)


class Watcher(Base):
    __tablename__ = "ticket_watcher"
    ticket_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, primary_key=True)


# -- surveys -------------------------------------------------------------------------------------


class Survey(Base):
    """Asking one requester how one ticket went: planned, asked, over. Of an anonymous one nothing here
    changes when it is answered."""

    __tablename__ = "survey"
    __table_args__ = (
        sa.Index(
            "ix_survey_open",
            "conversation_id",
            sqlite_where=sa.text("step IS NOT NULL"),
            postgresql_where=sa.text("step IS NOT NULL"),
        ),
        sa.Index(
            "ix_survey_gathered",
            "name",
            sqlite_where=sa.text("state = 'gathered'"),
            postgresql_where=sa.text("state = 'gathered'"),
        ),
        sa.Index("ix_survey_person", "person_id", "asked_at"),
        sa.Index("ix_survey_asked", "asked_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str]  # of the rule in the configuration
    ticket_id: Mapped[int] = mapped_column(BigId, unique=True)
    person_id: Mapped[int] = mapped_column(BigId)  # who is asked
    assignee_id: Mapped[int | None] = mapped_column(BigId)  # who had the ticket
    conversation_id: Mapped[int | None] = mapped_column(BigId)  # where they are asked
    channel: Mapped[str]  # of that; until then the ticket's
    category: Mapped[str]
    queue: Mapped[str]
    language: Mapped[str]
    anonymous: Mapped[bool]
    state: Mapped[str]  # bot.surveys.rules.State
    step: Mapped[str | None]  # what is asked just now: bot.surveys.rules.Aspect
    stepped_at: Mapped[datetime | None]
    planned_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]  # first
    why: Mapped[str | None]  # it was never asked
    unsaid: Mapped[str | None] = mapped_column(sa.Text)  # words that may be no comment, as JSON
    crowd: Mapped[str | None] = mapped_column(sa.Text)  # what an anonymous answer tells, as JSON


class SurveyAnswer(Base):
    """One thing somebody said, as they said it. Only ever added; of each aspect the last counts."""

    __tablename__ = "survey_answer"
    __table_args__ = (sa.Index("ix_survey_answer_survey", "survey_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(BigId)
    aspect: Mapped[str]
    score: Mapped[int | None]  # 1 to 5
    words: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime]
    channel: Mapped[str]  # it was said in; "page" behind the link of a letter
    actor_id: Mapped[int | None] = mapped_column(BigId)  # the agent who wrote down what was said


class SurveyPreference(Base):
    """What somebody said about being asked at all: "agreed", "declined", "welcome". Only ever added."""

    __tablename__ = "survey_preference"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, index=True)
    what: Mapped[str]
    at: Mapped[datetime]
    channel: Mapped[str]


class SurveyFollowUp(Base):
    """Somebody was not content: a manager looks into it."""

    __tablename__ = "survey_follow_up"
    survey_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    score: Mapped[int]  # the lowest
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(BigId)  # who did
    note: Mapped[str | None] = mapped_column(sa.Text)


class SurveyTally(Base):
    """How often a score was given anonymously, by one property at a time. No answer has a row."""

    __tablename__ = "survey_tally"
    name: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)  # "2026-11", in which it was asked
    dimension: Mapped[str] = mapped_column(primary_key=True)  # "all", "queue", …
    value: Mapped[str] = mapped_column(primary_key=True)
    aspect: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


class SurveyComment(Base):
    """Words said anonymously. The rows of a month are written anew, in an order of chance, with each."""

    __tablename__ = "survey_comment"
    id: Mapped[str] = mapped_column(primary_key=True)  # random
    name: Mapped[str]
    month: Mapped[str] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(sa.Text)


class SurveySpent(Base):
    """An anonymous invitation that was used, under a name that only a key outside the database makes."""

    __tablename__ = "survey_spent"
    id: Mapped[str] = mapped_column(primary_key=True)


class Improvement(Base):
    """A line of the improvement plan: what is done about a driver, by whom, until when."""

    __tablename__ = "improvement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    aspect: Mapped[str]  # that it is to better
    dimension: Mapped[str]  # "category", "queue", …, "all"
    value: Mapped[str]
    action: Mapped[str] = mapped_column(sa.Text)
    owner_id: Mapped[int | None] = mapped_column(BigId)
    due: Mapped[date] = mapped_column(sa.Date)
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]


# -- knowledge -----------------------------------------------------------------------------------


class Article(Base):
    __tablename__ = "article"
    id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(sa.Text)
    category: Mapped[str]
    keywords: Mapped[str] = mapped_column(sa.Text)  # JSON list
    audience: Mapped[str]
    kind: Mapped[str]
    reviewed: Mapped[date | None] = mapped_column(sa.Date)
    sha256: Mapped[str]
    # "folder", or "desk": written here, and not taken away when the folder is read
    origin: Mapped[str] = mapped_column(server_default="folder")


class ArticleUse(Base):
    """What became of an article once: "shown", "helped", "not-helped"."""

    __tablename__ = "article_use"
    __table_args__ = (
        sa.Index("ix_article_use_article", "article", "what"),
        sa.Index("ix_article_use_at", "at"),
        sa.Index("ix_article_use_conversation", "conversation_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article: Mapped[str]
    language: Mapped[str]  # of the conversation
    what: Mapped[str]
    at: Mapped[datetime]
    conversation_id: Mapped[int] = mapped_column(BigId)
    shown_in: Mapped[str | None]  # the language of the article itself
    chance: Mapped[float | None]  # that it would help, as estimated when it was shown
    inbox_id: Mapped[int | None] = mapped_column(BigId)  # the message it is about


class SopRun(Base):
    """Somebody going through an SOP, for a ticket. At most one of a conversation goes on."""

    __tablename__ = "sop_run"
    __table_args__ = (
        sa.Index("ix_sop_run_conversation", "conversation_id", "ended_at"),
        sa.Index("ix_sop_run_ticket", "ticket_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId)
    conversation_id: Mapped[int] = mapped_column(BigId)
    sop: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)  # the whole file, as it was at the beginning
    place: Mapped[str | None] = mapped_column(sa.Text)  # bot.sop.walk.Place as JSON; none: to begin
    check_id: Mapped[int | None] = mapped_column(BigId)  # of the action that is waited for
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # bot.sop.model.End


class RefusedName(Base):
    """Somebody said that two names are not one, or that a word does not lead to an article."""

    __tablename__ = "refused_name"
    name: Mapped[str] = mapped_column(primary_key=True)
    other: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]


class Phrasing(Base):
    """An answer that a language model is asked to phrase; the plain suggestion is said at the deadline."""

    __tablename__ = "phrasing"
    __table_args__ = (sa.Index("ix_phrasing_asked", "asked_at", "deadline"),)
    conversation_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    question: Mapped[str]  # Suggesting.question: once the state is another, it is too late
    words: Mapped[str] = mapped_column(sa.Text)  # the requester's, secrets hidden
    language: Mapped[str]
    articles: Mapped[str] = mapped_column(sa.Text)  # ids as JSON, the likeliest first
    plain: Mapped[str] = mapped_column(sa.Text)  # bot.conversation.effects.ShowArticles as JSON
    deadline: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(sa.Text)  # bot.answerer.judge.Sentence list as JSON


class ActionRun(Base):
    """Something the desk does, or was refused to do, with all that became of it. Never deleted."""

    __tablename__ = "action_run"
    __table_args__ = (
        sa.Index("ix_action_run_state", "state", "id"),
        sa.Index("ix_action_run_ticket", "ticket_id", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # what a webhook tells a repeat by
    name: Mapped[str]  # of the action
    arguments: Mapped[str] = mapped_column(sa.Text)  # JSON, secret ones masked
    sealed: Mapped[str | None] = mapped_column(sa.Text)  # the secret ones, until it has ended
    conversation_id: Mapped[int | None] = mapped_column(BigId, index=True)
    ticket_id: Mapped[int | None] = mapped_column(BigId)
    person_id: Mapped[int | None] = mapped_column(BigId, index=True)  # whom it is for
    asked_by: Mapped[int | None] = mapped_column(BigId)  # None: a procedure
    who: Mapped[str]  # kind of actor that asked, as of a ticket's event
    via: Mapped[str | None]
    asked_at: Mapped[datetime]
    state: Mapped[str]  # bot.actions.running.State
    deadline: Mapped[datetime | None]  # of the proof, the approval, the run
    remind_at: Mapped[datetime | None]
    code: Mapped[str | None]  # hash of the one that was sent
    sent_to: Mapped[str | None]  # the network it was sent on
    tries: Mapped[int] = mapped_column(default=0)
    approver_id: Mapped[int | None] = mapped_column(BigId)  # who is to decide; None: any agent
    approved_by: Mapped[int | None] = mapped_column(BigId)
    attempts: Mapped[int] = mapped_column(default=0)  # how often it was begun
    progress: Mapped[str | None]  # as a webhook tells it
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None]  # one of the action's
    outcome: Mapped[str | None] = mapped_column(sa.Text)  # bot.actions.action.Outcome as JSON
    words: Mapped[str | None] = mapped_column(sa.Text)  # a line for agents
    undo_of: Mapped[int | None] = mapped_column(BigId)
    history: Mapped[str] = mapped_column(sa.Text)  # bot.actions.running.Step list as JSON
