"""Asking requesters how it went, and making something of what they say. `docs/surveys.md` has the rules."""
