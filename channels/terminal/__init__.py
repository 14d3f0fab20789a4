"""The chat in a terminal: the same conversation as in the browser, in letters."""

from channels.terminal.chat import CAPABILITIES, Gone, Terminal

__all__ = ["CAPABILITIES", "Gone", "Terminal"]
