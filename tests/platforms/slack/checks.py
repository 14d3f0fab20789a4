"""What Slack takes (docs.slack.dev, "Blocks", "Views"): a wrong call is refused by name."""

from collections.abc import Sequence
from typing import Any, Final

from tests.platforms.slack.errors import Refusal

LONGEST_TEXT: Final = 40_000
LONGEST_BLOCKS: Final = 13_200  # characters of all texts in a message
INTERACTIVE: Final = {"button", "static_select"}
INPUTS: Final = {"plain_text_input", "static_select"}


def message(text: str, blocks: Sequence[Any] | None) -> None:
    if not text and not blocks:
        raise Refusal("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long")
    if blocks is not None:
        check_blocks(blocks, 50, surface="message")
        if sum(len(one) for one in _texts(blocks)) > LONGEST_BLOCKS:
            raise Refusal("msg_blocks_too_long")


def view(given: Any) -> None:
    if not isinstance(given, dict) or given.get("type") not in ("modal", "home"):
        raise Refusal("invalid_arguments")
    if len(given.get("private_metadata") or "") > 3000 or len(given.get("callback_id") or "") > 255:
        raise Refusal("invalid_arguments")
    if given["type"] == "modal":
        _plain(given.get("title"), 24, "view.title")
        for name in ("submit", "close"):
            if given.get(name) is not None:
                _plain(given[name], 24, f"view.{name}")
        if given.get("submit") is None and any(b.get("type") == "input" for b in given["blocks"]):
            _bad("view.submit")
    check_blocks(given.get("blocks"), 100, surface=given["type"])


def check_blocks(blocks: Any, most: int, *, surface: str) -> None:
    if not isinstance(blocks, list) or len(blocks) > most:
        _bad("blocks")
    ids = [one.get("block_id") for one in blocks if one.get("block_id")]
    if len(ids) != len(set(ids)) or any(len(one) > 255 for one in ids):
        _bad("block_id")
    for block in blocks:
        _block(block, surface)


def _block(block: dict[str, Any], surface: str) -> None:
    match block.get("type"):
        case "section":
            if "text" not in block and "fields" not in block:
                _bad("section")
            if "text" in block:
                _text(block["text"], 3000)
            for field in block.get("fields", []):
                _text(field, 2000)
            if "accessory" in block:
                _element(block["accessory"], INTERACTIVE)
            if len(block.get("fields", [])) > 10:
                _bad("section.fields")
        case "header":
            _plain(block.get("text"), 150, "header")
        case "context":
            elements = block.get("elements") or _bad("context")
            if len(elements) > 10:
                _bad("context")
            for element in elements:
                _text(element, 3000)
        case "divider":
            pass
        case "actions":
            elements = block.get("elements") or _bad("actions")
            if len(elements) > 25:
                _bad("actions")
            ids = [one.get("action_id") for one in elements if one.get("action_id")]
            if len(ids) != len(set(ids)):
                _bad("action_id")
            for element in elements:
                _element(element, INTERACTIVE)
        case "input":
            if surface == "message":
                _bad("input in a message")
            _plain(block.get("label"), 2000, "label")
            if block.get("hint"):
                _plain(block["hint"], 2000, "hint")
            _element(block.get("element") or _bad("input"), INPUTS)
        case _:
            _bad(f"block {block.get('type')}")


def _element(element: dict[str, Any], kinds: set[str]) -> None:
    if element.get("type") not in kinds:
        _bad(f"element {element.get('type')}")
    if not 0 < len(element.get("action_id") or "x") <= 255:
        _bad("action_id")
    match element["type"]:
        case "button":
            _plain(element.get("text"), 75, "button")
            if len(element.get("value") or "") > 2000:
                _bad("button.value")
            if element.get("style") not in (None, "primary", "danger"):
                _bad("button.style")
        case "static_select":
            if "placeholder" in element:
                _plain(element["placeholder"], 150, "placeholder")
            options: Any = element.get("options")
            if not isinstance(options, list) or not 1 <= len(options) <= 100:
                _bad("options")
            for option in options:
                _plain(option.get("text"), 75, "option")
                if not 1 <= len(option.get("value") or "") <= 150:
                    _bad("option.value")
            initial = element.get("initial_option")
            if initial is not None and initial not in options:
                _bad("initial_option")
        case "plain_text_input":
            if not 1 <= element.get("max_length", 1) <= 3000:
                _bad("max_length")
            if len(element.get("initial_value") or "") > 3000:
                _bad("initial_value")


def _text(text: Any, longest: int) -> None:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        _bad("text")
    if not 1 <= len(text.get("text") or "") <= longest:
        _bad("text")


def _plain(text: Any, longest: int, what: str) -> None:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        _bad(what)
    _text(text, longest)


def _texts(blocks: Any) -> list[str]:
    if isinstance(blocks, dict):
        own = [blocks["text"]] if isinstance(blocks.get("text"), str) else []
        return own + [text for value in blocks.values() for text in _texts(value)]
    if isinstance(blocks, list):
        return [text for one in blocks for text in _texts(one)]
    return []


def _bad(what: str) -> Any:
    raise Refusal("invalid_blocks", response_metadata={"messages": [f"[ERROR] {what}"]})
