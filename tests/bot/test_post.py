"""Who may look into the local mailbox."""

import pytest
from starlette.requests import Request

from bot.post import from_this_machine


@pytest.mark.parametrize(
    ("client", "headers", "may"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8080"}, True),
        ("127.0.0.1", {"host": "localhost:8080"}, True),
        ("::1", {"host": "[::1]:8080"}, True),
        ("10.0.0.5", {"host": "127.0.0.1:8080"}, False),
        # A name of somebody else's that was made to lead here
        ("127.0.0.1", {"host": "evil.example:8080"}, False),
        ("127.0.0.1", {}, False),
        # A proxy on this machine
        ("127.0.0.1", {"host": "127.0.0.1", "x-forwarded-for": "10.0.0.5"}, False),
        ("127.0.0.1", {"host": "127.0.0.1", "via": "1.1 proxy"}, False),
        (None, {"host": "localhost"}, False),
    ],
)
def test_only_this_machine_reads_the_local_mailbox(
    client: str | None, headers: dict[str, str], may: bool
) -> None:
    scope = {
        "type": "http",
        "scheme": "http",
        "path": "/mailbox",
        "client": client and (client, 5),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    assert from_this_machine(Request(scope)) is may
