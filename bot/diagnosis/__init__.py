"""What may be behind a matter, and what to ask about it."""
