"""Updates of one call, in any order and any number of times, are one record."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channels.phone import Segment, State, Update, assemble

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TIMES = st.none() | st.integers(0, 20_000).map(lambda seconds: START + timedelta(seconds=seconds))
WORDS = st.none() | st.sampled_from(["a", "b", "c"])
SEGMENTS = st.lists(
    st.builds(
        Segment,
        speaker=st.sampled_from(["caller", "caller 2", "agent", ""]),
        text=st.sampled_from(["yes", "no", "error 809"]),
        start=st.none() | st.floats(0, 100),
    ),
    max_size=3,
).map(tuple)
UPDATES = st.lists(
    st.builds(
        Update,
        call=st.just("c1"),
        source=st.sampled_from(["phone", "live"]),
        sequence=st.integers(0, 5),
        final=st.booleans(),
        whole=st.booleans(),
        state=st.none() | st.sampled_from(State),
        caller=WORDS,
        verified=st.booleans(),
        agent=WORDS,
        started=TIMES,
        ended=TIMES,
        segments=SEGMENTS,
    ),
    min_size=1,
    max_size=6,
)


def update(sequence: int, *words: str, **more: object) -> Update:
    told = {
        "call": "c1",
        "source": "phone",
        "sequence": sequence,
        "segments": tuple(Segment(speaker="caller", text=one) for one in words),
    }
    return Update(**told | more)  # type: ignore[arg-type]


def said(*updates: Update) -> list[str]:
    return [one.text for one in assemble(updates).segments]


@given(UPDATES, st.randoms())
def test_order_makes_no_difference(updates: list[Update], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(updates)
    random.shuffle(shuffled)
    assert assemble(shuffled) == assemble(updates)


@given(UPDATES, st.integers(0, 5))
def test_repetition_makes_no_difference(updates: list[Update], which: int) -> None:
    assert assemble([*updates, updates[which % len(updates)]]) == assemble(updates)


@given(UPDATES)
def test_a_call_never_ends_before_it_started(updates: list[Update]) -> None:
    call = assemble(updates)
    assert call.started is None or call.ended is None or call.started <= call.ended


@given(UPDATES)
def test_words_are_never_hidden_by_none(updates: list[Update]) -> None:
    assert bool(assemble(updates).segments) == any(one.segments for one in updates)


def test_a_final_update_wins_over_a_later_partial_one() -> None:
    assert said(update(2, "the end", final=True), update(7, "the")) == ["the end"]


def test_of_partial_ones_the_highest_sequence_wins() -> None:
    assert said(update(3, "my VPN drops"), update(2, "my VPN")) == ["my VPN drops"]


def test_pieces_are_put_in_their_order_and_preliminary_ones_give_way() -> None:
    pieces = [
        update(3, "it says 809", whole=False, final=True),
        update(1, "my V", whole=False),
        update(2, "my VPN drops", whole=False, final=True),
        update(4, "since Mon", whole=False),
    ]
    assert said(*pieces) == ["my VPN drops", "it says 809", "since Mon"]


def test_the_whole_transcript_replaces_what_was_heard_live() -> None:
    live = update(9, "my fee pee en", whole=False, final=True, source="live")
    assert said(update(0, "my VPN", final=True), live) == ["my VPN"]


def test_what_one_update_leaves_out_another_one_tells() -> None:
    ringing = update(0, state=State.RINGING, caller="+4930901820", started=START)
    ended = update(1, state=State.ENDED, ended=START + timedelta(hours=4))
    call = assemble([ended, update(2, "words", language="de"), ringing])
    assert (call.caller, call.language, call.state) == ("+4930901820", "de", State.ENDED)
    assert call.started == START
    assert call.ended == START + timedelta(hours=4)
