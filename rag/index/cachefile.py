"""Files made from the database: written whole or not at all, each with a stamp that says of what, and read only if they fit."""

import hashlib
import json
import os
import uuid
from collections.abc import Iterable
from pathlib import Path


def stamp_of(path: Path) -> Path:
    """Return where the stamp of a file lies.

    >>> stamp_of(Path("store/chunks.faiss")).name
    'chunks.faiss.json'
    """
    return path.with_name(f"{path.name}.json")


def write(path: Path, parts: Iterable[bytes | memoryview], generation: str) -> None:
    """Write a file of these parts, one after another, and its stamp, each whole or not at all.

    Raises:
        OSError: if the folder cannot be written.
    """
    digest = _replace(path, parts)
    _replace(stamp_of(path), [json.dumps({"generation": generation, "sha256": digest}).encode()])


def read(path: Path, generation: str) -> bytes | None:
    """Return a file of this generation, or None where it is missing, of another generation, or damaged."""
    try:
        stamp = json.loads(stamp_of(path).read_bytes())
        if not isinstance(stamp, dict) or stamp.get("generation") != generation:
            return None
        data = path.read_bytes()
    except (OSError, ValueError):
        return None
    return data if stamp.get("sha256") == hashlib.sha256(data).hexdigest() else None


def is_of(path: Path, generation: str) -> bool:
    """Tell whether a file is there and its stamp says that it is of this generation; what is in it is not looked at."""
    try:
        stamp = json.loads(stamp_of(path).read_bytes())
    except (OSError, ValueError):
        return False
    return path.exists() and isinstance(stamp, dict) and stamp.get("generation") == generation


def _replace(path: Path, parts: Iterable[bytes | memoryview]) -> str:
    digest = hashlib.sha256()
    unfinished = path.with_name(f"{path.name}.tmp-{uuid.uuid4().hex}")
    try:
        with unfinished.open("wb") as file:
            for part in parts:
                digest.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return digest.hexdigest()
