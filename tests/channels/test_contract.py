"""What every channel keeps, whatever its network: one suite for all adapters."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from channels.channel import Formatting
from channels.message import Choice, InboundMessage, OutboundMessage, PublicText
from tests.channels.far_ends import ANSWERING, FAR_ENDS, Desk, FarEnd


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(params=FAR_ENDS)
async def end(request: pytest.FixtureRequest, desk: Desk) -> AsyncIterator[FarEnd]:
    async with FAR_ENDS[request.param](desk) as end:
        yield end


def words(text: str, *labels: str, key: str = "k1") -> OutboundMessage:
    return OutboundMessage(
        key=key,
        channel="any",
        to="ana",
        conversation="c1",
        text=PublicText(text),
        choices=tuple(Choice(f"q1:{n}:{label[:9]}", label) for n, label in enumerate(labels)),
    )


def kept(desk: Desk) -> list[InboundMessage]:
    """As the intake does: what a network sends again, because it heard nothing in time, is known."""
    found: dict[str, InboundMessage] = {}
    for message in desk.received:
        found.setdefault(message.message_id, message)
    return list(found.values())


@pytest.mark.parametrize(
    "text",
    [
        "my VPN drops, error 809",
        "Не работает принтер — «опять»",
        "打印机坏了！🖨️",
        "<b>not bold</b> & <script>alert(1)</script>",
        "a 'quoted' \"text\" with \\ and %s and {braces}",
        "שלום مرحبا",
        "👩‍👩‍👧 family",
        "x" * 15_000,
    ],
)
async def test_words_arrive_as_they_were_written(end: FarEnd, desk: Desk, text: str) -> None:
    assert await end.say(text)
    # A network's own program may cut a long text before it sends it.
    assert "".join(message.text for message in kept(desk)) == text


async def test_what_nobody_can_see_does_not_arrive(end: FarEnd, desk: Desk) -> None:
    assert await end.say("pass\u202eword\x07 \x1b[31mred\u200f")
    assert desk.received[0].text == "password [31mred"


async def test_who_wrote_where_and_when_is_told(end: FarEnd, desk: Desk) -> None:
    assert await end.say("one")
    assert await end.say("two")
    first, second = kept(desk)
    assert first.channel == second.channel == end.channel.name
    assert first.conversation == second.conversation != ""
    assert first.sender.address == second.sender.address != ""
    assert first.message_id != second.message_id
    assert first.sent_at.utcoffset() == timedelta(0)
    assert first.chosen is None


async def test_nothing_is_acknowledged_that_was_not_kept(end: FarEnd, desk: Desk) -> None:
    desk.refusals = 1
    acknowledged = await end.say("keep this")
    assert acknowledged is end.retries
    assert len(kept(desk)) == int(end.retries)


async def test_all_that_is_said_is_seen_in_pieces_the_network_takes(end: FarEnd) -> None:
    text = "\n\n".join(f"Paragraph {n} says a little more than nothing." * 3 for n in range(150))
    await end.show(words(text))
    longest = end.channel.capabilities.max_length
    assert longest is None or max(map(len, end.seen())) <= longest
    shown = " ".join(" ".join(end.seen()).split())
    assert shown.startswith(" ".join(text.split())[:100])
    assert re.findall(r"Paragraph \d+", shown) == re.findall(r"Paragraph \d+", text)


async def test_order_is_kept(end: FarEnd) -> None:
    for n in range(12):
        await end.show(words(f"number {n}", key=f"k{n}"))
    assert re.findall(r"number \d+", "\n".join(end.seen())) == [f"number {n}" for n in range(12)]


@pytest.mark.parametrize("end", ANSWERING, indirect=True)
async def test_every_choice_comes_back_as_its_value(end: FarEnd, desk: Desk) -> None:
    labels = ("Solved it", "Не помогло", "转人工", "Read: 1. a <b>title</b>")
    message = words("Did that help?", *labels)
    await end.show(message)
    for choice in message.choices:
        assert await end.press(choice.label)
        assert desk.received[-1].chosen == choice.value


@pytest.mark.parametrize("end", ANSWERING, indirect=True)
async def test_a_label_longer_than_a_network_allows_can_still_be_pressed(
    end: FarEnd, desk: Desk
) -> None:
    message = words("Which?", "INC-1 " + "a very long title " * 20)
    await end.show(message)
    assert await end.press(message.choices[0].label)
    assert desk.received[-1].chosen == message.choices[0].value


async def test_markdown_becomes_what_the_network_shows(end: FarEnd) -> None:
    await end.show(words("Press **Start**, then see [the guide](https://help.example/vpn)."))
    shown = "\n".join(end.seen())
    assert "Start" in shown
    assert "https://help.example/vpn" in shown
    if end.channel.capabilities.formatting is not Formatting.MARKDOWN:
        assert "**" not in shown


async def test_markup_of_others_is_shown_as_letters(end: FarEnd) -> None:
    await end.show(words("type <script>alert(1)</script> & see"))
    assert "<script>alert(1)</script> & see" in "\n".join(end.seen())
