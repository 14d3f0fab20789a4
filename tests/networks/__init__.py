"""Whole desks with the networks they talk to."""
