"""What the log says, and what it never says."""

import errno
import io
import json
import logging
from typing import Any

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from bot.log import STRUCK_OUT, configure
from bot.settings import Log

pytestmark = pytest.mark.usefixtures("logging_as_it_was")


@pytest.fixture
def stream() -> io.StringIO:
    out = io.StringIO()
    configure(Log(format="json"), out)
    return out


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_carries_what_was_bound_around_it(stream: io.StringIO) -> None:
    with bound_contextvars(conversation=7):
        structlog.get_logger("desk").info("ticket.opened", ticket="INC-1")
    (event,) = events(stream)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "ticket.opened",
        "conversation": 7,
        "ticket": "INC-1",
        "level": "info",
        "logger": "desk",
    }


def test_libraries_come_out_the_same_way_and_only_once(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").addHandler(logging.StreamHandler(stream))
    configure(Log(format="json"), stream)
    with bound_contextvars(conversation=7):
        logging.getLogger("uvicorn.error").warning("closing %s", "socket", extra={"password": "x"})
    (event,) = events(stream)
    assert (event["event"], event["level"], event["conversation"]) == (
        "closing socket",
        "warning",
        7,
    )
    assert event["password"] == STRUCK_OUT


def test_texts_and_secrets_are_struck_out_at_any_depth(stream: io.StringIO) -> None:
    structlog.get_logger().info(
        "turn.taken",
        text="my password is hunter2",
        body="hunter2",
        access_token="hunter2",
        Authorization="Bearer hunter2",
        headers={"cookie": "hunter2", "host": "desk"},
        length=22,
    )
    assert "hunter2" not in stream.getvalue()
    (event,) = events(stream)
    assert event["text"] == STRUCK_OUT
    assert event["headers"] == {"cookie": STRUCK_OUT, "host": "desk"}
    assert event["length"] == 22


def read(line: str) -> int:
    try:
        return int(line)
    except ValueError as problem:
        raise RuntimeError(f"cannot read {line}") from problem


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", ["info", "debug"])
def test_an_exception_tells_where_and_what_kind_and_its_words_only_in_debugging(
    form: str, level: str
) -> None:
    stream = io.StringIO()
    configure(Log.model_validate({"format": form, "level": level}), stream)
    written_by_somebody = "hunter2"
    try:
        read(written_by_somebody)
    except RuntimeError as problem:
        structlog.get_logger().exception("message.refused")
        structlog.get_logger().error("message.refused", exc_info=problem)
        logging.getLogger("sqlalchemy").error("failed", exc_info=True)
    written = stream.getvalue()
    assert (
        written.count("builtins.RuntimeError")
        == written.count(", because of builtins.ValueError")
        == 3
    )
    assert written.count("in read") == 3
    assert ("hunter2" in written) == (level == "debug")


def test_what_the_operating_system_says_is_kept(stream: io.StringIO) -> None:
    try:
        raise OSError(errno.ENOSPC, "No space left on device", "/data/a-private-name")
    except OSError:
        structlog.get_logger().exception("step.failed")
    assert events(stream)[0]["exception"].endswith("builtins.OSError: No space left on device")
    assert "a-private-name" not in events(stream)[0]["exception"].splitlines()[-1]


def test_what_is_below_the_level_is_not_written() -> None:
    stream = io.StringIO()
    configure(Log(level="warning"), stream)
    structlog.get_logger().info("turn.taken")
    structlog.get_logger().warning("delivery.deferred")
    assert "turn.taken" not in stream.getvalue()
    assert "delivery.deferred" in stream.getvalue()
