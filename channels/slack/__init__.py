"""Slack: direct messages, channels with threads, forms, and the App Home."""

from channels.slack.channel import SlackChannel, probe
from channels.slack.options import Mode, Options

__all__ = ["Mode", "Options", "SlackChannel", "probe"]
