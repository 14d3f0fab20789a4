"""Going through an SOP together, one step at a time, in any channel.

The invitation comes first; who accepts it gets a ticket, so that every step and answer is on it. At any
point there is a way back, an explanation, an end, and a person. What is no answer is never taken for one:
it is kept on the ticket, or for later when it is another matter.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from msgspec.structs import replace

from bot.conversation import answers, filing, told
from bot.conversation.choices import NEGATION, Action, Pick, choice, plain, pressed, shorten, typed
from bot.conversation.counted import counted
from bot.conversation.effects import (
    AddToTicket,
    CallHuman,
    ChangeTicket,
    Effect,
    EndSop,
    EscalateTicket,
    KeepPlace,
    NewMatter,
    OpenTicket,
    Say,
    StartCheck,
    StartSop,
    Tell,
)
from bot.conversation.flows import articles, clarify
from bot.conversation.flows.opening import open_ticket
from bot.conversation.reading import (
    TELLING_FACTS,
    intends,
    is_request,
    matter_of,
    only_files,
    understood,
    with_more,
    worth_showing,
)
from bot.conversation.reading import words as words_of
from bot.conversation.state import IDLE, Idle, Inviting, Matter, Walking
from bot.conversation.turn import Decision, Run, Turn
from bot.sop import walk
from bot.sop.lint import is_same_walk
from bot.sop.model import End, Kind, Sop, Step, Wanted
from bot.sop.walk import Place, Walked
from bot.text import escape, phrases
from channels.message import Choice
from nlp.terms import telling, terms
from nlp.understanding import Fact, Intent, Language

RESTS: Final = 2  # reminders after which the step stands, but is not repeated
ASTRAY: Final = 3  # answers in a row that were none: then a person goes on
ASTRAY_AMONG_CHOICES: Final = 2  # whoever is asked the same again and again gives up
LOOKED_AT: Final = 4  # lines of a letter in which its answer may stand
SHORT: Final = 80  # characters: a longer answer says more than yes or no
ENOUGH: Final = 3  # telling words that may be another matter
ENOUGH_AT_ONCE: Final = 5  # ... where minutes count and whatever is said belongs to it
SURER: Final = 0.25  # above the threshold: an answer in free words is rarely another matter


# -- the invitation


def invite(matter: Matter, turn: Turn, later: tuple[Matter, ...] = ()) -> Decision:
    """Ask; or begin at once, where every minute counts."""
    sop = turn.book.find(matter.sop, turn.language)
    if sop is None:
        return _otherwise(matter, turn, later)
    if is_urgent(matter, turn):
        return begin(sop, matter, turn, later)
    state = Inviting(question=turn.question, matter=matter, later=later)
    return Decision(state, (_invitation(state, sop, turn),))


def resume_invited(state: Inviting, turn: Turn, action: Action | None) -> Decision:
    sop = turn.book.find(state.matter.sop, turn.language)
    if sop is not None and (action is Action.TOGETHER or intends(turn, Intent.YES)):
        return begin(sop, state.matter, turn, state.later)
    if intends(turn, Intent.SOLVED):
        return Decision(IDLE, (Say(key="glad"), NewMatter()), later=state.later)
    declined = action is Action.NOT_NOW or intends(turn, Intent.NO, Intent.SKIP)
    matter = state.matter if declined else with_more(state.matter, turn)
    return _otherwise(matter, turn, state.later)


def ask_invited_again(state: Inviting, turn: Turn) -> Decision:
    sop = turn.book.find(state.matter.sop, turn.language)
    if sop is None:
        return _otherwise(state.matter, turn, state.later)
    return Decision(state, (_invitation(state, sop, turn),))


def invited_choices(state: Inviting, turn: Turn) -> tuple[Choice, ...]:
    return tuple(
        choice(state.question, action, turn.texts.label(f"choice-{action}", turn.language))
        for action in (Action.TOGETHER, Action.NOT_NOW, Action.HUMAN)
    )


def is_urgent(matter: Matter, turn: Turn) -> bool:
    """Whether its SOP does not wait for an invitation: the matter clearly is of its kind."""
    sop = turn.book.find(matter.sop, turn.language) if matter.sop else None
    return sop is not None and sop.at_once and str(sop.category) == matter.category


def _invitation(state: Inviting, sop: Sop, turn: Turn) -> Say:
    values: dict[str, str | int] = {"title": sop.title, "count": sop.minutes}
    return Say(key="sop-invite", values=values, choices=invited_choices(state, turn))


def _otherwise(matter: Matter, turn: Turn, later: tuple[Matter, ...]) -> Decision:
    """Not together: the articles, or the questions."""
    matter = replace(matter, sop="", sop_first=False)
    fresh = tuple(id for id in matter.candidates if id in turn.articles)
    if fresh:
        return articles.suggest(fresh, matter, turn, later)
    return clarify.begin(matter, turn, later)


def offer_by_letter(sop: str, turn: Turn, offered: tuple[Choice, ...]) -> Say:
    """Beside the number of the ticket, which is open already."""
    found = turn.book.find(sop, turn.language)
    assert found is not None  # the caller has seen it
    together = turn.texts.label("choice-together", turn.language)
    values: dict[str, str | int] = {"title": found.title, "together": together}
    return Say(key="sop-invite-letter", values=values, choices=offered)


# -- the walk


def begin(sop: Sop, matter: Matter, turn: Turn, later: tuple[Matter, ...] = ()) -> Decision:
    """With a ticket of its own from the first step on."""
    matter = replace(matter, category=str(sop.category), type=str(sop.type))
    key = "sop-opened-request" if is_request(matter) else "sop-opened"
    if sop.at_once:
        key = "sop-opened-at-once-letter" if turn.by_letter else "sop-opened-at-once"
    start = StartSop(sop=sop.id, language=str(sop.language))
    started = (OpenTicket(matter=matter), start, Say(key=key))
    return _begun(sop, turn, later, (*started, *_foreign(sop, turn)), NewMatter())


def begin_on(ticket: int, sop: Sop, turn: Turn) -> Decision:
    """For a ticket that there is: by letter, where one is opened before anything else."""
    start = StartSop(sop=sop.id, language=str(sop.language), ticket=ticket)
    return _begun(sop, turn, (), (start, Say(key="sop-by-letter"), *_foreign(sop, turn)))


def begin_for_agent(turn: Turn) -> Decision:
    """An agent has started it."""
    assert turn.run is not None  # the rule asked
    values = {"title": turn.run.sop.title, "ticket": turn.run.number}
    return _begun(turn.run.sop, turn, (), (Say(key="sop-by-agent", values=values),))


def resume(state: Walking, turn: Turn, action: Action | None, argument: str) -> Decision:
    run = turn.run
    if run is None or run.place is None:
        return Decision(Idle(added=turn.current), later=state.later)
    rested, state = rests(state), replace(state, reminders=0)
    step = walk.waits_at(run.sop, run.place)
    match action:
        case Action.ANSWER:
            return _chosen(state, run, run.place, int(argument), turn)
        case Action.SKIP:
            return _answered(state, run, run.place, "", turn)
        case Action.BACK:
            return _back(state, run, run.place, turn)
        case Action.EXPLAIN:
            return explain(state, turn)
        case Action.STOP:
            return stop(state, turn)
        case _:
            pass
    asks = step.kind is Kind.ASK and step.wanted is Wanted.CHOICE
    adds = answers.adds_another(words_of(turn)) and len(turn.terms) >= ENOUGH
    if asks and not adds and (pick := _taken(run, step, turn)) is not None:
        return _taken_as(state, run, run.place, pick, turn)
    if _is_another_matter(run, step, turn):
        if rested:
            later = (*state.later, matter_of(turn))
            return replace(_ended(state, turn, End.SILENT), later=later)
        return _for_later(state, run, turn)
    if plain(words_of(turn)) in phrases("back"):
        return _back(state, run, run.place, turn)
    if plain(words_of(turn)) in phrases("explain"):
        return explain(state, turn)
    if step.kind is Kind.CHECK:
        kept: tuple[Effect, ...] = (AddToTicket(run.ticket),) if words_of(turn) else ()
        return Decision(state, (*kept, Say(key="sop-still-checking")))
    if step.wanted is Wanted.CHOICE:
        return _in_words(state, run, run.place, step, turn)
    return _given(state, run, run.place, step, turn)


def result(turn: Turn) -> Decision:
    """The check that was waited for has ended."""
    run, state = turn.run, turn.state
    assert run is not None  # the rule asked
    assert run.place is not None
    assert run.result is not None
    walked = walk.found(run.sop, run.place, run.result, turn.now)
    before = Walking(question=turn.question)
    if isinstance(state, Walking):
        before = replace(state, question=turn.question, reminders=0)
    left = KeepPlace(place=walked.place, left=run.place.step, answer=run.result)
    return _onward(before, run, walked, turn, (*told.of_run(turn), left))


def show_again(state: Walking, turn: Turn, *before: Effect) -> Decision:
    """The step that waits, in the language of the turn."""
    run = turn.run
    if run is None or run.place is None:
        return Decision(state, before)
    step = walk.waits_at(run.sop, run.place)
    if step.kind is Kind.CHECK:
        return Decision(state, (*before, Say(key="sop-still-checking")))
    said = _told(run, run.place, (step,), turn)
    return Decision(state, (*before, Tell(text=said, choices=choices(state, turn))))


def explain(state: Walking, turn: Turn) -> Decision:
    run = turn.run
    if run is None or run.place is None:
        return Decision(state)
    step = _spoken(run, turn).steps[run.place.step]
    if not step.why:
        return show_again(state, turn, Say(key="sop-no-why"))
    why = Tell(text=walk.filled(step.why, run.place, escape), choices=choices(state, turn))
    return Decision(state, (why,))


def stop(state: Walking, turn: Turn) -> Decision:
    return _ended(state, turn, End.STOPPED, Say(key="sop-stopped", values=_number(turn)))


def call_human(state: Walking, turn: Turn) -> Decision:
    if turn.run is None:
        return Decision(IDLE)
    ticket = turn.run.ticket
    called = (AddToTicket(ticket), CallHuman(ticket))
    said = Say(key="human-called", values=_number(turn))
    return _ended(state, turn, End.PERSON, *called, said)


def leave(state: Walking, turn: Turn, end: End, *effects: Effect) -> Decision:
    """Without a word: somebody else goes on."""
    return _ended(state, turn, end, *effects)


def unanswered(state: Walking, turn: Turn) -> Decision:
    """A reminder, then it rests: the ticket has all that was said, and people see it."""
    run = turn.run
    if rests(state) or run is None or run.place is None:
        return Decision(state)
    if walk.waits_at(run.sop, run.place).kind is Kind.CHECK:
        return Decision(state)  # its time limit ends it
    state = replace(state, reminders=state.reminders + 1)
    if not rests(state):
        return show_again(state, turn, Say(key="sop-still-there"))
    rest = Say(key="sop-rests", values=_number(turn))
    if state.later:
        # The other problem need not wait for this one.
        return _ended(state, turn, End.SILENT, rest)
    return Decision(state, (rest,))


def rests(state: Walking) -> bool:
    return state.reminders >= RESTS


def choices(state: Walking, turn: Turn) -> tuple[Choice, ...]:
    run = turn.run
    if run is None or run.place is None:
        return ()
    step = _spoken(run, turn).steps[run.place.step]

    def button(action: Action) -> Choice:
        label = turn.texts.label(f"choice-{action}", turn.language)
        return choice(state.question, action, label)

    offered = [
        choice(state.question, Action.ANSWER, one.label, str(n))
        for n, one in enumerate(step.options)
        if step.kind is Kind.ASK
    ]
    if step.optional:
        offered.append(button(Action.SKIP))
    if step.why:
        offered.append(button(Action.EXPLAIN))
    if walk.can_go_back(run.sop, run.place):
        offered.append(button(Action.BACK))
    return (*offered, button(Action.STOP), button(Action.HUMAN))


def typed_in(offered: Sequence[Sequence[Choice]], turn: Turn) -> Pick | None:
    """The choice meant by words: those of the first line, too, for a letter often says more. A number is an
    answer of its own where no choices are offered."""
    run = turn.run
    if run is None or run.place is None:
        return None
    step, text = walk.waits_at(run.sop, run.place), words_of(turn)
    if step.kind is not Kind.ASK or step.wanted is not Wanted.CHOICE:
        return None if any(sign.isdigit() for sign in text) else typed(text, offered)
    return meant(text, offered)


def meant(text: str, offered: Sequence[Sequence[Choice]]) -> Pick | None:
    """The choice that words mean; if not all of them, those of a line near the top: letters greet first."""
    if answers.hesitates(text):
        return None
    text = answers.without_reasons(text)
    lines = [line for line in text.split("\n") if line.strip()]
    for words in (text, *(lines[:LOOKED_AT] if len(lines) > 1 else ())):
        pick = typed(words, offered) or _beginning(words, offered)
        if pick is not None:
            return pick
    return None


def _beginning(text: str, offered: Sequence[Sequence[Choice]]) -> Pick | None:
    """ "Yes" for "Yes, it opens": the one label that begins with these words; or any word for yes or no."""
    words = plain(text)
    if not words:
        return None
    for labels in offered:
        labelled = [one for one in labels if f":{Action.ANSWER}:" in one.value]
        fits = [[one for one in labelled if _begins(words, (plain(one.label),))]]
        whole = (words,) if words[0] < "\u2e80" or len(words) > 1 else ()
        fits.append([one for one in labelled if _begins(plain(one.label), whole)])
        # "No paper" is no "No".
        yes_no = [one for one in labelled if not answers.names_a_lack(plain(one.label))]
        for name in _YES_NO:
            said = _like(words, name)
            fits.append([one for one in yes_no if _begins(plain(one.label), said)])
        for fit in fits:
            if len(fit) == 1:
                return pressed(fit[0].value, labelled)
    return None


_YES_NO: Final[Mapping[str, tuple[str, ...]]] = {
    "yes": ("yes", "да", "是", "能", "可以", "有"),
    "no": ("no", "нет", "不", "没", "否"),
}


def _like(words: str, name: str) -> tuple[str, ...]:
    """The words that labels begin with for yes or for no, if this is one: "yep", "no, nothing at all"."""
    if words in phrases(name) or (name == "yes" and words in phrases("done")):
        return _YES_NO[name]
    if len(words) > SHORT or not _says_first(words, name):
        return ()
    unsure = any(_begins(words, (one,)) for one in phrases("skip")) or (
        name == "yes" and NEGATION.search(words) is not None
    )
    return () if unsure else _YES_NO[name]


def _says_first(words: str, name: str) -> bool:
    """Chinese has no spaces: there "不断了" begins with no "no", and the first clause must be one."""
    first = answers.first_clause(words)
    if first in phrases(name) or first in phrases("surely" if name == "yes" else "surely-not"):
        return True
    if name == "no" and answers.names_a_lack(words) and answers.wellness(words) > 0:
        return False  # "no drops since"
    return _begins(words, tuple(one for one in _YES_NO[name] if one < "\u2e80"))


def _begins(label: str, said: Sequence[str]) -> bool:
    """With one of these words, whole where the script has words."""
    for one in said:
        if one and label.startswith(one):
            rest = label[len(one) :]
            if not rest or not rest[0].isalnum() or one[0] >= "\u2e80":
                return True
    return False


# -- how


def _begun(
    sop: Sop, turn: Turn, later: tuple[Matter, ...], before: tuple[Effect, ...], *after: Effect
) -> Decision:
    walked = walk.begin(sop, turn.now)
    run = Run(sop=sop, place=walked.place, ticket=0, number="")
    state = Walking(question=turn.question, later=later)
    begun = _onward(state, run, walked, turn, (*before, KeepPlace(place=walked.place)))
    return replace(begun, effects=(*begun.effects, *after))


def _chosen(state: Walking, run: Run, place: Place, pick: int, turn: Turn) -> Decision:
    walked = walk.choose(run.sop, place, pick, turn.now)
    label = walk.waits_at(run.sop, place).options[pick].label
    left = KeepPlace(place=walked.place, left=place.step, answer=label)
    # What else a letter says than its choice is read by the agents.
    more: tuple[Effect, ...] = (AddToTicket(run.ticket),) if _says_more(turn) else ()
    return _onward(state, run, walked, turn, (*more, left))


def _says_more(turn: Turn) -> bool:
    files = turn.message is not None and bool(turn.message.attachments)
    return files or "\n" in words_of(turn)


def _answered(state: Walking, run: Run, place: Place, words: str, turn: Turn) -> Decision:
    walked = walk.answer(run.sop, place, words, turn.now)
    left = KeepPlace(place=walked.place, left=place.step, answer=words)
    more: tuple[Effect, ...] = (AddToTicket(run.ticket),) if _has_files(turn) else ()
    return _onward(state, run, walked, turn, (*more, left))


def _has_files(turn: Turn) -> bool:
    return turn.message is not None and bool(turn.message.attachments)


def _given(state: Walking, run: Run, place: Place, step: Step, turn: Turn) -> Decision:
    """A text, a number or a file."""
    words = words_of(turn)
    if step.optional and intends(turn, Intent.SKIP, Intent.NO):
        return _answered(state, run, place, "", turn)
    match step.wanted:
        case Wanted.NUMBER:
            number = walk.number_in(words, step)
            if number is not None:
                return _answered(state, run, place, str(number), turn)
            return _astray(state, run, turn, "sop-want-number")
        case Wanted.FILE:
            if turn.message is not None and turn.message.attachments:
                names = ", ".join(file.name for file in turn.message.attachments)
                return _answered(state, run, place, names, turn)
            return _astray(state, run, turn, "sop-want-file")
        case _:
            if words and step.why and answers.is_question(words):
                return _answered_back(state, run, turn)
            if words:
                return _answered(state, run, place, words, turn)
            if turn.message is not None and turn.message.attachments:
                names = ", ".join(file.name for file in turn.message.attachments)
                return _answered(state, run, place, names, turn)
            return _astray(state, run, turn, "sop-astray")


def _in_words(state: Walking, run: Run, place: Place, step: Step, turn: Turn) -> Decision:
    """None of the choices, but perhaps what one of them means."""
    if only_files(turn):
        return show_again(state, turn, AddToTicket(run.ticket), Say(key="sop-file-kept"))
    if intends(turn, Intent.SOLVED):
        solving = [
            n for n, one in enumerate(step.options) if walk.leads_to(run.sop, one.to) is Kind.SOLVED
        ]
        if len(solving) == 1:
            return _chosen(state, run, place, solving[0], turn)
        if not solving and not _asks_whether(step):
            return _solved(state, turn)
    if _asks_back(turn):
        if step.why:
            return _answered_back(state, run, turn)
        return _astray(state, run, turn, "sop-no-why")
    if (pick := _by_state(run, step, turn)) is not None:
        return _taken_as(state, run, place, pick, turn)
    return _astray(state, run, turn, "sop-astray")


def _answered_back(state: Walking, run: Run, turn: Turn) -> Decision:
    """What the step means, to who asked instead of answering."""
    told = explain(state, turn)
    return replace(told, effects=(AddToTicket(run.ticket), *told.effects))


def _taken(run: Run, step: Step, turn: Turn) -> int | None:
    """The choice that words come close enough to that they are nothing else."""
    words = words_of(turn)
    if _asks_back(turn) or answers.hesitates(words):
        return None
    pick = _by_labels(run, step, turn, partial(_likest, turn.now))
    if pick is None and answers.is_brief(words) and not intends(turn, Intent.SOLVED):
        return _by_state(run, step, turn)
    if pick is not None and walk.leads_to(run.sop, step.options[pick].to) is Kind.SOLVED:
        return None if answers.is_no(plain(words)) else pick  # "only Excel does not" solves nothing
    return pick


def _by_state(run: Run, step: Step, turn: Turn) -> int | None:
    """By whether it is well or not; but not the mouse where the printer is spoken of."""
    devices = [fact for fact in understood(turn).facts if fact.kind == "device"]
    if any(not _knows(run, fact, turn) for fact in devices):
        return None
    return _by_labels(run, step, turn, _judged)


def _knows(run: Run, device: Fact, turn: Turn) -> bool:
    """Whether the SOP speaks of it, in its own language or in that of the facts."""
    named = words_of(turn)[device.start : device.end]
    sops = (run.sop, turn.book.find(run.sop.id, Language.EN) or run.sop)
    for sop, name in zip(sops, (named, device.value), strict=True):
        steps = (
            f"{one.text} {' '.join(o.label for o in one.options)}" for one in sop.steps.values()
        )
        if frozenset(terms(name)) <= frozenset(terms(f"{sop.title} {' '.join(steps)}")):
            return True
    return False


def _judged(said: str, labels: Sequence[str], question: str) -> int | None:
    if answers.hesitates(said):
        return None
    found = answers.judged(said, labels, question, agrees=_says_first(plain(said), "yes"))
    return answers.echoed(said, labels, question) if found is None else found


def _likest(now: datetime, said: str, labels: Sequence[str], question: str) -> int | None:
    found = counted(plain(said), [plain(one) for one in labels], question, now)
    if found is None:
        found = answers.likest(said, labels)
    return None if found is None or answers.contradicts(said, labels[found], question) else found


def _asks_back(turn: Turn) -> bool:
    words = words_of(turn)
    return words.rstrip().endswith(("?", "？")) or answers.is_question(words)


def _by_labels(
    run: Run, step: Step, turn: Turn, find: Callable[[str, Sequence[str], str], int | None]
) -> int | None:
    """By its labels in the language of the turn, then in that of the walk; a letter may greet first."""
    text = answers.without_reasons(words_of(turn))
    lines = [line for line in text.split("\n") if line.strip()]
    for sop in dict.fromkeys((_spoken(run, turn).language, run.sop.language)):
        steps = run.sop.steps if sop is run.sop.language else _spoken(run, turn).steps
        labels = [one.label for one in steps[step.id].options]
        for words in (text, *(lines[:LOOKED_AT] if len(lines) > 1 else ())):
            if (pick := find(words, labels, steps[step.id].text)) is not None:
                return pick
    return None


def _taken_as(state: Walking, run: Run, place: Place, pick: int, turn: Turn) -> Decision:
    """Said, so that who meant another one can go back; the words themselves are for the agents."""
    label = _spoken(run, turn).steps[place.step].options[pick].label
    taken = _chosen(state, run, place, pick, turn)
    said = () if AddToTicket(run.ticket) in taken.effects else (AddToTicket(run.ticket),)
    understood_as = Say(key="sop-taken-as", values={"answer": label})
    return replace(taken, effects=(*said, understood_as, *taken.effects))


def _asks_whether(step: Step) -> bool:
    """ "It works" may then be what was asked for, and not that all is well."""
    return any(_begins(plain(one.label), _YES_NO["yes"]) for one in step.options)


def _solved(state: Walking, turn: Turn) -> Decision:
    say = Say(key="closed-by-you", values=_number(turn))
    return _ended(state, turn, End.SOLVED, say, NewMatter())


def _astray(state: Walking, run: Run, turn: Turn, key: str) -> Decision:
    """Kept on the ticket, and asked again; who is not understood then either gets a person."""
    kept = AddToTicket(run.ticket)
    state = replace(state, astray=state.astray + 1)
    limit = ASTRAY_AMONG_CHOICES if _has_choices(run) else ASTRAY
    if state.astray >= limit:
        called = Say(key="sop-person-instead", values=_number(turn))
        return _ended(state, turn, End.PERSON, kept, CallHuman(run.ticket), called)
    return show_again(state, turn, kept, Say(key=key))


def _has_choices(run: Run) -> bool:
    assert run.place is not None  # the flow asked
    return walk.waits_at(run.sop, run.place).wanted is Wanted.CHOICE


def _back(state: Walking, run: Run, place: Place, turn: Turn) -> Decision:
    earlier = walk.back(run.sop, place)
    if earlier is None:
        return show_again(state, turn, Say(key="sop-at-the-beginning"))
    state = Walking(question=turn.question, later=state.later)
    moved = replace(turn, run=replace(run, place=earlier))
    left = KeepPlace(place=earlier, left=place.step, answer="back")
    return show_again(state, moved, left)


def _onward(
    state: Walking, run: Run, walked: Walked, turn: Turn, before: tuple[Effect, ...]
) -> Decision:
    """Tell what comes next, do what the steps passed want done, and wait, check or end."""
    run = replace(run, place=walked.place)
    turn = replace(turn, run=run)
    state = Walking(question=turn.question, later=state.later)
    effects = [*before, *_done(walked, walked.done if walked.end is None else walked.done[:-1])]
    said = _told(run, walked.place, walked.said, turn)
    if walked.end is not None:
        return _at_the_end(state, run, walked, turn, effects, said)
    step = walk.waits_at(run.sop, walked.place)
    if step.kind is Kind.ASK:
        return Decision(state, (*effects, Tell(text=said, choices=choices(state, turn))))
    if step.action not in turn.actions:
        # Nobody has set it up here: the way for when it cannot be known, and no word of looking.
        said = _told(run, walked.place, [one for one in walked.said if one.id != step.id], turn)
        told = (Tell(text=said),) if said else ()
        following = walk.found(run.sop, walked.place, "cannot", turn.now)
        left = KeepPlace(place=following.place, left=step.id, answer="cannot")
        return _onward(state, run, following, turn, (*effects, *told, left))
    arguments = {name: walk.filled(value, walked.place) for name, value in step.arguments.items()}
    telling = Tell(text=said) if said else Say(key="sop-checking")
    return Decision(state, (*effects, telling, StartCheck(step.action, arguments)))


def _done(walked: Walked, steps: Sequence[Step]) -> list[Effect]:
    effects: list[Effect] = []
    for step in steps:
        given = {name: walk.filled(value, walked.place) for name, value in step.arguments.items()}
        if step.kind is Kind.SET:
            effects.append(ChangeTicket(given))
        elif step.kind is Kind.ESCALATE:
            effects.append(
                EscalateTicket(
                    queue=given.get("queue"), level=given.get("level"), why=f"SOP step {step.id}"
                )
            )
        elif "queue" in given:
            effects.append(ChangeTicket({"queue": given["queue"]}))
    return effects


def _at_the_end(
    state: Walking,
    run: Run,
    walked: Walked,
    turn: Turn,
    effects: list[Effect],
    said: str,
) -> Decision:
    assert walked.end is not None
    last = [] if walked.end is End.ROUNDS else _done(walked, walked.done[-1:])
    told: tuple[Effect, ...] = (Tell(text=said),) if said else ()
    closing = Say(key=f"sop-{walked.end}")
    called: tuple[Effect, ...] = ()
    if walked.end is End.ROUNDS and run.ticket:
        called = (CallHuman(run.ticket),)
    return Decision(
        IDLE,
        (*effects, *last, *called, EndSop(walked.end), *told, closing, NewMatter()),
        later=state.later,
    )


def _ended(state: Walking, turn: Turn, end: End, *effects: Effect) -> Decision:
    return Decision(IDLE, (EndSop(end), *effects), later=state.later)


def _is_another_matter(run: Run, step: Step, turn: Turn) -> bool:
    """Judged more strictly where any words may be the answer."""
    brief, reading = filing.find(run.ticket, turn), understood(turn)
    if brief is None or not intends(turn, Intent.ASK) or turn.terms & brief.terms:
        return False
    threshold = turn.policy.category_threshold
    if reading.category_confidence < threshold or str(reading.category) == brief.category:
        return False
    helped = bool(worth_showing(reading, turn))
    surer = reading.category_confidence >= threshold + SURER
    if len(turn.terms) < (ENOUGH_AT_ONCE if run.sop.at_once else ENOUGH):
        return False  # a word or two answer the step, if badly
    if _speaks_of_the_step(run, step, turn) and not answers.adds_another(words_of(turn)):
        return False
    free = step.kind is Kind.ASK and step.wanted is Wanted.TEXT
    names = any(fact.kind in TELLING_FACTS for fact in reading.facts)
    if free:
        # "black Dell, PC-1234" is what was asked for; another matter says that something fails.
        fails = answers.is_no(plain(words_of(turn)))
        return helped and surer and fails and not run.sop.at_once
    return helped or (surer and names)


def _speaks_of_the_step(run: Run, step: Step, turn: Turn) -> bool:
    """Has words of the question or its answers: where there are choices, it then is about them."""
    if step.kind is not Kind.ASK or step.wanted is not Wanted.CHOICE:
        return False
    steps = (step, _spoken(run, turn).steps[step.id])
    said = " ".join(f"{one.text} {' '.join(o.label for o in one.options)}" for one in steps)
    return bool(turn.terms & frozenset(telling(said)))


def _for_later(state: Walking, run: Run, turn: Turn) -> Decision:
    """A letter takes days: its other matter gets a ticket now. In a chat it comes right after this one."""
    matter = matter_of(turn)
    if turn.by_letter:
        opened = (OpenTicket(matter=matter), Say(key="sop-other-letter"))
        return show_again(state, turn, *opened)
    state = replace(state, later=(*state.later, matter))
    told = Say(key="sop-other-later", values={"words": shorten(matter.words[0], 80)})
    return show_again(state, turn, told)


def _number(turn: Turn) -> dict[str, str | int]:
    return {} if turn.run is None else {"ticket": turn.run.number}


def _spoken(run: Run, turn: Turn) -> Sop:
    """The SOP in the language of the turn, where there is the same walk in it."""
    if turn.language == str(run.sop.language):
        return run.sop
    other = turn.book.find(run.sop.id, turn.language)
    if other is None or str(other.language) != turn.language or not is_same_walk(run.sop, other):
        return run.sop
    return other


def _told(run: Run, place: Place, steps: Sequence[Step], turn: Turn) -> str:
    sop = _spoken(run, turn)
    texts = (sop.steps[step.id].text for step in steps)
    return "\n\n".join(walk.filled(text, place, escape) for text in texts if text)


def _foreign(sop: Sop, turn: Turn) -> tuple[Effect, ...]:
    """That it is in another language than the conversation."""
    return () if str(sop.language) == turn.language else (Say(key=f"sop-in-{sop.language}"),)


def open_unasked(state: Inviting) -> Decision:
    """Nobody answered the invitation: the problem was told all the same."""
    return open_ticket(state.matter, state.later, unasked=True)
