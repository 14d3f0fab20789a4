"""The bot's turn: a table of rules, read from the top; the first that holds takes the turn.

Its name is kept with the message, so "why did the bot do that?" has an answer.
"""

import unicodedata
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from bot.conversation import commands, diagnose, filing, flows, raising, reading, slash
from bot.conversation.choices import Action, plain, shorten
from bot.conversation.effects import Effect, NewMatter, Say, SetLanguage, ShowArticles, Wake
from bot.conversation.flows import calls, choose, link, silence, suggest, walking, wishes
from bot.conversation.reading import intends, understood, words
from bot.conversation.state import IDLE, Advised, Clarifying, Idle, Personal, Suggesting, Walking
from bot.conversation.turn import Decision, Turn
from bot.sop import walk
from bot.sop.model import Wanted
from bot.text import phrases
from nlp.understanding import Intent

NAMES: Final = 5  # words of an answer that may all be names
KIND_SIGNS: Final = frozenset("👍👌🙏🙂😀😊😃😁👏✅💯❤🤝🎉🌹😄☺")


def decide(turn: Turn) -> Decision:
    turn, switched = _in_the_language_written(turn)
    turn = _without_a_verdict(_without_a_resting_question(_without_a_side_matter(turn)))
    rule, handler = next((rule, handler) for rule, handler in RULES if rule(turn))
    decision = _with_what_waits(handler(turn), turn)
    effects = (*switched, *_apology(turn, decision), *decision.effects)
    return Decision(decision.state, (*effects, *_patience(turn, decision)), rule.__name__)


def answered_in(turn: Turn) -> str:
    """Whoever simply writes in another language, or asks for it, is answered in it."""
    if is_automatic(turn) or is_of_a_guest(turn):
        return turn.language
    reading_ = understood(turn)
    sure = reading_.language_confidence >= reading.SURE_OF_LANGUAGE and not _names_something(turn)
    return str(reading_.language) if sure or switches_language(turn) else turn.language


# -- rules ---------------------------------------------------------------------------------------


def is_automatic(turn: Turn) -> bool:
    return turn.message is not None and turn.message.automatic


def is_suspect(turn: Turn) -> bool:
    """By itself. In somebody's thread, which took a token, they are but a guest."""
    suspect = turn.message is not None and turn.message.sender.suspect
    return suspect and turn.current is None


def is_of_a_guest(turn: Turn) -> bool:
    return turn.guest


def is_a_call(turn: Turn) -> bool:
    return turn.call


def has_a_run_ended(turn: Turn) -> bool:
    return turn.ended is not None


def is_silence(turn: Turn) -> bool:
    return turn.message is None


def has_a_result(turn: Turn) -> bool:
    return turn.run is not None and turn.run.result is not None


def has_an_sop_to_begin(turn: Turn) -> bool:
    return turn.message is None and turn.run is not None and turn.run.place is None


def gives_a_code(turn: Turn) -> bool:
    return turn.proof is not None


def speaks_of_themselves_in_a_room(turn: Turn) -> bool:
    wanted = link.is_wanted(turn.message) or wishes.is_wanted(turn.message)
    return wanted and turn.message is not None and turn.message.place is not None


def asks_to_link(turn: Turn) -> bool:
    return link.is_wanted(turn.message)


def asks_for_settings(turn: Turn) -> bool:
    return wishes.is_wanted(turn.message)


def speaks_of_themselves(turn: Turn) -> bool:
    """An answer to a question about the person; whatever else is said then is a matter of its own."""
    if not isinstance(turn.state, Personal) or is_silence(turn):
        return False
    return bool(flows.picked(turn) or link.address_in(turn) or wishes.span_in(turn))


def switches_language(turn: Turn) -> bool:
    return intends(turn, Intent.LANGUAGE)


def wants_it_higher_up(turn: Turn) -> bool:
    return raising.is_wanted(turn)


def wants_a_person(turn: Turn) -> bool:
    pick = flows.picked(turn)
    return pick.action is Action.HUMAN if pick else intends(turn, Intent.HUMAN)


def asks_where_it_stands(turn: Turn) -> bool:
    if flows.picked(turn) is not None:
        return False
    known = filing.open_tickets(turn) or filing.lately_resolved(turn)
    return intends(turn, Intent.STATUS) or (bool(known) and plain(words(turn)) in phrases("status"))


def is_with_an_agent(turn: Turn) -> bool:
    return turn.taken and filing.taken_ticket(turn) is not None


def presses_an_old_button(turn: Turn) -> bool:
    pressed = turn.message is not None and turn.message.chosen is not None
    return pressed and flows.picked(turn) is None


def stops_a_flow(turn: Turn) -> bool:
    return _in_a_flow(turn) and intends(turn, Intent.STOP)


def is_solved_while_asked(turn: Turn) -> bool:
    """ "It works" may be what was asked for: whether other devices do."""
    state = turn.state
    if not isinstance(state, Clarifying) or not intends(turn, Intent.SOLVED):
        return False
    return diagnose.answer_in(state.asking, words(turn)) is None


def interrupts_politely(turn: Turn) -> bool:
    if not _in_a_flow(turn) or reading.only_files(turn):
        return False
    if not isinstance(turn.state, Suggesting) and intends(turn, Intent.THANKS):
        return True
    return intends(turn, Intent.GREETING, Intent.SMALLTALK) or _has_no_letters(turn)


def answers_a_question(turn: Turn) -> bool:
    return not isinstance(turn.state, Idle)


def stops(turn: Turn) -> bool:
    return intends(turn, Intent.STOP)


def says_it_is_solved(turn: Turn) -> bool:
    return intends(turn, Intent.SOLVED)


def answers_whether_it_is_fixed(turn: Turn) -> bool:
    """What was asked last counts before whatever else still waits for an answer."""
    return turn.asked is not None and says_whether_it_is_fixed(turn)


def says_whether_it_is_fixed(turn: Turn) -> bool:
    """An answer to what is asked when a ticket is resolved, in words and nothing more."""
    return filing.asked_about(turn) is not None and commands.verdict(turn) is not None


def only_thanks(turn: Turn) -> bool:
    if intends(turn, Intent.THANKS):
        return True
    if not _has_no_letters(turn) or reading.only_files(turn):
        return False
    signs = {sign for sign in words(turn) if unicodedata.category(sign) == "So"}
    return bool(signs) and signs <= KIND_SIGNS


def is_still_broken(turn: Turn) -> bool:
    return intends(turn, Intent.STILL_BROKEN)


def only_greets(turn: Turn) -> bool:
    return intends(turn, Intent.GREETING)


def is_small_talk(turn: Turn) -> bool:
    return intends(turn, Intent.SMALLTALK)


def is_unclear(turn: Turn) -> bool:
    """Nothing to begin with. Asked once for more, except for what has no letters in it at all."""
    if _has_no_letters(turn) and not reading.only_files(turn):
        return True
    if intends(turn, Intent.YES, Intent.NO, Intent.SKIP) and not filing.open_tickets(turn):
        return True
    prompted = isinstance(turn.state, Idle) and turn.state.prompted
    return not prompted and reading.says_nothing(turn)


def continues_a_letter(turn: Turn) -> bool:
    return turn.by_letter and filing.current(turn) is not None


def only_thanks_by_letter(turn: Turn) -> bool:
    return turn.by_letter and only_thanks(turn)


def only_agrees_by_letter(turn: Turn) -> bool:
    """ "Yes" to a letter about what is closed: that it stays so."""
    brief = filing.current(turn)
    closed = brief is not None and brief.status == "closed"
    return turn.by_letter and closed and commands.verdict(turn) is True


def is_about_a_ticket(turn: Turn) -> bool:
    return bool(filing.file(turn).tickets)


def is_in_another_language(turn: Turn) -> bool:
    return bool(understood(turn).foreign) and intends(turn, Intent.ASK)


def sends_only_files(turn: Turn) -> bool:
    return reading.only_files(turn)


def is_new(turn: Turn) -> bool:
    return turn.message is not None


Rule = Callable[[Turn], bool]
Handler = Callable[[Turn], Decision]

RULES: Final[tuple[tuple[Rule, Handler], ...]] = (
    (is_automatic, commands.record_silently),
    (is_suspect, commands.take_suspect),
    (is_of_a_guest, commands.record_silently),
    (is_a_call, calls.begin),
    (has_a_result, walking.result),
    (has_an_sop_to_begin, walking.begin_for_agent),
    (has_a_run_ended, commands.tell_of_run),
    (is_silence, silence.resume),
    (gives_a_code, commands.take_code),
    (speaks_of_themselves_in_a_room, commands.ask_in_private),
    (asks_to_link, link.begin),
    (asks_for_settings, wishes.begin),
    (wants_it_higher_up, raising.take),
    (slash.is_given, slash.obey),
    (speaks_of_themselves, flows.resume),
    (switches_language, commands.switch_language),
    (wants_a_person, commands.call_human),
    (asks_where_it_stands, commands.status),
    (is_with_an_agent, commands.pass_on),
    (presses_an_old_button, commands.say_it_is_settled),
    (answers_whether_it_is_fixed, commands.take_verdict),
    (stops_a_flow, commands.stop_flow),
    (is_solved_while_asked, commands.end_flow_solved),
    (interrupts_politely, commands.be_polite_and_ask_again),
    (answers_a_question, flows.resume),
    # From here on the bot waits for nothing.
    (says_whether_it_is_fixed, commands.take_verdict),
    (stops, commands.cancel),
    (says_it_is_solved, commands.solved),
    (only_thanks_by_letter, commands.record_silently),
    (only_agrees_by_letter, commands.record_silently),
    (only_thanks, commands.welcome),
    (continues_a_letter, commands.continue_letter),
    (is_still_broken, commands.still_broken),
    (only_greets, commands.greet),
    (is_small_talk, commands.chat),
    (is_unclear, commands.prompt),
    (is_about_a_ticket, choose.file_message),
    (sends_only_files, commands.take_files),
    (is_in_another_language, commands.take_foreign),
    (is_new, suggest.begin),
)


# -- around every rule -----------------------------------------------------------------------------


def _in_the_language_written(turn: Turn) -> tuple[Turn, tuple[Effect, ...]]:
    language = answered_in(turn)
    if language == turn.language or switches_language(turn):
        return turn, ()
    return replace(turn, language=language), (SetLanguage(language),)


def _names_something(turn: Turn) -> bool:
    """A few words where a step asks for some: "Photoshop" is no English."""
    if not isinstance(turn.state, Walking) or turn.run is None or turn.run.place is None:
        return False
    free = walk.waits_at(turn.run.sop, turn.run.place).wanted is not Wanted.CHOICE
    return free and len(words(turn).split()) <= NAMES


def _without_a_resting_question(turn: Turn) -> Turn:
    """A question nobody answered for long does not catch a message about something else."""
    state = turn.state
    if isinstance(state, Walking):
        return turn
    if not isinstance(state, Suggesting) or not silence.rests(state) or flows.picked(turn):
        return turn
    sure = understood(turn).category_confidence >= turn.policy.category_threshold
    differs = sure and str(understood(turn).category) != state.matter.category
    return replace(turn, state=IDLE) if differs and intends(turn, Intent.ASK) else turn


def _without_a_side_matter(turn: Turn) -> Turn:
    """A question about the person catches nothing but answers to it."""
    if not isinstance(turn.state, Personal) or is_silence(turn) or is_automatic(turn):
        return turn
    stays = gives_a_code(turn) or speaks_of_themselves(turn) or stops(turn)
    return turn if stays else replace(turn, state=IDLE)


def _without_a_verdict(turn: Turn) -> Turn:
    """A letter with a number and articles waits for nothing: most answers are simply more words."""
    said_nothing = is_silence(turn) or is_automatic(turn) or is_of_a_guest(turn)
    if not isinstance(turn.state, Advised) or said_nothing:
        return turn
    if flows.picked(turn) or says_it_is_solved(turn):
        return turn
    return replace(turn, state=Idle(added=turn.current))


def _with_what_waits(decision: Decision, turn: Turn) -> Decision:
    """When one problem of a message is done with, the next is taken up, and said so."""
    while decision.later and isinstance(decision.state, Idle):
        first, *later = decision.later
        following = suggest.offer(first, turn, tuple(later))
        say = Say(key="next-matter", values={"words": shorten(first.words[0], 80)})
        effects = (*decision.effects, say, NewMatter(), *following.effects)
        decision = replace(following, effects=effects)
    return decision


def _apology(turn: Turn, decision: Decision) -> tuple[Effect, ...]:
    """Anger is met once, with one sober sentence, and only where the bot speaks anyway."""
    state = turn.state
    known = not isinstance(state, Idle | Advised | Walking | Personal) and state.matter.angry
    speaks = any(isinstance(effect, Say | ShowArticles) for effect in decision.effects)
    if known or not speaks or turn.taken or not understood(turn).angry:
        return ()
    return (Say(key="sorry"),)


def _patience(turn: Turn, decision: Decision) -> tuple[Effect, ...]:
    """A question is not left hanging: after a while the bot looks again."""
    waits = not isinstance(decision.state, Idle | Advised) and not silence.rests(decision.state)
    patience = turn.policy.patience
    if isinstance(decision.state, Walking) and turn.by_letter:
        patience = turn.policy.letter_patience
    return (Wake(patience),) if waits and not is_automatic(turn) else ()


def _in_a_flow(turn: Turn) -> bool:
    return not isinstance(turn.state, Idle)


def _has_no_letters(turn: Turn) -> bool:
    """Judged by the words: a pressed button has its meaning elsewhere."""
    if turn.message is None or turn.message.chosen is not None:
        return False
    return not any(unicodedata.category(sign)[0] in "LN" for sign in plain(words(turn)))
