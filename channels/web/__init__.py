"""The chat of the web page, of the tag on any intranet page, and of the terminal."""

from channels.web.channel import Options, WebChat
from channels.web.ports import Line, Reading, Refused, Transcripts, View

__all__ = ["Line", "Options", "Reading", "Refused", "Transcripts", "View", "WebChat"]
