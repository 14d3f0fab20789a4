"""Telegram: private chats, groups, and forum groups with a topic for every ticket."""

from channels.telegram.channel import TelegramChannel, probe
from channels.telegram.options import Limits, Mode, Options, Transcriber

__all__ = ["Limits", "Mode", "Options", "TelegramChannel", "Transcriber", "probe"]
