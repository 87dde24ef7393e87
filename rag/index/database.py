"""The SQLite file of a store: made whole or not at all, opened for each use, checked before it is trusted."""

import os
import shlex
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path

from filelock import FileLock

from rag.errors import StoreError
from rag.index.vectors import FAISS_FILE

DATABASE_FILE = "index.sqlite"
LOCK_FILE = ".lock"
FORMAT = "2"


def create(folder: Path, model: str, dimension: int) -> None:
    """Make an empty database in `folder`, for vectors of `dimension` numbers made by `model`.

    Raises:
        StoreError: if the folder cannot be written.
    """
    parts = folder / f"{DATABASE_FILE}.tmp-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with connected(parts) as connection:
            connection.executescript(resources.files("rag.index").joinpath("schema.sql").read_text("utf-8"))
            meta = {"format": FORMAT, "model": model, "dimension": str(dimension), "generation": uuid.uuid4().hex}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        parts.replace(folder / DATABASE_FILE)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        with suppress(OSError):
            parts.unlink()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Let one program at a time write into `folder`, made if it is not there; others wait.

    Raises:
        StoreError: if the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_FILE)
        lock.acquire()
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def replace(folder: Path, parts: Path) -> None:
    """Put the database `parts` in the place of the one in `folder`, with whatever a killed writer left of that one."""
    path = folder / DATABASE_FILE
    if path.exists():
        with suppress(StoreError), connected(path) as connection:
            read_meta(connection)  # rolls back what was half written; its journal must not meet the new file
    for suffix in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    parts.replace(path)


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"cannot write a store into {folder} ({error.strerror or error}): free it, or give another folder with --store"
    )


def check(folder: Path, model: str) -> int:
    """Return the dimension of the vectors of the store in `folder`.

    Raises:
        StoreError: if it is missing, half there, damaged, of another format, or of another model than `model`.
    """
    if not (folder / DATABASE_FILE).exists():
        if (folder / FAISS_FILE).exists():
            raise StoreError(
                f"the store {folder} is half there ({DATABASE_FILE} is missing): put it back, or empty the folder"
            )
        raise StoreError(f"no index in {folder}: make one with `rag index PATH --store {folder}`")
    with connected(folder / DATABASE_FILE) as connection:
        meta = read_meta(connection)
        roots = [row["path"] for row in connection.execute("SELECT path FROM roots ORDER BY path")]
    base = Path(os.path.abspath(folder)).parent  # noqa: PTH100 - what sources are named from
    command = shlex.join(["rag", "index", "--rebuild", "--store", str(folder), *(str(base / root) for root in roots)])
    if meta.get("format") != FORMAT:
        raise StoreError(
            f"the index in {folder} was made by {_other_version(meta)} of this program, which reads format {FORMAT!r}: "
            f"rebuild it with `{command}`"
        )
    if meta["model"] != model:
        raise StoreError(
            f"the index in {folder} was made with the model {meta['model']}, but the settings say {model}: "
            f"set RAG_EMBEDDING_MODEL back, or rebuild it with `{command}`"
        )
    return int(meta["dimension"])


def _other_version(meta: dict[str, str]) -> str:
    """Tell which version made a store of another format.

    >>> _other_version({"format": "1"})
    "an earlier version (format '1')"
    """
    found = meta.get("format", "")
    age = "a later" if found.isdecimal() and int(found) > int(FORMAT) else "an earlier"
    return f"{age} version (format {found!r})"


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to the database, closed at the end.

    Raises:
        StoreError: in place of any error of SQLite.
    """
    try:
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what was forgotten is overwritten, not just unlinked
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(
            f"the store {path.parent} cannot be used ({error}): put back a copy of {DATABASE_FILE}, or move the folder away and "
            "index again"
        ) from error


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection whose changes are kept all together at the end, as a new generation, or not at all."""
    with connected(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (uuid.uuid4().hex,))
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the store says of itself: format, model, dimension, generation."""
    return {row["key"]: row["value"] for row in connection.execute("SELECT key, value FROM meta")}
