"""What the desk can do by itself beside talking: look, and have something done. `docs/actions.md`."""
