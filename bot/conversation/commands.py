"""What works at every point: a person, the status, another language, stop; and plain manners."""

from typing import Final

from msgspec.structs import replace

from bot.conversation import filing, flows, told
from bot.conversation.effects import (
    AddToTicket,
    CallHuman,
    Effect,
    EndSop,
    NewMatter,
    OpenTicket,
    Say,
    SetLanguage,
    ShowStatus,
    SolvedByRequester,
)
from bot.conversation.filing import find, is_open, open_tickets, taken_ticket
from bot.conversation.fixed import is_fixed
from bot.conversation.flows import choose, clarify, letters, link, suggest, walking
from bot.conversation.flows.opening import open_ticket
from bot.conversation.reading import (
    intends,
    matter_of,
    mentioned,
    names_a_thing,
    tells_something,
    understood,
    with_more,
    words,
)
from bot.conversation.state import (
    IDLE,
    Advised,
    Choosing,
    Clarifying,
    Idle,
    Inviting,
    Suggesting,
    Walking,
    Wish,
)
from bot.conversation.turn import Decision, TicketBrief, Turn
from bot.sop.model import End
from nlp.understanding import Intent

MANNERS: Final = {
    Intent.GREETING: "still-here",
    Intent.SMALLTALK: "smalltalk",
    Intent.THANKS: "welcome",
}


def record_silently(turn: Turn) -> Decision:
    """An out-of-office reply, a colleague who joins in: kept where it belongs, answered by nobody."""
    brief = filing.current(turn)
    if brief is None or not is_open(brief):
        return Decision(turn.state)
    return Decision(turn.state, (AddToTicket(brief.id),))


def tell_of_run(turn: Turn) -> Decision:
    """What the desk did by itself has come to its end, whatever is being talked about."""
    return Decision(turn.state, told.of_run(turn))


def take_suspect(turn: Turn) -> Decision:
    """Perhaps forged: for the agents to judge. An answer might go to a victim, and tell things."""
    return Decision(IDLE, (OpenTicket(matter=matter_of(turn)), NewMatter()))


def take_foreign(turn: Turn) -> Decision:
    """In a language that we do not speak: a person reads it, rather than that we guess."""
    matter = matter_of(turn)
    said = Say(key="foreign-language")
    if turn.by_letter:
        return Decision(
            IDLE, (OpenTicket(matter=matter), letters.opened(matter), said, NewMatter())
        )
    opened = open_ticket(matter)
    return replace(opened, effects=(NewMatter(), said, *opened.effects))


def continue_letter(turn: Turn) -> Decision:
    """What comes back in a thread belongs to its ticket, whatever it says; what is done is opened
    again. Nothing is acknowledged: a letter that tells nothing new is one too many."""
    brief = filing.current(turn)
    assert brief is not None  # the rule asked
    if not is_open(brief):
        return choose.reopen(brief, turn)
    return Decision(Idle(added=brief.id), (AddToTicket(brief.id),))


def take_code(turn: Turn) -> Decision:
    assert turn.proof is not None  # the rule asked
    return link.take_code(turn.proof, turn)


def ask_in_private(turn: Turn) -> Decision:
    """Whoever reads a code along could give it back."""
    return Decision(turn.state, (Say(key="only-in-private"),))


def switch_language(turn: Turn) -> Decision:
    """Go on in the language asked for; what was pending is asked again in it."""
    language = str(understood(turn).language)
    again = flows.ask_again(replace(turn, language=language))
    effects = (SetLanguage(language), Say(key="language-set"), *again.effects)
    return Decision(turn.state, effects)


def call_human(turn: Turn) -> Decision:
    """A person, now, with all that is known. At most one question, and only if nothing was told."""
    state = turn.state
    match state:
        case Walking():
            return walking.call_human(state, turn)
        case Suggesting() | Clarifying() | Inviting():
            matter = with_more(state.matter, turn) if tells_something(turn) else state.matter
            return open_ticket(matter, state.later, human=True)
        case Choosing():
            return choose.call_human(state, turn)
        case Idle() | Advised():
            pass
    if (ticket := _ticket_to_call_for(turn)) is not None:
        say = Say(key="human-called", values={"ticket": choose.number(ticket, turn)})
        return Decision(Idle(added=ticket), (AddToTicket(ticket), CallHuman(ticket), say))
    matter = matter_of(turn)
    if not matter.words[0]:
        matter = replace(matter, words=(turn.texts.label("choice-human", turn.language),))
    if tells_something(turn):
        following = open_ticket(matter, human=True)
    else:
        following = clarify.ask_about(matter, turn, Say(key="ask-about-human"), human=True)
    return replace(following, effects=(NewMatter(), *following.effects))


def status(turn: Turn) -> Decision:
    tickets = mentioned(turn) or tuple(ticket.id for ticket in open_tickets(turn))
    return status_of(tickets, turn)


def status_of(tickets: tuple[int, ...], turn: Turn) -> Decision:
    tickets = tickets or tuple(ticket.id for ticket in filing.lately_resolved(turn))
    return Decision(turn.state, (ShowStatus(tickets),))


def pass_on(turn: Turn) -> Decision:
    """An agent has the conversation. The bot keeps what is said, and keeps quiet.

    A matter it was still asking about becomes a ticket without a word: the agents see it.
    """
    state = turn.state
    ticket = taken_ticket(turn)
    here: tuple[Effect, ...] = (AddToTicket(ticket),) if ticket is not None else ()
    match state:
        case Walking():
            opened = tuple(OpenTicket(matter=matter) for matter in state.later)
            values = {} if turn.run is None else {"ticket": turn.run.number}
            said = Say(key="sop-taken", values=values)
            return Decision(IDLE, (EndSop(End.TAKEN), *here, said, *opened))
        case Suggesting() | Clarifying() | Inviting():
            half_told = (state.matter, *state.later)
            return Decision(IDLE, (*here, *(OpenTicket(matter=matter) for matter in half_told)))
        case Choosing() if ticket is not None:
            return Decision(IDLE, (AddToTicket(ticket, since_matter=True),))
        case _:
            return Decision(IDLE, here)


def say_it_is_settled(turn: Turn) -> Decision:
    """An old button does nothing; what counts now is shown instead."""
    brief = filing.current(turn)
    settled: tuple[Effect, ...] = (Say(key="settled"),)
    if isinstance(turn.state, Idle) and brief is not None and is_open(brief):
        settled = (Say(key="settled-ticket", values={"ticket": brief.number}),)
    again = flows.ask_again(turn)
    return Decision(turn.state, (*settled, *again.effects))


def stop_flow(turn: Turn) -> Decision:
    """They changed their mind: nothing is opened, nothing is closed."""
    state = turn.state
    match state:
        case Choosing() if state.wish is not Wish.ADD:
            return Decision(IDLE, (Say(key="left-open"),))
        case Walking():
            return walking.stop(state, turn)
        case Suggesting() | Clarifying() | Inviting():
            return Decision(IDLE, (Say(key="stopped"), NewMatter()), later=state.later)
        case _:
            return Decision(IDLE, (Say(key="stopped"), NewMatter()))


def end_flow_solved(turn: Turn) -> Decision:
    """It works again while questions were still being asked."""
    later = turn.state.later if isinstance(turn.state, Clarifying) else ()
    return Decision(IDLE, (Say(key="glad"), NewMatter()), later=later)


def be_polite_and_ask_again(turn: Turn) -> Decision:
    """ "Are you a robot?" in the middle of a question gets its answer; then the question stands."""
    key = MANNERS.get(understood(turn).intent)
    if isinstance(turn.state, Walking) and turn.by_letter and turn.run is not None:
        return Decision(turn.state, (AddToTicket(turn.run.ticket),))  # thanks are not answered
    again = flows.ask_again(turn)
    if isinstance(turn.state, Suggesting):
        again = suggest.ask_again(turn.state, turn)
    return replace(again, effects=(*((Say(key=key),) if key else ()), *again.effects))


def cancel(turn: Turn) -> Decision:
    """ "Forget it" with nothing pending may mean the ticket: that is asked, unless it was named."""
    named = [ticket for ticket in mentioned(turn) if _is_open(ticket, turn)]
    if len(named) == 1:
        return choose.finish(named[0], turn, Wish.CANCELLED)
    if likely := filing.best_open(turn).tickets:
        return choose.begin(likely, turn, Wish.CANCELLED)
    return Decision(IDLE, (Say(key="stopped"),))


def solved(turn: Turn) -> Decision:
    likely = tuple(t for t in filing.best_open(turn).tickets if _is_open(t, turn))
    if not likely:
        return Decision(IDLE, (Say(key="glad"),))
    if len(likely) == 1:
        return choose.finish(likely[0], turn, Wish.SOLVED)
    return choose.begin(likely, turn, Wish.SOLVED)


def verdict(turn: Turn) -> bool | None:
    """Whether a message says that something is fixed; by its place where there are no buttons."""
    if turn.message is None or turn.message.chosen is not None or turn.message.attachments:
        return None
    if intends(turn, Intent.SOLVED):
        return True
    if turn.asked is not None and intends(turn, Intent.STILL_BROKEN):
        return False
    return is_fixed(words(turn), turn.message.sender.name or "")


def take_verdict(turn: Turn) -> Decision:
    """It is fixed, and the ticket is closed; or it is not, and goes on. What else waits for an answer
    is asked again."""
    brief = filing.asked_about(turn)
    assert brief is not None  # the rule asked
    if not verdict(turn):
        decision = choose.reopen(brief, turn, asked=True)
    else:
        decision = Decision(IDLE, (SolvedByRequester(brief.id), *_closed(brief, turn)))
    if isinstance(turn.state, Idle | Advised):
        return replace(decision, effects=(*decision.effects, NewMatter()))
    again = flows.ask_again(turn)
    return replace(again, effects=(*decision.effects, *again.effects))


def _closed(brief: TicketBrief, turn: Turn) -> tuple[Effect, ...]:
    """Once: what is closed is not asked about again, so an answer to this letter gets none."""
    if not turn.by_letter:
        return (Say(key="fixed-thanks", values={"ticket": brief.number}),)
    if not turn.policy.confirms_closing:
        return ()
    days = turn.policy.reopen_within.days
    key = "fixed-thanks-letter" if days else "fixed-thanks-letter-new"
    return (Say(key=key, values={"ticket": brief.number, "count": days}),)


def welcome(turn: Turn) -> Decision:
    return Decision(turn.state, (Say(key="welcome"),))


def still_broken(turn: Turn) -> Decision:
    """Back to the ticket it speaks of: an open one goes on, a resolved one is opened again. Where it names
    nothing and sounds like another matter, that is asked."""
    elsewhere = str(understood(turn).category) != "other"  # "again" and a verb are soon that
    related = [
        ticket
        for ticket in turn.tickets
        if not (
            elsewhere
            and filing.is_foreign(ticket, turn)
            and filing.is_of_another_category(ticket, turn)
        )
    ]
    named = mentioned(turn)
    brief = find(named[0], turn) if len(named) == 1 else filing.current(turn)
    if brief is not None and brief in related and not is_open(brief):
        return choose.reopen(brief, turn)
    if any(is_open(ticket) for ticket in related):
        return choose.file_message(turn)
    lately = [ticket for ticket in related if not filing.is_past_reopening(ticket, turn)]
    if len(lately) > 1:
        return choose.begin(tuple(ticket.id for ticket in lately), turn)
    if related:
        return choose.reopen((lately or related)[0], turn)
    solved_lately = tuple(ticket.id for ticket in filing.lately_resolved(turn))
    if solved_lately and not names_a_thing(turn):
        return choose.begin(solved_lately, turn)
    return suggest.begin(turn)


def greet(turn: Turn) -> Decision:
    return Decision(turn.state, (Say(key="still-here" if turn.greeted else "greeting"),))


def chat(turn: Turn) -> Decision:
    return Decision(turn.state, (Say(key="smalltalk"),))


def prompt(turn: Turn) -> Decision:
    """One friendly word on what to tell. Whoever asks "???" about a ticket gets its status."""
    waiting = tuple(ticket.id for ticket in open_tickets(turn))
    if waiting and "?" in words(turn).replace("？", "?") and not tells_something(turn):
        return Decision(turn.state, (ShowStatus(waiting),))
    return Decision(Idle(prompted=True), (Say(key="unclear"),))


def take_files(turn: Turn) -> Decision:
    """A file without words and without a ticket it could belong to."""
    count = len(turn.message.attachments) if turn.message else 0
    say = Say(key="ask-about-file", values={"count": count})
    following = clarify.ask_about(matter_of(turn), turn, say)
    return replace(following, effects=(NewMatter(), *following.effects))


def _ticket_to_call_for(turn: Turn) -> int | None:
    if turn.taken and (ticket := taken_ticket(turn)) is not None:
        return ticket
    opened = open_tickets(turn)
    if tells_something(turn) and all(filing.is_foreign(ticket, turn) for ticket in opened):
        return None
    named = [ticket for ticket in mentioned(turn) if _is_open(ticket, turn)]
    brief = filing.current(turn)
    if not named and brief is not None and is_open(brief):
        return brief.id
    return next(iter(named), None) or next((ticket.id for ticket in opened), None)


def _is_open(ticket: int, turn: Turn) -> bool:
    brief = find(ticket, turn)
    return brief is not None and is_open(brief)
