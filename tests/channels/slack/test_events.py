"""What is said in Slack, and what becomes of it later."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from channels.message import RemoteFile
from channels.slack.heard import HomeOpened
from channels.slack.inbound import Reader, lane_of, team_of
from tests.channels.slack.payloads import (
    LATER,
    ME,
    NOW,
    READER,
    TS,
    changed,
    event,
    must,
    read,
    said,
)


def test_a_direct_message_belongs_to_its_writer() -> None:
    message = must(said("my VPN &amp; mail &lt;both&gt;")).message
    assert message.text == "my VPN & mail <both>"
    assert (message.message_id, message.conversation) == (f"T1/D1/{TS}", "T1/UANA")
    assert message.place is None
    assert message.sender.address == "T1/UANA"
    assert message.sent_at == datetime.fromtimestamp(1700000000.0001, UTC)


def test_an_answer_in_a_thread_of_a_direct_message_stays_there() -> None:
    message = must(said("yes", ts=LATER, thread_ts=TS)).message
    assert message.conversation == f"T1/UANA/{TS}"
    assert message.references == (f"T1/D1/{TS}",)


def test_in_a_channel_a_message_is_the_root_of_its_thread() -> None:
    first = must(said("<@UBOT> help", "C1"))
    assert (first.message.place, first.message.conversation) == ("T1/C1", f"T1/C1/{TS}")
    answer = must(said("more", "C1", ts=LATER, thread_ts=TS))
    assert answer.message.conversation == f"T1/C1/{TS}"
    assert (first.addressed, answer.addressed) == (True, False)


def test_in_a_room_of_agents_everything_counts() -> None:
    assert must(said("I'll take it", "CROOM")).addressed


def test_a_mention_that_comes_as_two_events_is_one_message() -> None:
    both = [said("<@UBOT>: my VPN", "C1"), said("<@UBOT>: my VPN", "C1", type="app_mention")]
    first, second = (must(body).message for body in both)
    assert first == second
    assert first.text == "my VPN"


def test_a_bare_mention_calls_us_and_an_empty_message_is_nothing() -> None:
    assert must(said("<@UBOT>", "C1")).message.text == ""
    assert read(said("")) is None


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1", "user": "UBOT"},
        {"user": "UBOT"},
        {"user": "USLACKBOT"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
    ],
)
def test_bots_and_notices_are_not_listened_to(more: dict[str, Any]) -> None:
    assert read(said("<@UBOT> hello", "CROOM", **more)) is None


def test_other_bots_are_listened_to_if_an_administrator_says_so() -> None:
    reader = Reader(channel="slack", rooms=frozenset({"T1/CROOM"}), allow_bots=True)
    me = structs.replace(ME, bot="B1")

    def heard(**more: Any) -> Any:
        return reader.read(said("disk full", "CROOM", **more), me, NOW)

    other = heard(subtype="bot_message", bot_id="B9", user=None)
    assert other.message.automatic
    assert other.message.sender.address == "T1/B9"
    assert heard(bot_id="B1", user="UBOT") is None
    assert heard(subtype="bot_message", bot_id="B1", user=None) is None


def test_files_are_named_for_later() -> None:
    photo = {"id": "F1", "name": "screen.png", "mimetype": "image/png", "size": 7, "mode": "hosted"}
    gone = {"id": "F2", "mode": "tombstone"}
    linked = {"id": "F3", "is_external": True, "permalink": "https://docs.example/3"}
    message = must(said("see", subtype="file_share", files=[photo, gone, linked])).message
    screen = RemoteFile(id="T1/F1", name="screen.png", content_type="image/png", size=7)
    assert message.files == (screen,)
    assert message.text == "see\nhttps://docs.example/3"


def test_what_is_passed_on_is_quoted() -> None:
    shared = {"is_share": True, "text": "the printer\nburns"}
    unfolded = {"text": "a page", "title": "t"}
    message = must(said("look", attachments=[shared, unfolded])).message
    assert message.text == "look\n> the printer\n> burns"


def test_an_edit_names_what_it_changes() -> None:
    edited = {"text": "error 809", "edited": {"user": "UANA", "ts": LATER}}
    message = must(changed({"text": "error"}, edited)).message
    assert (message.changes, message.text) == (f"T1/D1/{TS}", "error 809")
    assert message.message_id == f"T1/D1/{TS}/{LATER}"
    assert message.conversation == "T1/UANA"


def test_a_link_that_is_unfolded_is_not_an_edit() -> None:
    edited = {"edited": {"user": "UANA", "ts": LATER}}
    assert read(changed({"text": "https://a.example"}, {"text": "https://a.example"})) is None
    assert (
        read(changed({"text": "x"} | edited, {"text": "x", "attachments": [{}]} | edited)) is None
    )
    assert read(changed({"text": "x"}, {"text": "x"} | edited)) is None


def test_what_is_taken_back_is_told() -> None:
    before = {"type": "message", "user": "UANA", "ts": TS, "text": "my password is …"}
    body = event(
        type="message",
        subtype="message_deleted",
        channel="D1",
        channel_type="im",
        ts=LATER,
        event_ts=LATER,
        deleted_ts=TS,
        previous_message=before,
    )
    message = must(body).message
    assert message.deleted
    assert (message.changes, message.text) == (f"T1/D1/{TS}", "")
    ours = {**body["event"], "previous_message": before | {"bot_id": "B1"}}
    assert read(event(**ours)) is None


def test_the_root_of_a_thread_that_is_taken_back_becomes_a_tombstone() -> None:
    body = changed(
        {"text": "x"}, {"text": "This message was deleted.", "subtype": "tombstone"}, "CROOM"
    )
    message = must(body).message
    assert message.deleted
    assert message.changes == f"T1/CROOM/{TS}"


def test_reactions_count_in_rooms_only() -> None:
    def reaction(channel: str, user: str = "UANA") -> dict[str, Any]:
        item = {"type": "message", "channel": channel, "ts": TS}
        return event(type="reaction_added", user=user, reaction="eyes", item=item, event_ts=LATER)

    message = must(reaction("CROOM")).message
    assert message.chosen == "reaction:eyes"
    assert message.references == (f"T1/CROOM/{TS}",)
    assert message.conversation == f"T1/CROOM/{TS}"
    assert read(reaction("C1")) is None
    assert read(reaction("CROOM", "UBOT")) is None


def test_opening_the_home_is_told() -> None:
    opened = event(type="app_home_opened", user="UANA", tab="home", channel="D1", event_ts=TS)
    assert READER.read(opened, ME, NOW) == HomeOpened(user="UANA")
    assert read(event(type="app_home_opened", user="UANA", tab="messages", channel="D1")) is None


def test_in_shared_channels_the_workspace_is_the_one_that_installed_us() -> None:
    body = said("hi", "C1", team="T9", user_team="T9")
    body["team_id"] = "T9"
    assert team_of(body) == "T1"
    assert lane_of(body) == "T1/C1"


def test_an_organisation_stands_for_its_workspaces() -> None:
    body = said("hi")
    body["authorizations"] = [
        {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}
    ]
    assert team_of(body) == "E1"


@pytest.mark.parametrize(
    "type_", ["team_join", "member_joined_channel", "channel_rename", "surprise"]
)
def test_other_events_are_nothing(type_: str) -> None:
    assert read(event(type=type_, user="UANA")) is None
