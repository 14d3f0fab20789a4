"""Figures of the desk for any time, from its events alone. docs/METRICS.md defines each."""
