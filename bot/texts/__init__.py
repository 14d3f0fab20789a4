"""The catalogues: one file a language, and the phrases people type. Data, no code."""
