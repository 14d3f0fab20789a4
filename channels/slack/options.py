"""What an administrator sets for one Slack app, in one workspace or several."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct


class Mode(StrEnum):
    SOCKET = "socket"
    HTTP = "http"


class Options(Struct, frozen=True, kw_only=True):
    content: Callable[[str], bytes]  # of a kept file, by its SHA-256
    bot_token: str = ""  # xoxb-…, of the first or only workspace, or of a whole organisation
    tokens: Mapping[str, str] = {}  # of further workspaces, by their ids
    mode: Mode = Mode.SOCKET
    app_token: str = ""  # xapp-…, with connections:write; needed by the socket
    signing_secret: str = ""  # needed by HTTP
    events_path: str = ""  # where HTTP listens, for everything; "": /channels/NAME/events
    api_url: str = "https://slack.com/api/"
    rooms: frozenset[str] = frozenset()  # TEAM/CHANNEL bound to queues: all that is said counts
    allow_bots: bool = False  # listen to other bots as well, as automatic messages
    per_second: float = 50.0  # messages, over all
    channel_pause: float = 1.0  # seconds between two messages to one channel or person,
    channel_burst: int = 4  # but so many may go at once
    ping_interval: float = 10.0  # seconds; a socket that does not answer for half of it is dead
    connect_timeout: float = 10.0  # seconds
    # Long, because after a time-out nobody knows whether a message was sent.
    read_timeout: float = 30.0
    upload_timeout: float = 120.0
    profile_timeout: float = 1.0  # seconds for asking who somebody is; Slack waits 3 for all
    profile_age: float = 3600.0  # seconds that the answer holds
    retry_pause: float = 2.0  # seconds, after Slack did not answer; grows to 16 times
    refused_pause: float = 120.0  # seconds, after Slack refused the token
    largest_file: int = 1024 * 1024 * 1024  # bytes, both ways
    search_label: str = "🔎"  # of the field in App Home
