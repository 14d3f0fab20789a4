"""A Bot API server on this machine: what Telegram does, says and refuses, for tests and for trying out."""

from tests.platforms.faults import Fault
from tests.platforms.telegram.people import Group, User
from tests.platforms.telegram.server import FakeTelegram

__all__ = ["FakeTelegram", "Fault", "Group", "User"]
