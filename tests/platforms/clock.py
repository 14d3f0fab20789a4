"""The time on a platform."""

import time


class Clock:
    """It runs as ours does, and can be turned forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def turn(self, seconds: float) -> None:
        self._ahead += seconds
