"""Does work grow with the length of a text, or faster? Ratios of CPU time, since a busy machine tells nothing in seconds."""

import gc
import time
from collections.abc import Callable

_SLACK = 3  # times as much as linear growth would be
_LEAST = 0.02  # CPU seconds: what takes less is all noise
_TRIES = 2


def slowdown(act: Callable[[int], object], length: int, longer: int) -> float:
    """Return how many times the CPU time of `act(length)` is that of `act(longer)`: of the lesser of two runs each.

    Each run gets a length of its own, so that what the last one left in a cache does not help it.
    """

    def seconds(size: int) -> float:
        start = time.process_time()
        act(size)
        return time.process_time() - start

    act(max(length // 10, 1))
    gc.collect()
    gc.disable()  # a full collection of all that the other tests left would be counted
    try:
        short = min(seconds(length + attempt) for attempt in range(_TRIES))
        long = min(seconds(longer + attempt) for attempt in range(_TRIES))
    finally:
        gc.enable()
    return long / max(short, _LEAST)


def is_linear(act: Callable[[int], object], length: int) -> bool:
    """Tell whether four times the length takes no more than about four times as long."""
    return slowdown(act, length, 4 * length) < 4 * _SLACK
