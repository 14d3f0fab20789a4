"""Whom a run has to ask first, and where they are asked: a code to another address, a manager's word.

The code is in no transcript: whoever reads along on the ticket's page must not be able to type it.
"""

import secrets

import msgspec
from msgspec import Struct

from bot.actions.action import Action
from bot.desk import linking, people, places, transcript
from bot.desk.access import BOT
from bot.desk.desk import EMAIL, Desk
from bot.errors import Forbidden
from channels.email.threads import new_thread
from channels.message import Choice, OutboundMessage, PublicText
from store import people as kept_people
from store.database import Tx
from store.outbox import Outgoing
from store.tables import ActionRun, Conversation, Person


class Sent(Struct, frozen=True):
    code: str  # digits
    network: str


def send_code(
    desk: Desk, tx: Tx, person: Person, here: Conversation, action: Action, *, key: str
) -> Sent:
    """A code to an address of theirs that is proven, on another network than they write on. Raises
    Forbidden when there is none, or when too many were asked for."""
    letters, address = desk.agents_mail, people.email_of(tx, person.id)
    network = desk.network(here.channel)
    language = person.language or here.language or desk.language
    if letters is not None and address is not None and network != EMAIL:
        channel, to, conversation, where = (
            letters.channel,
            address,
            new_thread(secrets.token_hex()),
            EMAIL,
        )
    else:
        there = _chat(desk, tx, person, but=network)
        if there is None:
            raise Forbidden(
                f"{action.name} needs proof of whom it is for, and no second address of theirs is known"
                " for sure. An agent can make sure in another way, and link an address on their page."
            )
        channel, to, conversation = there.channel, there.address, there.key
        where, language = desk.network(there.channel), there.language or language
    code = linking.new_code(tx, person, to)
    if code is None:
        raise Forbidden("Too many codes were sent within the hour. Please try again later.")
    words = desk.texts.say(
        "proof-letter",
        language,
        action=action.called(language),
        network=desk.texts.network(network, language),
        code=code,
    )
    message = OutboundMessage(
        key=f"{key}:code",
        channel=channel,
        to=to,
        conversation=conversation,
        text=PublicText(words),
        language=language,
        subject=desk.texts.label("proof-subject", language) if where == EMAIL else None,
    )
    body = msgspec.json.encode(message).decode()
    tx.post(Outgoing(channel=channel, destination=to, key=message.key, body=body))
    return Sent(code, where)


def can_reach(desk: Desk, tx: Tx, person: Person) -> bool:
    by_letter = desk.agents_mail is not None and people.email_of(tx, person.id) is not None
    return by_letter or _chat(desk, tx, person) is not None


def ask_manager(
    desk: Desk,
    tx: Tx,
    manager: Person,
    run: ActionRun,
    action: Action,
    who: str,
    *,
    key: str,
    again: bool,
) -> None:
    """Where the manager reads, with buttons where there are any. See `can_reach`."""
    there = _where(desk, tx, manager)
    if there is None:
        return
    language = there.language or manager.language or desk.language
    arguments = msgspec.json.decode(run.arguments, type=dict[str, str])
    told = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    words = desk.texts.say(
        "approve-again" if again else "approve-manager",
        language,
        who=who,
        action=action.called(language),
        run=run.id,
        arguments=told or "–",
    )
    by_letter = desk.by_letter(there.channel)
    if by_letter:
        words += "\n\n" + desk.texts.say("approve-by-letter", language, run=run.id)
    choices = (
        ()
        if by_letter
        else tuple(
            Choice(f"run:{run.id}:{order}", desk.texts.label(f"run-{order}", language))
            for order in ("approve", "decline")
        )
    )
    transcript.speak(
        desk, tx, there, PublicText(words), key=key, actor=BOT, choices=choices, can_wait=True
    )


def _where(desk: Desk, tx: Tx, person: Person) -> Conversation | None:
    if person.preferred != EMAIL and (chat := _chat(desk, tx, person)) is not None:
        return tx.lock(chat.id)
    title = desk.texts.label("approve-subject", person.language or desk.language)
    letter = places.begin_letter(desk, tx, person, title, seed=f"approvals {person.id}")
    if letter is None and (chat := _chat(desk, tx, person)) is not None:
        return tx.lock(chat.id)
    return letter


def _chat(desk: Desk, tx: Tx, person: Person, but: str | None = None) -> Conversation | None:
    """Where they were last in private, on a network that we can write to."""
    found = [
        one
        for one in kept_people.conversations_of(tx, person.id)
        if desk.network(one.channel) not in (but, EMAIL)
        and not desk.pulled(one.channel)
        and not desk.is_mute(one.channel, one.address)
        and places.is_private(desk, tx, one, person)
        and _is_proven(desk, tx, one, person)
    ]
    preferred = [one for one in found if desk.network(one.channel) == person.preferred]
    return next(iter((*preferred, *found)), None)


def _is_proven(desk: Desk, tx: Tx, one: Conversation, person: Person) -> bool:
    network = desk.network(one.channel)
    return any(
        (known.channel, known.address) == (network, one.address) and known.verified
        for known in kept_people.identities(tx, person.id)
    )
