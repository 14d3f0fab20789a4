"""The generic signed channel: another program's messages in and out by HTTP."""

from channels.webhook.channel import Options, WebhookChannel

__all__ = ["Options", "WebhookChannel"]
