"""A file's bytes, if it is a file, may be read and is not too large."""

import os
import stat
from pathlib import Path

from rag.documents.limits import Limits
from rag.errors import DocumentError

_MB = 1_000_000
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def refusal(status: os.stat_result, limits: Limits) -> str | None:
    """Return why something is not read that is no regular file, or too large; None if it may be read."""
    for is_kind, kind in _KINDS:
        if is_kind(status.st_mode):
            return f"is {kind}; expected a file"
    if status.st_size > limits.file_mb * _MB:
        return _too_large(status.st_size, limits)
    return None


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file; never waits for a pipe or a device, and reads no more than the limit.

    Raises:
        DocumentError: It is missing, no regular file, unreadable, empty or too large.

    """
    try:
        if reason := refusal(path.stat(), limits):  # before it is opened: opening a device may do something
            raise DocumentError(reason)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            if reason := refusal(os.fstat(descriptor), limits):
                raise DocumentError(reason)
            data = file.read(limits.file_mb * _MB + 1)  # it may grow meanwhile
    except FileNotFoundError:
        raise DocumentError("there is no such file; check the path") from None
    except PermissionError:
        raise DocumentError("may not be read; give yourself permission to read it (chmod u+r)") from None
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror}); check the disk or copy the file elsewhere") from error
    if len(data) > limits.file_mb * _MB:
        raise DocumentError(_too_large(len(data), limits))
    if not data:
        raise DocumentError("is empty (0 bytes); fill the file or leave it out")
    return data


def _too_large(size: int, limits: Limits) -> str:
    return f"has {size / _MB:,.0f} MB; at most {limits.file_mb:,} are read: split it or raise RAG_MAX_FILE_MB"
