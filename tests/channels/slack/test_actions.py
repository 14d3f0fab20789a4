"""What is pressed, picked, typed after a slash, and filled in."""

from typing import Any

import msgspec

from channels.message import Choice, Menu
from channels.slack.heard import Asked
from channels.slack.views import SEARCH, Context, button_blocks, select
from tests.channels.slack.payloads import TS, must, pressed, read


def button(choice: Choice) -> dict[str, Any]:
    [block] = button_blocks((choice,))
    [element] = block["elements"]
    return dict(element)


def test_a_button_says_its_value() -> None:
    heard = must(pressed(button(Choice("q1:solved", "Solved"))))
    assert heard.message.chosen == "q1:solved"
    assert heard.message.conversation == "T1/UANA"
    assert heard.message.references == (f"T1/D1/{TS}",)
    assert heard.asked is None
    assert heard.pressed is not None
    assert (heard.pressed.label, heard.pressed.ts) == ("Solved", TS)


def test_a_button_in_a_thread_belongs_to_the_thread() -> None:
    heard = must(pressed(button(Choice("v", "L")), "C1", {"thread_ts": "1600000000.000001"}))
    assert heard.message.conversation == "T1/C1/1600000000.000001"
    assert heard.message.place == "T1/C1"


def test_a_button_with_a_form_asks_for_it() -> None:
    heard = must(pressed(button(Choice("note:INC-1", "Note", form="note"))))
    assert heard.asked == Asked(form="note", trigger="13.4.trig", value="note:INC-1")
    assert heard.message.chosen == "note:INC-1"


def test_a_menu_says_what_was_picked_and_stays() -> None:
    menu = Menu(
        label="State", choices=(Choice("s:new", "New"), Choice("s:done", "Done")), open="s:?"
    )
    element = select("0:", menu.choices, "s:new")
    action = element | {"selected_option": element["options"][1]}
    blocks = [{"type": "section", "accessory": element}]
    heard = must(pressed(action, "CROOM", {"blocks": blocks}))
    assert heard.message.chosen == "s:done"
    assert heard.pressed is None


def test_the_same_press_is_the_same_message() -> None:
    body = pressed(button(Choice("v", "L")))
    assert must(body).message.message_id == must(body).message.message_id
    other = pressed(button(Choice("v", "L")) | {"action_ts": "1700000009.000001"})
    assert must(other).message.message_id != must(body).message.message_id


def home(action: dict[str, Any]) -> dict[str, Any]:
    body = pressed(action)
    return {key: value for key, value in body.items() if key not in ("message", "channel")}


def test_the_search_field_of_the_home_searches() -> None:
    message = must(
        home({"action_id": SEARCH, "type": "plain_text_input", "value": " vpn "})
    ).message
    assert (message.chosen, message.text, message.conversation) == ("/search", "vpn", "T1/UANA")
    assert read(home({"action_id": SEARCH, "type": "plain_text_input", "value": None})) is None


def test_a_button_of_the_home_says_its_value() -> None:
    assert must(home(button(Choice("ticket:INC-1", "INC-1")))).message.chosen == "ticket:INC-1"


def command(text: str) -> dict[str, Any]:
    return {
        "command": "/helpdesk",
        "text": text,
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "UANA",
        "trigger_id": "13.5.trig",
    }


def test_commands_belong_to_the_conversation_with_the_bot() -> None:
    message = must(command("search vpn &amp; mail")).message
    assert (message.chosen, message.text) == ("/search", "vpn & mail")
    assert (message.conversation, message.place) == ("T1/UANA", None)


def test_a_command_alone_helps() -> None:
    assert must(command("")).message.chosen == "/help"


def test_words_after_the_command_are_words() -> None:
    message = must(command("my VPN drops")).message
    assert (message.chosen, message.text) == (None, "my VPN drops")


def test_a_new_request_opens_the_form_unless_it_is_told_at_once() -> None:
    assert must(command("new")).asked == Asked(form="new", trigger="13.5.trig")
    told = must(command("new my VPN drops"))
    assert told.asked is None
    assert (told.message.chosen, told.message.text) == ("/new", "my VPN drops")


def test_the_shortcut_opens_the_form() -> None:
    body = {"type": "shortcut", "callback_id": "new", "trigger_id": "13.6.trig"}
    heard = must(body | {"user": {"id": "UANA", "team_id": "T1"}, "team": {"id": "T1"}})
    assert heard.asked == Asked(form="new", trigger="13.6.trig")


def test_a_request_can_be_made_of_somebodys_message() -> None:
    shown = {
        "ts": TS,
        "user": "UBOB",
        "text": "the printer &lt;3rd floor&gt;",
        "files": [{"id": "F1"}],
    }
    body = {
        "type": "message_action",
        "callback_id": "new_from_message",
        "trigger_id": "13.7.trig",
        "user": {"id": "UANA"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "message": shown,
    }
    message = must(body).message
    assert (message.chosen, message.text) == ("/new", "the printer <3rd floor>")
    assert (message.conversation, message.references) == ("T1/UANA", (f"T1/C1/{TS}",))
    assert [file.id for file in message.files] == ["T1/F1"]


def test_what_is_filled_in_comes_to_where_the_form_was_opened() -> None:
    context = Context(
        value="/new", conversation="T1/C1/5.1", place="T1/C1", references=("T1/C1/5.1",)
    )
    values = {
        "title": {"title": {"type": "plain_text_input", "value": "VPN\x07"}},
        "urgency": {"urgency": {"type": "static_select", "selected_option": {"value": "high"}}},
        "more": {"more": {"type": "plain_text_input", "value": None}},
    }
    view = {
        "id": "V1",
        "private_metadata": msgspec.json.encode(context).decode(),
        "state": {"values": values},
    }
    user = {"id": "UANA", "team_id": "T1"}
    heard = must({"type": "view_submission", "user": user, "team": {"id": "T1"}, "view": view})
    message = heard.message
    assert message.answers == {"title": "VPN", "urgency": "high", "more": ""}
    assert (message.chosen, message.place) == ("/new", "T1/C1")
    assert (message.conversation, message.references) == ("T1/C1/5.1", ("T1/C1/5.1",))
    assert heard.submitted == view


def test_what_means_nothing_to_us_is_nothing() -> None:
    for type_ in ("view_closed", "block_suggestion", "workflow_step_edit"):
        assert read({"type": type_, "user": {"id": "UANA"}, "team": {"id": "T1"}}) is None
    assert read(pressed({"action_id": "0:", "type": "button"})) is None
