"""How much Slack lets an app send (docs.slack.dev, "Rate limits"): about one message a second in a channel,
with short bursts, and some fifty changes a minute in a workspace."""

import math
from dataclasses import dataclass, field

from tests.platforms.slack.errors import Refusal


@dataclass
class Limits:
    on: bool = True
    burst: int = 5
    updates_per_minute: int = 50
    _credit: dict[str, tuple[float, float]] = field(default_factory=dict)

    def post(self, room: str, now: float) -> None:
        self._take(room, now, 1.0, self.burst)

    def update(self, team: str, now: float) -> None:
        self._take(f"updates of {team}", now, self.updates_per_minute / 60, self.updates_per_minute)

    def _take(self, key: str, now: float, rate: float, most: int) -> None:
        if not self.on:
            return
        credit, at = self._credit.get(key, (float(most), now))
        credit = min(float(most), credit + (now - at) * rate)
        if credit < 0.99:
            raise limited(math.ceil((1 - credit) / rate))
        self._credit[key] = (credit - 1, now)


def limited(seconds: int) -> Refusal:
    return Refusal("ratelimited", status=429, retry_after=max(seconds, 1))
