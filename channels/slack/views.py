"""Forms and the App Home: what Slack calls views. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from channels.channel import View
from channels.clean import clean
from channels.fit import shortened
from channels.forms import Field, Form
from channels.message import LABEL_LIMIT, Choice
from channels.slack.mrkdwn import pieces

FORM: Final = "form"  # callback_id of ours
SEARCH: Final = "search"  # action_id of the field in App Home
MOST_BLOCKS: Final = 100  # of a view
MOST_OPTIONS: Final = 100
LONGEST_TITLE: Final = 24
LONGEST_OPTION_VALUE: Final = 150
LONGEST_INPUT: Final = 3_000
BUTTONS_A_BLOCK: Final = 25
LONGEST_LABEL_OF_INPUT: Final = 2_000
LONGEST_HINT: Final = 150  # as a placeholder

Block = dict[str, Any]


class Pressed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of ours with the button somebody has used up."""

    channel: str
    ts: str
    label: str
    message: Block | None = None  # None: it has to be asked for


class Context(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a form has to remember of where it was opened; travels with it."""

    value: str
    conversation: str
    place: str | None = None
    references: tuple[str, ...] = ()
    pressed: Pressed | None = None


def modal(form: Form, context: Context) -> Block:
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain(form.title, LONGEST_TITLE),
        "submit": plain(form.submit, LONGEST_TITLE),
        "close": plain(form.cancel, LONGEST_TITLE),
        "private_metadata": msgspec.json.encode(context).decode(),
        "blocks": [_input(field) for field in form.fields],
    }


def context_of(view: Mapping[str, Any]) -> Context:
    return msgspec.json.decode(view["private_metadata"], type=Context)


def answers_of(view: Mapping[str, Any]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for name, actions in view["state"]["values"].items():
        for answer in actions.values():
            picked = (answer.get("selected_option") or {}).get("value")
            answers[name] = picked or clean(answer.get("value") or "")
    return answers


def complaint(view: Mapping[str, Any], words: str) -> Block:
    """The form stays open and says why, so that nothing has to be typed again."""
    first = next(iter(view["state"]["values"]))
    return {"response_action": "errors", "errors": {first: words}}


def home(view: View, search_label: str) -> Block:
    search: Block = {
        "type": "input",
        "block_id": SEARCH,
        "dispatch_action": True,
        "label": plain(search_label, LONGEST_LABEL_OF_INPUT),
        "element": {
            "type": "plain_text_input",
            "action_id": SEARCH,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
    }
    buttons = button_blocks(view.choices)
    sections = [section(text) for text in pieces(view.text.body) if text]
    room = MOST_BLOCKS - 1 - len(buttons)
    return {"type": "home", "blocks": [search, *sections[:room], *buttons]}


def _input(field: Field) -> Block:
    return {
        "type": "input",
        "block_id": field.name,
        "optional": not field.required,
        "label": plain(field.label, LONGEST_LABEL_OF_INPUT),
        "element": _select(field) if field.choices else _words(field),
    }


def _words(field: Field) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.multiline,
        "max_length": LONGEST_INPUT,
    }
    if field.initial:
        element["initial_value"] = field.initial[:LONGEST_INPUT]
    if field.hint:
        element["placeholder"] = plain(field.hint, LONGEST_HINT)
    return element


def _select(field: Field) -> Block:
    element = select(field.name, field.choices, field.initial)
    if field.hint:
        element["placeholder"] = plain(field.hint, LONGEST_HINT)
    return element


def select(action_id: str, choices: tuple[Choice, ...], picked: str | None) -> Block:
    """The picked one is among those shown, however many there are."""
    shown = choices[:MOST_OPTIONS]
    chosen = [choice for choice in choices if choice.value == picked]
    if chosen and chosen[0] not in shown:
        shown = (*shown[:-1], chosen[0])
    element: Block = {
        "type": "static_select",
        "action_id": action_id,
        "options": [_option(choice) for choice in shown],
    }
    if chosen:
        element["initial_option"] = _option(chosen[0])
    return element


def _option(choice: Choice) -> Block:
    return {"text": plain(choice.label, LABEL_LIMIT), "value": choice.value}


def button_blocks(choices: tuple[Choice, ...], first: int = 0) -> list[Block]:
    """`first`: the number of the first, for ids are unique in a message."""
    buttons = [_button(n, choice) for n, choice in enumerate(choices, first)]
    return [
        {"type": "actions", "elements": buttons[at : at + BUTTONS_A_BLOCK]}
        for at in range(0, len(buttons), BUTTONS_A_BLOCK)
    ]


def _button(number: int, choice: Choice) -> Block:
    return {
        "type": "button",
        "action_id": f"{number}:{choice.form or ''}",
        "value": choice.value,
        "text": plain(choice.label, LABEL_LIMIT),
    }


def form_behind(action_id: str) -> str | None:
    """The form that a button of ours opens."""
    return action_id.partition(":")[2] or None


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}


def plain(text: str, length: int) -> Block:
    return {"type": "plain_text", "text": shortened(text, length) or " ", "emoji": True}
