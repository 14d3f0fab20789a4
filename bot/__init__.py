"""The service desk: what to do with a message, a ticket, a clock."""

__version__ = "0.1.0"
