"""Stopping an answer half-way, at once, whatever it waits for.

Gradio's `cancels` takes an event's connection down with it, and what was on its way comes after what the stopping has shown. So
the event ends by itself, as soon as it is told to.
"""

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Generic, TypeVar

Item = TypeVar("Item")
_GLANCE = 0.1  # seconds between looks at whether to stop


class Stop(threading.Event):
    """Set when an answer is to stop. `left` says that its reader has gone on to something else, and does not look at it."""

    left = False


class Stops:
    """For each open page, by Gradio's name for it, what tells its answers to stop."""

    def __init__(self) -> None:
        self._answers: dict[str, set[Stop]] = {}
        self._lock = threading.Lock()

    def begin(self, page: str) -> Stop:
        """Return what will be set when the answer that now begins is to stop."""
        stop = Stop()
        with self._lock:
            self._answers.setdefault(page, set()).add(stop)
        return stop

    def end(self, page: str, stop: Stop) -> None:
        """Forget an answer, which has come to its end."""
        with self._lock:
            self._answers[page].discard(stop)
            if not self._answers[page]:
                del self._answers[page]

    def writing(self, page: str) -> bool:
        """Return whether an answer is being written."""
        with self._lock:
            return page in self._answers

    def stop(self, page: str, *, left: bool = False) -> None:
        """Tell the answers that are being written, if any are, to stop."""
        with self._lock:
            for stop in self._answers.get(page, ()):
                stop.left = stop.left or left
                stop.set()


class _End(Generic[Item]):
    """What comes after the last item: nothing, or what went wrong."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def until(stop: threading.Event, items: Iterator[Item]) -> Iterator[Item]:
    """Yield what `items` yields, until `stop` is set; what `items` is waiting for then is waited for by nobody.

    >>> stop = threading.Event()
    >>> [(stop.set(), item)[1] for item in until(stop, iter(range(9)))]
    [0]
    """
    passed: queue.SimpleQueue[Item | _End[Item]] = queue.SimpleQueue()

    left = threading.Event()  # also when whoever reads this has gone

    def pump() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                if stop.is_set() or left.is_set():
                    break
                passed.put(item)
        except BaseException as found:
            error = found
        if isinstance(items, Generator):
            items.close()  # who writes the answer stops too
        passed.put(_End(error))

    threading.Thread(target=pump, name="answer", daemon=True).start()
    try:
        while not stop.is_set():
            with suppress(queue.Empty):
                item = passed.get(timeout=_GLANCE)
                if not isinstance(item, _End):
                    yield item
                elif item.error is not None:
                    raise item.error
                else:
                    return
    finally:
        left.set()
