"""A call as the desk gets it: the caller's words, the record of all, and who called."""

from datetime import UTC, datetime

import pytest

from channels.message import InboundMessage
from channels.phone import CALL, Segment, State, Update, Word, update_of
from channels.phone.numbers import line_of
from channels.phone.record import message_from

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def message(*segments: Segment, **more: object) -> InboundMessage:
    told = {
        "call": "c1",
        "source": "phone",
        "sequence": 1,
        "caller": "030 901820",
        "segments": segments,
    }
    return message_from(Update(**told | more), "phone", "DE", NOW)  # type: ignore[arg-type]


def one(speaker: str, text: str, start: float = 0.0, **more: object) -> Segment:
    return Segment(speaker=speaker, text=text, start=start, **more)  # type: ignore[arg-type]


def test_the_desk_understands_the_caller_and_keeps_both_to_the_letter() -> None:
    got = message(
        one("agent", "Service desk, um, how can I help?", 0),
        one("caller", "Um, my my VPN drops.", 4),
        one("caller", "It says error 809.", 7),
        one("agent", "Since when?", 65),
        one("caller", "Since Monday.", 3700),
        language="en",
    )
    assert got.text == "my VPN drops. It says error 809.\nSince Monday."
    assert got.folded == (
        "[0:00] agent: Service desk, um, how can I help?\n"
        "[0:04] caller: Um, my my VPN drops.\n"
        "[0:07] caller: It says error 809.\n"
        "[1:05] agent: Since when?\n"
        "[1:01:40] caller: Since Monday."
    )
    assert (got.conversation, got.changes, got.chosen) == ("c1", "CALL/c1", None)


def test_doubtful_words_are_marked_in_the_record_only() -> None:
    words = (Word("error", 0.9), Word("809", 0.3))
    got = message(
        one("caller", "It says… error, 809!", words=words), one("", "hm", 1, confidence=0.2)
    )
    assert got.text == "It says… error, 809!"
    assert got.folded == "[0:00] caller: It says… error, ⟨809?⟩!\n[0:01] unknown speaker: ⟨hm?⟩"


def test_words_without_spaces_are_not_torn_apart() -> None:
    words = (Word("打印机", 0.4), Word("坏了", 0.9))
    assert (
        message(one("caller", "打印机坏了", words=words)).folded == "[0:00] caller: ⟨打印机?⟩坏了"
    )


def test_two_callers_are_both_heard_and_told_apart() -> None:
    got = message(one("caller", "I cannot print"), one("caller 2", "Nor can I", 2))
    assert got.text == "I cannot print\nNor can I"
    assert "caller 2: Nor can I" in (got.folded or "")


def test_where_nobody_is_known_to_be_the_caller_everybody_is_heard() -> None:
    got = message(one("speaker 1", "Hello?"), one("speaker 2", "My mail is gone", 1))
    assert got.text == "Hello?\nMy mail is gone"


def test_a_call_that_starts_is_a_message_without_words() -> None:
    got = message(state=State.RINGING, source="sip-ringing", agent="ext 12")
    assert (got.chosen, got.text, got.folded) == (CALL, "", None)
    told = update_of(got)
    assert told is not None
    assert (told.state, told.agent, told.caller) == (State.RINGING, "ext 12", "+4930901820")


def test_every_update_is_a_message_of_its_own_and_the_same_one_the_same() -> None:
    ids = [message(sequence=n, call="a/b").message_id for n in (1, 2, 2)]
    assert ids == ["CALL/a%2Fb/phone/1", "CALL/a%2Fb/phone/2", "CALL/a%2Fb/phone/2"]


def test_four_hours_are_cut_for_understanding_and_whole_in_the_record() -> None:
    got = message(*(one("caller", f"sentence {n} of many.", n) for n in range(10_000)))
    assert len(got.text) <= 20_010
    assert got.text.endswith("…")
    assert got.folded is not None
    assert got.folded.count("\n") == 9_999


@pytest.mark.parametrize(
    ("told", "region", "address"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("004930901820", None, "+4930901820"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("sip:+4930901820@pbx.example;user=phone", None, "+4930901820"),
        ("tel:+4930901820", None, "+4930901820"),
        ("1042", "DE", "extension:1042"),
        ("sip:1042@pbx.example", None, "extension:1042"),
        ("anonymous", "DE", "withheld:c1"),
        ("sip:anonymous@anonymous.invalid", "DE", "withheld:c1"),
        ("", "DE", "withheld:c1"),
        ("+266696687", None, "withheld:c1"),
        ("+1", "DE", "unknown:c1"),
        ("call me", "DE", "unknown:c1"),
        ("030901820", None, "unknown:c1"),
        (None, "DE", "unknown:c1"),
    ],
)
def test_whose_number_it_is(told: str | None, region: str | None, address: str) -> None:
    line = line_of(told, "c1", region)
    assert line.address == address
    assert (line.phone == address) is address.startswith("+")


def test_two_withheld_numbers_are_not_one_person() -> None:
    assert line_of("", "c1", None).address != line_of("", "c2", None).address
