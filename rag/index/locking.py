"""Writers of a store take turns: by a lock file, which they wait for as long as it takes, where SQLite would give up."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import StoreError

LOCK_FILE = ".lock"
# What a killed writer may leave behind, and nobody needs: exactly that, as the folder may hold other things of its owner.
_PART = re.compile(r".+\.(?:tmp|database)-[0-9a-f]{32}(?:-journal|-wal|-shm)?")
_REBUILT = re.compile(r"rebuild-[a-z0-9_]{8}")
_OF_A_STORE = ("index.sqlite", "chunks.", "unfinished.")

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
    for leftover in leftovers(folder):
        shutil.rmtree(leftover, ignore_errors=True) if leftover.is_dir() else _unlink(leftover)
        removed.append(leftover.name)
    return removed


def leftovers(folder: Path) -> list[Path]:
    """Return what killed writers left behind in a store's folder."""
    return [path for path in sorted(folder.iterdir()) if _is_leftover(path)] if folder.is_dir() else []


def _is_leftover(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        return bool(_REBUILT.fullmatch(path.name)) and all(one.name.startswith(_OF_A_STORE) for one in path.iterdir())
    return bool(_PART.fullmatch(path.name))


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def unwritable(folder: Path, error: OSError) -> StoreError:
    """Return the error for a folder that cannot be written."""
    return StoreError(
        f"cannot write a store into {folder} ({error.strerror or error}): free it, or give another folder with --store"
    )
