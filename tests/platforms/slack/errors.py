"""Slack says no: 200, with a word for the reason (docs.slack.dev, "Evaluating responses")."""

from typing import Any


class Refusal(Exception):
    def __init__(self, error: str, *, status: int = 200, **more: Any) -> None:
        super().__init__(error)
        self.error, self.status, self.more = error, status, more

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.error, **self.more}
