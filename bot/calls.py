"""Calls. Every update of one is kept as it comes; when its words are complete, or no more come, the call is
one message of the caller's, and a better transcript afterwards takes the place of its words."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from bot import errands
from bot.desk import people, rooms, screen_pop, tickets, transcript
from bot.desk.access import requester
from bot.desk.desk import PHONE, Desk
from bot.inbox import Intake
from channels.channel import TryLater, Unavailable
from channels.message import InboundMessage, OutboundMessage, Sender
from nlp.secrets import masked
from store import intake, messages
from store.database import Tx
from store.tables import Conversation, Inbox, Message, Person
from store.timers import cancel_timers, set_timer

if TYPE_CHECKING:  # loaded with the first call: most desks have none
    from channels.phone import PhoneChannel, Transcript

TIMER: Final = "call"
AFTER_END: Final = timedelta(minutes=2)  # in which a better transcript may still come
UNHEARD_OF: Final = timedelta(minutes=30)  # without news, however long the call is


def is_update(message: InboundMessage) -> bool:
    return message.channel == PHONE and message.changes is not None


def is_one(message: InboundMessage) -> bool:
    """A whole call, as `settle` tells it."""
    return message.channel == PHONE and message.message_id.startswith("CALL/")


def take(
    desk: Desk, tx: Tx, conversation: Conversation, row: Inbox, message: InboundMessage
) -> None:
    """One more update of a call."""
    from channels.phone import State, update_of

    update = update_of(message)
    assert update is not None  # it is one
    assert message.changes is not None
    errands.send_for(tx, conversation, message)
    if update.state in (State.RINGING, State.ANSWERED):
        screen_pop.show(desk, tx, conversation, message.sender, update.agent or "")
    said = messages.by_key(tx, f"{PHONE}:{message.changes}")
    if said is not None:
        _improve(desk, tx, conversation, said, row)
    elif update.final and update.whole and update.segments:
        settle(desk, tx, conversation)
    else:
        wait = AFTER_END if update.state is State.ENDED else UNHEARD_OF
        set_timer(tx, _owner(conversation), TIMER, conversation.id, tx.now + wait)


def settle(desk: Desk, tx: Tx, conversation: Conversation) -> None:
    """The call is over: let it be understood as a message of the caller's."""
    from channels.phone import heard, verbatim

    record, call = _assembled(tx, conversation)
    cancel_timers(tx, _owner(conversation), TIMER)
    if call.caller is not None:
        conversation.address = call.caller
    if conversation.person_id is None:
        conversation.person_id = _caller(desk, tx, conversation, call).id
    message = InboundMessage(
        channel=PHONE,
        message_id=record,
        conversation=conversation.key,
        sender=Sender(address=conversation.address),
        text=masked(heard(call)),
        sent_at=call.ended or call.started or tx.now,
        folded=masked(verbatim(call)) or desk.texts.label("call-no-words", desk.language),
        language=(call.language or "")[:2].lower() or None,
    )
    body = msgspec.json.encode(message).decode()
    intake.keep(tx, [(conversation.id, PHONE, record, "message", body)])


def _assembled(tx: Tx, conversation: Conversation) -> "tuple[str, Transcript]":
    """What the desk calls it, and all that is known of it."""
    from channels.phone import assemble, update_of

    told = [
        msgspec.json.decode(body, type=InboundMessage)
        for body in messages.received(tx, conversation.id)
    ]
    updates = [one for message in told if (one := update_of(message)) is not None]
    record = next(one.changes for one in told if one.changes is not None)
    return record, assemble(updates)


def _caller(desk: Desk, tx: Tx, conversation: Conversation, call: "Transcript") -> Person:
    """Somebody of this one call, where the number was withheld or makes no sense."""
    address = conversation.address
    if is_nobody(address):
        name = desk.texts.label("call-nobody", desk.language)
        return tx.insert(Person(name=name, created_at=tx.now))
    phone = address if address.startswith("+") else None
    sender = Sender(address=address, phone=phone, verified=call.verified)
    return people.of_sender(tx, PHONE, sender)


def is_nobody(address: str) -> bool:
    return address.startswith(("unknown:", "withheld:"))


def _improve(desk: Desk, tx: Tx, conversation: Conversation, said: Message, row: Inbox) -> None:
    """A better transcript came when the call had taken effect."""
    from channels.phone import heard, verbatim

    _, call = _assembled(tx, conversation)
    words = masked(heard(call))
    if not transcript.replace(tx, conversation, said, words, masked(verbatim(call))):
        return
    if said.ticket_id is None or conversation.person_id is None:
        return
    ticket = tickets.get(tx, said.ticket_id)
    actor = requester(people.get(tx, conversation.person_id))
    tickets.add_message(desk, tx, ticket, words, actor, inbox_id=row.id)
    told = desk.texts.say("card-transcript", desk.language)
    rooms.say(desk, tx, ticket, f"{told}\n\n{rooms.quoted(words)}", key=f"{row.id}.transcript")


def _owner(conversation: Conversation) -> str:
    return f"call:{conversation.id}"


async def fetch(phone: "PhoneChannel", intake: Intake, message: OutboundMessage) -> None:
    """Words that the provider has ready are one more update. Raises TryLater or Undeliverable."""
    errand = message.errand
    assert errand is not None  # the outbox asked
    content = b"".join([piece async for piece in phone.fetch(errand.file)])
    try:
        await intake.receive(phone.told(content))
    except Unavailable as reason:
        raise TryLater(str(reason)) from reason
