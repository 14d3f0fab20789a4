"""Servers that others wrote, which play a platform."""
