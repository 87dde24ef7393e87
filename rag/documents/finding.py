"""`find_documents`: the files and folders given on a command line → the files to read."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.documents.reading import SUPPORTED_SUFFIXES
from rag.errors import DocumentError

_PERMIT = "give yourself permission to read it (chmod u+rX)"


@dataclass(frozen=True, slots=True)
class Found:
    """The files to read, and what could not be looked into: path and reason."""

    files: tuple[Path, ...]
    failed: tuple[tuple[Path, str], ...] = ()


def find_documents(paths: Sequence[Path]) -> Found:
    """Return the files given, and those that lie below the folders given, each once and in a stable order.

    Files given by name are taken as they are. Walking a folder leaves out hidden files and folders, `README.md`, files
    of kinds that we do not read, and links that lead out of the folder.

    Raises:
        DocumentError: One of `paths` does not exist or may not be looked at.

    """
    files: dict[Path, None] = {}
    failed: dict[Path, str] = {}
    for path in paths:
        if _kind(path) == "folder":
            files.update(dict.fromkeys(_walk(path, failed)))
        else:
            files[path] = None
    return Found(tuple(files), tuple(failed.items()))


def _kind(path: Path) -> Literal["file", "folder"]:
    try:
        return "folder" if stat.S_ISDIR(path.stat().st_mode) else "file"
    except FileNotFoundError:
        if path.is_symlink():
            raise DocumentError(f"{path}: is a link to a file that is gone; repair the link") from None
        raise DocumentError(f"{path}: there is no such file or folder; check the path") from None
    except OSError as error:
        raise DocumentError(f"{path}: cannot be looked at ({error.strerror}); {_PERMIT}") from None


def _walk(folder: Path, failed: dict[Path, str]) -> list[Path]:
    def note(error: OSError) -> None:
        failed[Path(error.filename)] = f"cannot be listed ({error.strerror}); {_PERMIT}"

    home = folder.resolve()
    found = []
    for root, folders, names in os.walk(folder, onerror=note):  # does not follow links to folders
        folders[:] = [name for name in folders if not name.startswith(".")]
        try:
            found += [path for path in (Path(root, name) for name in names) if _is_wanted(path, home)]
        except OSError as error:  # a folder that may be listed but not entered
            failed[Path(root)] = f"cannot be entered ({error.strerror}); {_PERMIT}"
    return sorted(found, key=lambda path: path.as_posix())


def _is_wanted(path: Path, home: Path) -> bool:
    if path.name.startswith(".") or path.name.lower() == "readme.md" or path.suffix.lower() not in SUPPORTED_SUFFIXES:
        return False
    return not path.is_symlink() or (path.is_file() and path.resolve().is_relative_to(home))
