"""How long something keeps the processor."""

import gc
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Of the processor, so that other work on the machine does not count. Without the collector of
    garbage, which would go through all that other tests left, and may take longer than the work."""
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()
