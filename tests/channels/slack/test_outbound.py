"""Messages, forms and the home as Slack takes them."""

from typing import Any

import pytest
from msgspec.structs import replace

from channels.channel import Undeliverable, View
from channels.forms import Field, Form
from channels.message import Attachment, Choice, Menu, OutboundMessage, PublicText
from channels.slack.mrkdwn import LONGEST_TEXT
from channels.slack.outbound import Where, posts_of, where_of, whole_post
from channels.slack.views import Context, context_of, home, modal

PLAIN = OutboundMessage(
    key="k1", channel="slack", to="T1/UANA", conversation="T1/UANA", text=PublicText("Hello")
)
FILE = Attachment(name="a.txt", content_type="text/plain", size=3, sha256="0" * 64)


def labels(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"v{n}", f"Label {n}") for n in range(count))


def test_words_alone_are_a_text() -> None:
    [post] = posts_of(PLAIN)
    assert (post.text, post.blocks) == ("Hello", [])


def test_an_agents_name_goes_before_the_words() -> None:
    [post] = posts_of(replace(PLAIN, author="Ann <b>"))
    assert post.text == "*Ann &lt;b&gt;*\nHello"


def test_files_without_words_need_no_text() -> None:
    assert posts_of(replace(PLAIN, text=PublicText(""), attachments=(FILE,))) == []


def test_buttons_come_with_the_last_part_of_a_long_text() -> None:
    posts = posts_of(replace(PLAIN, text=PublicText("a few words. " * 600), choices=labels(2)))
    assert len(posts) == 3
    assert [bool(post.blocks) for post in posts] == [False, False, True]
    assert all(len(post.text) <= LONGEST_TEXT for post in posts)


def test_many_buttons_take_several_blocks_with_ids_of_their_own() -> None:
    [post] = posts_of(replace(PLAIN, choices=labels(60)))
    sizes = [len(block["elements"]) for block in post.blocks if block["type"] == "actions"]
    assert sizes == [25, 25, 10]
    ids = [one["action_id"] for block in post.blocks[1:] for one in block["elements"]]
    assert len(set(ids)) == 60


def test_a_label_is_cut_and_a_value_never() -> None:
    [post] = posts_of(replace(PLAIN, choices=(Choice("v" * 2000, "x" * 90),)))
    [element] = post.blocks[1]["elements"]
    assert len(element["text"]["text"]) == 75
    assert element["value"] == "v" * 2000
    with pytest.raises(Undeliverable):
        posts_of(replace(PLAIN, choices=(Choice("v" * 2001, "x"),)))


def test_more_buttons_than_a_message_holds_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(Undeliverable):
        posts_of(replace(PLAIN, choices=labels(1300)))


def menu(count: int, picked: str) -> Menu:
    return Menu(label="Team", choices=labels(count), picked=picked, open="team?")


def test_a_menu_shows_what_holds_now() -> None:
    [post] = posts_of(replace(PLAIN, menus=(menu(3, "v1"),), choices=labels(1)))
    section, beside, actions = post.blocks
    assert section["text"]["text"] == "Hello"
    assert beside["text"]["text"] == "Team"
    assert beside["accessory"]["initial_option"]["value"] == "v1"
    assert beside["accessory"]["action_id"] != actions["elements"][0]["action_id"]


def test_a_menu_of_more_than_a_hundred_still_shows_what_holds_now() -> None:
    [post] = posts_of(replace(PLAIN, menus=(menu(120, "v119"),)))
    options = post.blocks[1]["accessory"]["options"]
    assert len(options) == 100
    assert options[-1] == post.blocks[1]["accessory"]["initial_option"]


def test_what_replaces_another_is_one_message() -> None:
    long = replace(PLAIN, text=PublicText("a few words. " * 600), choices=labels(1))
    post = whole_post(long)
    assert post.text.endswith("\n…")
    assert [block["type"] for block in post.blocks] == ["section", "actions"]
    assert len(post.blocks[0]["text"]["text"]) <= LONGEST_TEXT


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({}, Where(team="T1", channel="UANA")),
        ({"conversation": "T1/UANA/5.1"}, Where(team="T1", channel="UANA", thread="5.1")),
        (
            {"to": "T1/C1", "conversation": "T1/C1/5.1"},
            Where(team="T1", channel="C1", thread="5.1"),
        ),
        ({"to": "T1/C1", "under": "C1/7.1"}, Where(team="T1", channel="C1", thread="7.1")),
        (
            {"to": "T1/C1", "conversation": "T1/C1/5.1", "opens_thread": True},
            Where(team="T1", channel="C1"),
        ),
        ({"to": "T1/C1", "conversation": "T1/UANA"}, Where(team="T1", channel="C1")),
    ],
)
def test_messages_go_where_they_belong(more: dict[str, Any], where: Where) -> None:
    assert where_of(replace(PLAIN, **more)) == where


@pytest.mark.parametrize("to", ["", "T1", "T1/", "/C1", "T1/C1/5.1"])
def test_what_is_no_destination_is_refused(to: str) -> None:
    with pytest.raises(Undeliverable):
        where_of(replace(PLAIN, to=to))


def test_a_form_is_a_modal_that_remembers_where_it_was_opened() -> None:
    form = Form(
        title="A title that is far too long for Slack",
        submit="Send",
        cancel="Not now",
        value="/new",
        fields=(
            Field(name="title", label="What", initial="VPN"),
            Field(name="urgency", label="How bad", choices=labels(2), initial="v1", required=False),
        ),
    )
    context = Context(value="/new", conversation="T1/C1/5.1", place="T1/C1")
    view = modal(form, context)
    assert context_of(view) == context
    assert len(view["title"]["text"]) <= 24
    title, urgency = view["blocks"]
    assert (title["block_id"], title["element"]["initial_value"]) == ("title", "VPN")
    assert urgency["optional"]
    assert urgency["element"]["initial_option"]["value"] == "v1"


def test_the_home_has_a_field_to_search_in() -> None:
    view = home(View(text=PublicText("**2** open"), choices=labels(2)), "Search")
    search, section, actions = view["blocks"]
    assert search["dispatch_action"]
    assert section["text"]["text"] == "*2* open"
    assert len(actions["elements"]) == 2
    assert len(home(View(text=PublicText("x" * 400_000)), "?")["blocks"]) == 100
