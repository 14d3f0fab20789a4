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

    @property
    def number(self) -> str:
        return f"{self.prefix}-{self.id}"


class TicketEvent(Base):
    """One change of a ticket. Only ever added: the ticket's state is explained by them."""

    __tablename__ = "ticket_event"
    __table_args__ = (
        sa.Index("ix_ticket_event_ticket", "ticket_id", "id"),
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


class Tag(Base):
    __tablename__ = "ticket_tag"
    ticket_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True, index=True)


class Watcher(Base):
    __tablename__ = "ticket_watcher"
    ticket_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, primary_key=True)


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


class ArticleUse(Base):
    """What became of an article once: "shown", "helped", "not-helped"."""

    __tablename__ = "article_use"
    __table_args__ = (sa.Index("ix_article_use_article", "article", "what"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article: Mapped[str]
    language: Mapped[str]
    what: Mapped[str]
    at: Mapped[datetime]
    conversation_id: Mapped[int] = mapped_column(BigId)
