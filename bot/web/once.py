"""A form sent twice acts once: a double click, an impatient reload, a browser that tries again."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from starlette.responses import Response

KEPT = 2000  # answers remembered; a form is repeated within seconds


class Once:
    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, ...], Response] = OrderedDict()
        self._gates = [Lock() for _ in range(64)]
        self._lock = Lock()

    def run(self, key: tuple[str, ...], work: Callable[[], Response]) -> Response:
        """The answer of the first run with this key. A failed run is as if it had not been."""
        with self._gates[hash(key) % len(self._gates)]:
            with self._lock:
                if key in self._answers:
                    return self._answers[key]
            answer = work()
            with self._lock:
                self._answers[key] = answer
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
            return answer
