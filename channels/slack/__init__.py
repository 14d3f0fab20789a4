"""Slack: direct messages, channels with threads, forms, and the App Home."""
