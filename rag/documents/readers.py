"""Processes that read files for this one, so that no file can hang it, crash it or take its memory.

They are started when first needed (two seconds), and stay for the next file, but not for a minute without one; one that
does not come back in time, crashes or runs out of memory is replaced.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from rag.documents.limits import Limits
from rag.errors import DocumentError
from rag.models import Document, Page

_MOST = 4
_MOST_FILES = 1_000  # that one process reads: what its libraries leak, it takes with it
_IDLE_SECONDS = 60.0
_TEXTS = 4  # bytes of an answer for each byte that a file may unpack to


class Readers:
    """As many processes as are asked for at once, `most` at most; safe to use from many threads."""

    def __init__(self, most: int, *, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._sweeper: threading.Timer | None = None
        self._seats = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[_Reader] = []

    def read(self, path: Path, source: str, limits: Limits) -> Document:
        """Read a file in another process.

        Raises:
            DocumentError: The file cannot be read as a document, or not within the limits.

        """
        request = {"path": os.path.abspath(path), "source": source, "limits": limits.as_json()}  # noqa: PTH100
        with self._seats:
            reader = self._take()
            try:
                answer = reader.ask(request, limits)
            except BaseException:  # it failed, or we were interrupted: what it does now is not known
                reader.end()
                raise
            self._give_back(reader)
        if "error" in answer:
            raise DocumentError(str(answer["error"]))
        document: Document = answer["document"]
        return document

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes that are not at work."""
        with self._lock:
            idle, self._idle = self._idle, []
            if self._sweeper is not None:
                self._sweeper.cancel()
                self._sweeper = None
        for reader in idle:
            reader.end()

    def _sweep(self) -> None:
        """End the processes that nobody has asked for a while: each holds 200 MB."""
        now = time.monotonic()
        with self._lock:
            old = [reader for reader in self._idle if now - reader.idle_since >= self._idle_seconds]
            self._idle = [reader for reader in self._idle if reader not in old]
            self._sweeper = None
            self._sweep_later()
        for reader in old:
            reader.end()

    def _sweep_later(self) -> None:
        if self._idle and self._sweeper is None:
            self._sweeper = threading.Timer(self._idle_seconds, self._sweep)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _take(self) -> "_Reader":
        with self._lock:
            while self._idle:
                reader = self._idle.pop()
                if reader.is_alive():
                    return reader
                reader.end()
        return _Reader()

    def _give_back(self, reader: "_Reader") -> None:
        if reader.files >= _MOST_FILES:
            reader.end()
            return
        reader.idle_since = time.monotonic()
        with self._lock:
            self._idle.append(reader)
            self._sweep_later()


class _Reader:
    """A process of `rag.documents.worker`."""

    def __init__(self) -> None:
        self.files = 0
        self.idle_since = 0.0
        # The same modules as here, and none that lie in the folder we happen to be in (-P).
        modules = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "rag.documents.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": modules, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,  # so that it, and what it started, can be ended as one
            )
        except OSError as error:
            raise DocumentError(
                f"cannot be read now: no process can be started ({error.strerror}); try again"
            ) from error

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """Return the answer to a request.

        Raises:
            DocumentError: None came in time, or the process crashed or had too little memory.

        """
        self.files += 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # then there will be no answer either
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        while True:
            too_late = threading.Event()
            timer = threading.Timer(limits.seconds, self._give_up, [too_late])
            timer.daemon = True
            timer.start()
            line = self._process.stdout.readline(_TEXTS * max(limits.file_mb, limits.unpacked_mb) * 1_000_000)
            timer.cancel()
            if too_late.is_set():
                raise DocumentError(f"takes longer than {limits.seconds} s to read; split it or raise RAG_READ_SECONDS")
            answer = _understood(line)
            if answer is None:
                why = f"it may be damaged, or need more than {limits.memory_mb:,} MB of memory (RAG_READ_MEMORY_MB)"
                raise DocumentError(f"made its reader fail ({self._how_it_ended()}); {why}: open it and save it anew")
            if "out_of_memory" in answer:
                found = f"needs more than {limits.memory_mb:,} MB of memory to read"
                raise DocumentError(f"{found}; split it or raise RAG_READ_MEMORY_MB")
            if answer:
                return answer

    def end(self) -> None:
        """End the process and what it started."""
        _kill(self._process)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _give_up(self, too_late: threading.Event) -> None:
        too_late.set()
        _kill(self._process)

    def _how_it_ended(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"exit code {code}"
        return signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"


def _understood(line: bytes) -> dict[str, Any] | None:
    """Return what a reader answered; None if that is none of the answers there are."""
    try:
        answer = json.loads(line.decode("utf-8", "surrogatepass"))
        if not isinstance(answer, dict) or "document" not in answer:
            return answer if isinstance(answer, dict) and answer.keys() <= {"error", "out_of_memory"} else None
        return {"document": _document(answer["document"])}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg") and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _document(values: dict[str, Any]) -> Document:
    pages = tuple(Page(**page) for page in values.pop("pages"))
    return Document(**values | {"pages": pages, "notes": tuple(values["notes"])})


_readers = Readers(min(_MOST, os.cpu_count() or 1))
atexit.register(lambda: _readers.close())


def readers() -> Readers:
    """Return the readers of this process."""
    return _readers


def _after_fork() -> None:
    """A forked child must not speak through its parent's pipes."""
    global _readers
    _readers = Readers(min(_MOST, os.cpu_count() or 1))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
