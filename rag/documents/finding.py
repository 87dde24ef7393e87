"""`find_documents`: the files and folders given on a command line → the files to read."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.documents.files import refusal
from rag.documents.limits import Limits
from rag.documents.reading import SUPPORTED_SUFFIXES
from rag.documents.settling import has_control_characters, printable
from rag.errors import DocumentError

_PERMIT = "give yourself permission to read it (chmod u+rX)"
# About the documents, no documents themselves: what `rag evaluate` reads and writes beside them.
_LEFT_OUT = frozenset({"readme.md", "questions.jsonl", "questions.suggested.jsonl", "questions.feedback.jsonl"})


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read, and what is not read: path (safe to print) and reason."""

    files: tuple[Path, ...]
    failed: tuple[tuple[Path, str], ...] = ()


def find_documents(paths: Sequence[Path], *, limits: Limits | None = None) -> Found:
    """Return the files given, and those that lie below the folders given, each once and in a stable order.

    Walking a folder leaves out hidden files and folders, `README.md`, files of questions, and files of kinds that we do
    not read. What is no regular file, is too large (`limits`, those of the settings by default), leads out of its folder or
    has a control character in its name is not opened, but told of.

    Raises:
        DocumentError: One of `paths` does not exist or may not be looked at.

    """
    search = _Search(Limits.in_force(limits))
    for path in paths:
        search.look_at(path)
    return Found(tuple(search.files), tuple(search.failed.items()))


class _Search:
    def __init__(self, limits: Limits) -> None:
        self.files: dict[Path, None] = {}
        self.failed: dict[Path, str] = {}
        self._limits = limits

    def look_at(self, path: Path) -> None:
        shown = printable(str(path))
        try:
            status = path.stat()
        except FileNotFoundError:
            if path.is_symlink():
                raise DocumentError(f"{shown}: is a link to a file that is gone; repair the link") from None
            raise DocumentError(f"{shown}: there is no such file or folder; check the path") from None
        except OSError as error:
            raise DocumentError(f"{shown}: cannot be looked at ({error.strerror}); {_PERMIT}") from None
        except ValueError as error:  # a NUL in it
            raise DocumentError(f"{shown}: is no path ({error}); check the path") from None
        if stat.S_ISDIR(status.st_mode):
            self._walk(path)
        else:
            self._take(path, status)

    def _take(self, path: Path, status: os.stat_result) -> None:
        if reason := refusal(status, self._limits):
            self._fail(path, reason)
        elif has_control_characters(path.name):
            self._fail(path, "has a line break or another control character in its name; rename it")
        else:
            self.files[path] = None

    def _fail(self, path: Path, reason: str) -> None:
        self.failed[Path(printable(str(path)))] = reason

    def _walk(self, folder: Path) -> None:
        def note(error: OSError) -> None:
            self._fail(Path(error.filename), f"cannot be listed ({error.strerror}); {_PERMIT}")

        home = folder.resolve()
        found = []
        for root, folders, names in os.walk(folder, onerror=note):  # does not follow links to folders
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [Path(root, name) for name in names if _is_wanted(name)]
        unentered: set[Path] = set()
        for path in sorted(found, key=lambda path: path.as_posix()):
            try:
                self._take_within(path, home)
            except OSError as error:  # a folder that may be listed but not entered: told once
                if path.parent not in unentered:
                    unentered.add(path.parent)
                    self._fail(path.parent, f"cannot be entered ({error.strerror}); {_PERMIT}")

    def _take_within(self, path: Path, home: Path) -> None:
        try:
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                if not path.resolve().is_relative_to(home):
                    self._fail(path, "is a link that leads out of its folder; give the file itself, or copy it here")
                    return
                status = path.stat()
        except (FileNotFoundError, RuntimeError):  # RuntimeError: links in a circle
            self._fail(path, "is a link to a file that is gone; repair or remove the link")
            return
        self._take(path, status)


def is_left_out(name: str) -> bool:
    """Tell whether a file is left out of a folder by its name: it is hidden, or tells about the documents."""
    return name.startswith(".") or name.lower() in _LEFT_OUT


def _is_wanted(name: str) -> bool:
    return Path(name).suffix.lower() in SUPPORTED_SUFFIXES and not is_left_out(name)
