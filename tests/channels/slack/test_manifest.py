"""The manifest gives the app what the adapter uses."""

from importlib.resources import files
from typing import Any

import yaml

from channels.slack.actions import NEW


def manifest() -> dict[str, Any]:
    text = (files("channels.slack") / "manifest.yaml").read_text()
    return dict(yaml.safe_load(text))


def test_people_can_write_to_the_app_and_see_its_home() -> None:
    shown = manifest()["features"]["app_home"]
    assert shown["messages_tab_enabled"]
    assert not shown["messages_tab_read_only_enabled"]
    assert shown["home_tab_enabled"]


def test_the_shortcut_opens_the_form_of_a_new_request() -> None:
    [shortcut, _] = manifest()["features"]["shortcuts"]
    assert (shortcut["type"], shortcut["callback_id"]) == ("global", NEW)


def test_every_event_that_is_asked_for_is_allowed() -> None:
    scopes = manifest()["oauth_config"]["scopes"]["bot"]
    needed = {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "reaction_added": "reactions:read",
    }
    events = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert events == {*needed, "app_home_opened"}
    assert set(needed.values()) <= set(scopes)
