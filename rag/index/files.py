"""Files on the disk as the index knows them: by which name, and by what it sees that one is the same as before."""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.documents.titles import title_from_name
from rag.errors import DocumentError
from rag.models import Document

UPLOADS = "uploads"
"""The folder, within the store's, of the files that were handed in: the only ones that are erased with their documents."""
_TICK = 2_000_000_000
"""Nanoseconds: the coarsest clock of any file system in use (FAT's)."""


def base_of(folder: Path) -> Path:
    """Return the folder that sources are named from: the one that holds the store."""
    return Path(os.path.abspath(folder)).parent  # noqa: PTH100 - Path.resolve would follow links


def source_of(path: Path, base: Path) -> str:
    """Name a file relative to the folder that holds the store, so that both can move together; else in full.

    >>> source_of(Path("/a/b/c.txt"), Path("/a")), source_of(Path("/x/c.txt"), Path("/a"))
    ('b/c.txt', '/x/c.txt')
    """
    full, start = os.path.abspath(path), os.path.join(base, "")  # noqa: PTH100, PTH118 - ten thousand times a run
    name = full.removeprefix(start)
    return name if os.sep == "/" else Path(name).as_posix()


def printable(path: Path, base: Path) -> str:
    """Return a file's source with whatever is not UTF-8 escaped."""
    return source_of(path, base).encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was read: the SHA-256 of its bytes, and a stamp by which it is known again without reading it."""

    fingerprint: str
    stamp: str


def stamp_of(path: Path) -> str:
    """Return size, times of change and inode of a file; empty if it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"


def look(path: Path) -> Seen:
    """Read a file.

    A file that was changed less than two seconds before it was read, or while it was, gets no stamp: it could change again
    without its times telling, as a file system's clock has ticks ("racy git"). It is read once more by the next run.

    Raises:
        DocumentError: if it cannot be read, or has a name that is not UTF-8.
    """
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        raise DocumentError("has a name that is not UTF-8: rename it") from None
    now, before = time.time_ns(), stamp_of(path)
    try:
        fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DocumentError(
            f"cannot be read ({error.strerror or error}): see that it exists and may be read"
        ) from error
    return Seen(fingerprint, before if before == stamp_of(path) and _is_old(before, now) else "")


def _is_old(stamp: str, now: int) -> bool:
    """Tell whether a file was last changed well before the moment `now`, in nanoseconds.

    >>> _is_old("5:1000000000:1000000000:7", 4_000_000_000), _is_old("5:1000000000:3000000000:7", 4_000_000_000)
    (True, False)
    """
    times = [int(part) for part in stamp.split(":")[1:3]]
    return bool(times) and max(times) + _TICK < now


def vanished(paths: Sequence[Path], base: Path, sources: set[str]) -> Iterator[str]:
    """Yield those of `sources` that lay in one of `paths` and are there no longer, in order."""
    roots = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - as in `source_of`
    for source in sorted(sources):
        file = base / source
        if any(file.is_relative_to(root) for root in roots) and _is_gone(file):
            yield source


def _is_gone(file: Path) -> bool:
    try:
        return not file.exists()
    except OSError:  # a folder on the way that may not be entered: the file may well be there
        return False


def is_titled(document: Document, path: Path) -> bool:
    """Tell whether a document has a title of its own, and not just its file's name."""
    name = " ".join(title_from_name(path.stem).split())
    return document.title != name or document.text.lstrip().startswith(name)
