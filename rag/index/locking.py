"""Writers of a store take turns: by a lock file, which they wait for as long as it takes, where SQLite would give up."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import StoreError

LOCK_FILE = ".lock"
LEFTOVERS = ("*.tmp-*", "rebuild-*")
"""What a killed writer may leave behind, and nobody needs."""

Notify = Callable[[str], None]
"""Is told something for people, in one line."""


@contextmanager
def writing(folder: Path, on_wait: Notify | None = None) -> Iterator[None]:
    """Let one program at a time write into `folder`, made if it is not there; others wait, which `on_wait` is told once.

    Raises:
        StoreError: if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_FILE)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if on_wait:
                on_wait(f"another program is writing into {folder}: waiting until it is done")
            lock.acquire()
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def writing_if_free(folder: Path) -> Iterator[bool]:
    """Like `writing`, but without waiting: tells whether we are the one that may write."""
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def tidy(folder: Path) -> list[str]:
    """Remove what killed writers left behind, and return the names; to be called by the one who may write."""
    removed = []
    for pattern in LEFTOVERS:
        for leftover in sorted(folder.glob(pattern)):
            shutil.rmtree(leftover, ignore_errors=True) if leftover.is_dir() else _unlink(leftover)
            removed.append(leftover.name)
    return removed


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def unwritable(folder: Path, error: OSError) -> StoreError:
    """Return the error for a folder that cannot be written."""
    return StoreError(
        f"cannot write a store into {folder} ({error.strerror or error}): free it, or give another folder with --store"
    )
