"""What goes wrong on purpose: the next calls of a method, or a share of them drawn from a seed."""

import random
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    TIMEOUT_BEFORE = "no answer, and nothing was done"
    TIMEOUT_AFTER = "no answer, but it was done"
    DROP_BEFORE = "the connection breaks, and nothing was done"
    DROP_AFTER = "the connection breaks, but it was done"
    ERROR_500 = "500"
    ERROR_503 = "503"
    ERROR_502 = "502 with a page of HTML"
    FLOOD = "429"

    @property
    def is_after(self) -> bool:
        return self in (Fault.TIMEOUT_AFTER, Fault.DROP_AFTER)


@dataclass
class Faults:
    _next: dict[str, list[Fault]] = field(default_factory=dict)
    _shares: dict[str, tuple[float, tuple[Fault, ...], random.Random]] = field(default_factory=dict)

    def next(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of it; "*" stands for any method."""
        self._next.setdefault(method, []).extend([fault] * times)

    def share(self, method: str, share: float, *faults: Fault, seed: int = 1) -> None:
        """Of 1.0; which one is drawn. No faults: none any more."""
        self._shares[method] = (share, faults, random.Random(seed))

    def strike(self, method: str) -> Fault | None:
        for name in (method, "*"):
            if waiting := self._next.get(name):
                return waiting.pop(0)
            if drawn := self._shares.get(name):
                share, faults, chance = drawn
                if faults and chance.random() < share:
                    return chance.choice(faults)
        return None
