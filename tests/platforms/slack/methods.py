"""The methods of the Web API that an app of this kind calls. Each gets who asks and its arguments."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from tests.platforms.slack import checks
from tests.platforms.slack.errors import Refusal
from tests.platforms.slack.people import Room, User

if TYPE_CHECKING:
    from tests.platforms.slack.server import FakeSlack, Team

Arguments = Mapping[str, Any]
Method = Callable[["FakeSlack", "Team", Arguments], Awaitable[dict[str, Any]]]
METHODS: Final[dict[str, Method]] = {}
MUCH: Final = 200


def method(name: str) -> Callable[[Method], Method]:
    def add(carry_out: Method) -> Method:
        METHODS[name] = carry_out
        return carry_out

    return add


def needed(given: Arguments, name: str) -> str:
    if given.get(name) in (None, ""):
        raise Refusal("invalid_arguments", response_metadata={"messages": [f"missing {name}"]})
    return str(given[name])


def structure(given: Arguments, name: str, otherwise: str = "invalid_arguments") -> Any:
    """JSON in a form is a string."""
    value = given.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        raise Refusal(otherwise) from None


def room_for(slack: "FakeSlack", team: "Team", given: Arguments, *, post: bool = True) -> Room:
    id = needed(given, "channel")
    user = slack.users.get(id)
    room = user.room if user is not None and post else slack.rooms.get(id)
    if room is None or room.team is not team:
        raise Refusal("channel_not_found")
    if not room.member:
        raise Refusal("not_in_channel" if room.kind == "channel" else "channel_not_found")
    if room.archived and post:
        raise Refusal("is_archived")
    return room


def user_for(slack: "FakeSlack", team: "Team", id: str) -> User:
    user = slack.users.get(id)
    if user is None or user.team is not team:
        raise Refusal("user_not_found")
    return user


@method("auth.test")
async def auth_test(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    return {
        "url": "https://acme.slack.com/",
        "team": team.name,
        "user": "firstline",
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


@method("chat.postMessage")
async def post_message(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room = room_for(slack, team, given)
    text, blocks = str(given.get("text") or ""), structure(given, "blocks", "invalid_blocks_format")
    checks.message(text, blocks)
    thread = given.get("thread_ts")
    if thread is not None:
        root = room.by_ts.get(str(thread))
        if root is None:
            raise Refusal("thread_not_found")
        if root.get("thread_ts", root["ts"]) != root["ts"]:
            raise Refusal("cannot_reply_to_message")
    slack.limits.post(room.id, slack.clock.now())
    message: dict[str, Any] = {
        "user": team.bot_user_id,
        "bot_id": team.bot_id,
        "app_id": slack.app_id,
        "bot_profile": {"id": team.bot_id, "app_id": slack.app_id, "name": "firstline"},
        "text": text,
    }
    if blocks:
        message["blocks"] = blocks
    if thread is not None:
        message["thread_ts"] = str(thread)
    kept = room.add(message)
    if metadata := structure(given, "metadata"):
        if set(metadata) != {"event_type", "event_payload"}:
            raise Refusal("invalid_metadata_format")
        room.metadata[kept["ts"]] = metadata
    slack.echo(kept, room)
    return {"channel": room.id, "ts": kept["ts"], "message": kept}


@method("chat.update")
async def update(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room = room_for(slack, team, given, post=False)
    ts = needed(given, "ts")
    kept = room.by_ts.get(ts)
    if kept is None:
        raise Refusal("message_not_found")
    if kept.get("bot_id") != team.bot_id:
        raise Refusal("cant_update_message")
    text, blocks = str(given.get("text") or ""), structure(given, "blocks", "invalid_blocks_format")
    checks.message(text, blocks)
    slack.limits.update(team.id, slack.clock.now())
    kept["text"] = text
    if blocks is not None:
        kept["blocks"] = blocks
    return {"channel": room.id, "ts": ts, "text": text, "message": kept}


@method("chat.delete")
async def delete(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room = room_for(slack, team, given, post=False)
    ts = needed(given, "ts")
    if room.by_ts.get(ts, {}).get("bot_id") != team.bot_id:
        raise Refusal("message_not_found")
    del room.by_ts[ts]
    return {"channel": room.id, "ts": ts}


@method("chat.postEphemeral")
async def ephemeral(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room_for(slack, team, given)
    user = user_for(slack, team, needed(given, "user"))
    text, blocks = str(given.get("text") or ""), structure(given, "blocks", "invalid_blocks_format")
    checks.message(text, blocks)
    user.ephemeral.append({"text": text, "blocks": blocks})
    return {"message_ts": f"{slack.clock.now():.6f}"}


@method("conversations.open")
async def open_room(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    user = user_for(slack, team, needed(given, "users").split(",")[0])
    return {"channel": {"id": user.room.id}}


@method("conversations.info")
async def info(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room = slack.rooms.get(needed(given, "channel"))
    if room is None or room.team is not team:
        raise Refusal("channel_not_found")
    about = {"id": room.id, "name": room.name, "is_archived": room.archived}
    return {"channel": about | {"is_member": room.member, "is_im": room.kind == "im"}}


@method("conversations.history")
async def history(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room = room_for(slack, team, given, post=False)
    top = [one for one in room.messages if one.get("thread_ts", one["ts"]) == one["ts"]]
    oldest, limit = str(given.get("oldest") or "0"), int(given.get("limit") or 100)
    found = [one for one in reversed(top) if one["ts"] > oldest]
    return {
        "messages": [_shown(room, one, given) for one in found[:limit]],
        "has_more": len(found) > limit,
    }


@method("conversations.replies")
async def replies(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room = room_for(slack, team, given, post=False)
    ts = needed(given, "ts")
    if ts not in room.by_ts:
        raise Refusal("thread_not_found")
    found, limit = room.thread(ts), min(int(given.get("limit") or MUCH), 1000)
    start = int(given.get("cursor") or 0)
    more = start + limit < len(found)
    return {
        "messages": [_shown(room, one, given) for one in found[start : start + limit]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + limit) if more else ""},
    }


def _shown(room: Room, message: dict[str, Any], given: Arguments) -> dict[str, Any]:
    wanted = str(given.get("include_all_metadata")).lower() in ("true", "1")
    metadata = room.metadata.get(message["ts"])
    return message | ({"metadata": metadata} if wanted and metadata else {})


@method("users.info")
async def users_info(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    about = dict(user_for(slack, team, needed(given, "user")).about)
    if str(given.get("include_locale")).lower() not in ("true", "1"):
        about.pop("locale", None)
    return {"user": about}


@method("reactions.add")
async def react(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    room = room_for(slack, team, given, post=False)
    message = room.by_ts.get(needed(given, "timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    names = message.setdefault("reactions", [])
    if given.get("name") in names:
        raise Refusal("already_reacted")
    names.append(needed(given, "name"))
    return {}


@method("views.open")
async def views_open(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    view = structure(given, "view")
    user = slack.use_trigger(needed(given, "trigger_id"))
    checks.view(view)
    if view["type"] != "modal":
        raise Refusal("invalid_arguments")
    user.view = slack.kept_view(view)
    return {"view": user.view}


@method("views.update")
async def views_update(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    view = structure(given, "view")
    checks.view(view)
    for user in slack.users.values():
        if user.view is not None and user.view["id"] == given.get("view_id"):
            if given.get("hash") and given["hash"] != user.view["hash"]:
                raise Refusal("hash_conflict")
            user.view = slack.kept_view(view)
            return {"view": user.view}
    raise Refusal("not_found")


@method("views.publish")
async def views_publish(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    user, view = user_for(slack, team, needed(given, "user_id")), structure(given, "view")
    checks.view(view)
    if view["type"] != "home":
        raise Refusal("invalid_arguments")
    user.home = slack.kept_view(view)
    return {"view": user.home}


@method("files.getUploadURLExternal")
async def upload_url(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    return slack.files.expect(needed(given, "filename"), int(needed(given, "length")))


@method("files.completeUploadExternal")
async def complete(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    files = [slack.files.find(one["id"]) for one in structure(given, "files")]
    if any(one["id"] not in slack.files.content for one in files):
        raise Refusal("file_not_found")
    if given.get("channel_id"):
        room = room_for(slack, team, {"channel": given["channel_id"]})
        if slack.users.get(str(given["channel_id"])) is not None:
            raise Refusal("channel_not_found")  # a person is no conversation here
        blocks = structure(given, "blocks", "invalid_blocks_format")
        text = str(given.get("initial_comment") or "")
        if blocks:
            checks.message(text or "-", blocks)
        message: dict[str, Any] = {
            "user": team.bot_user_id,
            "bot_id": team.bot_id,
            "text": text,
            "files": files,
            "subtype": "file_share",
            "upload": True,
        }
        message |= {"thread_ts": str(given["thread_ts"])} if given.get("thread_ts") else {}
        message |= {"blocks": blocks} if blocks else {}
        kept = room.add(message)
        for one in files:
            slack.files.shared(one, room)
        slack.echo(kept, room)
    return {"files": [{"id": one["id"], "title": one["title"]} for one in files]}


@method("files.info")
async def files_info(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    return {"file": slack.files.find(needed(given, "file"))}


@method("files.upload")
async def files_upload(slack: "FakeSlack", team: "Team", given: Arguments) -> dict[str, Any]:
    raise Refusal("method_deprecated")
