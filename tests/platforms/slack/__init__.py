"""Slack, played locally: its Web API, Events API and Socket Mode, for the real SDKs."""

from tests.platforms.faults import Fault
from tests.platforms.slack.people import Room, User
from tests.platforms.slack.server import FakeSlack, Team

__all__ = ["FakeSlack", "Fault", "Room", "Team", "User"]
