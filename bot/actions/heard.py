"""What people say to runs, beside whatever is being talked about: a code that proves who they are, an
approver's word, and what an employee wants done for themselves.
"""

import re
from typing import Final

import structlog

from bot.actions import running
from bot.actions.action import Action
from bot.actions.run import State
from bot.desk import people, transcript
from bot.desk.access import BOT, CLOCK, requester
from bot.desk.desk import Desk
from bot.errors import DeskError
from channels.message import Choice, InboundMessage, PublicText
from store import actions as kept
from store import messages
from store import people as kept_people
from store.database import Tx
from store.tables import ActionRun, Conversation, Inbox, Person

log = structlog.get_logger()

# -- a code

_CODE: Final = re.compile(r"(?<![\d-])\d{4}[ -]?\d{4}(?![\d-])", re.ASCII)
LONGEST_WITH_CODE: Final = 60  # characters of "the code is 1234 5678"


def code_in(text: str) -> str:
    """The digits of the one code such as we send in the first line of a message, else empty."""
    line = text.strip().split("\n")[0]
    found = _CODE.findall(line) if len(line) <= LONGEST_WITH_CODE else []
    return re.sub(r"\D", "", found[0]) if len(found) == 1 else ""


def is_about_proof(tx: Tx, conversation: Conversation, message: InboundMessage) -> bool:
    """Whether a message is to be taken as the code that a run waits for."""
    code = "" if message.automatic or message.chosen else code_in(message.text)
    if not code:
        return False
    digest = people.digest(code)
    if kept.with_code(tx, digest, State.WAITING_PROOF):
        return True
    if kept_people.token_of_code(tx, digest) is not None:  # it proves whose an address is
        return False
    return bool(kept.waiting_in(tx, conversation.id, State.WAITING_PROOF))


def take_code(
    desk: Desk, tx: Tx, conversation: Conversation, row: Inbox, message: InboundMessage
) -> None:
    """Raises nothing: what becomes of it is said in the conversation, and told to agents."""
    digest = people.digest(code_in(message.text))
    writer = kept_people.of_address(tx, desk.network(message.channel), message.sender.address)
    who = None if writer is None or message.sender.suspect else people.current(tx, writer.id).id
    said: list[str] = []
    for one in kept.with_code(tx, digest, State.WAITING_PROOF):
        if one.conversation_id == conversation.id:
            continue
        if who is not None and who == one.person_id:
            said.append(_say(desk, conversation, "proof-elsewhere"))
        elif (run := running.held(tx, one.id)).state == State.WAITING_PROOF and run.code == digest:
            running.refuse(desk, tx, run, "somebody-else", BOT)
    for one in kept.waiting_in(tx, conversation.id, State.WAITING_PROOF):
        run = running.held(tx, one.id)
        if run.state != State.WAITING_PROOF:
            continue
        if who is None or who != run.person_id:
            if run.code == digest:
                running.refuse(desk, tx, run, "somebody-else", BOT)
        elif run.deadline is not None and run.deadline <= tx.now:
            running.refuse(desk, tx, run, "code-too-late", CLOCK)
        elif run.code == digest:
            said.append(_say(desk, conversation, "proof-given"))
            running.proven(desk, tx, run)
        elif (left := running.mistyped(desk, tx, run)) > 0:
            said.append(_say(desk, conversation, "proof-wrong", count=left))
    if said:
        words = PublicText("\n\n".join(dict.fromkeys(said)))
        transcript.speak(
            desk, tx, conversation, words, key=f"{row.id}.reply", actor=BOT, inbox_id=row.id
        )


# -- an approver

_PRESSED: Final = re.compile(r"run:(\d{1,18}):(approve|decline)")
_TYPED: Final = re.compile(
    r"\s*(?:(approve|одобрить|одобряю|批准)|(?:decline|отклонить|отклоняю|拒绝))\s*#?\s*(\d{1,18})[.!。]?\s*",
    re.IGNORECASE,
)


def word_in(
    tx: Tx, desk: Desk, conversation: Conversation, message: InboundMessage
) -> tuple[int, bool] | None:
    """(run, whether it is approved), of a message of somebody who was asked for it here."""
    if message.automatic or message.sender.suspect:
        return None
    if pressed := _PRESSED.fullmatch(message.chosen or ""):
        run, approved = int(pressed[1]), pressed[2] == "approve"
    elif message.chosen is None and (
        typed := _TYPED.fullmatch(message.text.strip().split("\n")[0][:60])
    ):
        run, approved = int(typed[2]), typed[1] is not None
    else:
        return None
    writer = kept_people.of_address(tx, desk.network(message.channel), message.sender.address)
    found = tx.get(ActionRun, run)
    if found is None or writer is None or found.approver_id is None:
        return None
    if people.current(tx, writer.id).id != people.current(tx, found.approver_id).id:
        return None
    # By letter anybody can write in somebody's name, but only they can answer what we sent them.
    asked = messages.by_key(tx, f"run:{run}:approve")
    here = asked is not None and asked.conversation_id == conversation.id
    sure = here or message.sender.verified or not desk.by_letter(conversation.channel)
    return (run, approved) if sure else None


def take_word(
    desk: Desk,
    tx: Tx,
    conversation: Conversation,
    row: Inbox,
    run_id: int,
    approved: bool,
    person: Person,
) -> None:
    """See `word_in`."""
    try:
        with tx.attempt():
            running.decide(desk, tx, run_id, "", requester(person), approved=approved)
        key = "approve-taken" if approved else "decline-taken"
    except DeskError:
        key = "approve-settled"
    said = PublicText(_say(desk, conversation, key, run=run_id))
    transcript.speak(
        desk, tx, conversation, said, key=f"{row.id}.reply", actor=BOT, inbox_id=row.id
    )


# -- an employee, for themselves

_ORDER: Final = re.compile(r"/run(?:\s+([a-z0-9-]{1,60}))?\s*", re.IGNORECASE)
_CHOSEN: Final = re.compile(r"do:([a-z0-9-]{1,60})")


def order_in(message: InboundMessage) -> str | None:
    """The action that somebody wants done for themselves, "" for a list; None: nothing of the kind."""
    if message.automatic or message.sender.suspect:
        return None
    if message.chosen is not None:
        pressed = _CHOSEN.fullmatch(message.chosen)
        if pressed is not None:
            return pressed[1]
    words = f"/run {message.text}" if message.chosen == "/run" else message.text
    typed = _ORDER.fullmatch(words.strip()) if message.chosen in (None, "/run") else None
    return None if typed is None else (typed[1] or "").lower()


def take_order(
    desk: Desk, tx: Tx, conversation: Conversation, row: Inbox, name: str, person: Person
) -> None:
    """See `order_in`. Nothing can be typed with it: what is done is done to what is their own."""
    actor, language = requester(person), conversation.language or desk.language
    offered = [one for one in running.startable(desk, actor) if _needs_nothing(one)]
    action = next((one for one in offered if one.name == name), None)
    choices: tuple[Choice, ...] = ()
    if action is None:
        said = desk.texts.say("do-offer" if offered else "do-none", language)
        choices = tuple(Choice(f"do:{one.name}", one.called(language)) for one in offered)
    else:
        try:
            with tx.attempt():
                running.begin(
                    desk, tx, action.name, {}, actor=actor, conversation_id=conversation.id
                )
            return  # it was said that it has begun, or what comes first
        except DeskError as refusal:
            log.info("action.not-begun", action=action.name, problem=type(refusal).__name__)
            said = desk.texts.say("do-refused", language, action=action.called(language))
    transcript.speak(
        desk,
        tx,
        conversation,
        PublicText(said),
        key=f"{row.id}.reply",
        actor=BOT,
        choices=choices,
        inbox_id=row.id,
    )


def _needs_nothing(action: Action) -> bool:
    return all(one.own or one.default is not None for one in action.parameters)


def _say(desk: Desk, conversation: Conversation, key: str, **values: str | int) -> str:
    return desk.texts.say(key, conversation.language or desk.language, **values)
