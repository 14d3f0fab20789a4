"""Standard operating procedures: read from Markdown, checked, walked through one step at a time. Pure."""
