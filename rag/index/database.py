"""The SQLite file of a store: made whole or not at all, opened for each use, checked before it is trusted.

It is kept in WAL mode: whoever reads sees one moment for as long as it likes, and neither waits for a writer nor makes one wait.
A run that writes is one transaction, so that others see all of it or nothing.
"""

import os
import shlex
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from rag.errors import StoreError
from rag.index.locking import unwritable
from rag.index.vectors import FAISS_FILE

DATABASE_FILE = "index.sqlite"
FORMAT = "4"
UNSWEPT = "unswept"
"""Key in `meta` from when a document is forgotten until nothing of it is on the disk; the value is
what `rag.index.forgetting` still has to do, as JSON."""
WAIT = 30.0
"""Seconds that SQLite waits for a lock of its own, which others hold for an instant."""


def schema() -> str:
    """Return the statements that make an empty database."""
    return resources.files("rag.index").joinpath("schema.sql").read_text("utf-8")


def create(folder: Path, model: str, dimension: int) -> None:
    """Make an empty database in `folder`, for vectors of `dimension` numbers made by `model`.

    Raises:
        StoreError: if the folder cannot be written.
    """
    parts = folder / f"{DATABASE_FILE}.tmp-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with connected(parts, mode="rwc") as connection:
            connection.execute(
                "PRAGMA journal_mode = WAL"
            )  # refused by some network disks: then readers and writers wait
            connection.execute("BEGIN IMMEDIATE")
            _fill(connection, model, dimension)
            connection.commit()
        replace(folder, parts)  # a log that lies about would be played into it
    except OSError as error:
        raise unwritable(folder, error) from error
    finally:
        with suppress(OSError):
            parts.unlink()


def reset(connection: sqlite3.Connection, model: str, dimension: int) -> None:
    """Make a database, of whatever format, an empty one within the transaction of `connection`: it can be rolled back."""
    connection.execute("PRAGMA defer_foreign_keys = ON")
    unswept = None
    with suppress(sqlite3.OperationalError):  # another format may have no such table
        unswept = connection.execute("SELECT value FROM meta WHERE key = ?", (UNSWEPT,)).fetchone()
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY name IN ('documents')"  # last, as others refer to it
    ).fetchall()
    for row in tables:
        connection.execute(f'DROP TABLE "{row["name"]}"')
    _fill(connection, model, dimension)
    if unswept:
        connection.execute("INSERT INTO meta VALUES (?, ?)", (UNSWEPT, unswept["value"]))


def _fill(connection: sqlite3.Connection, model: str, dimension: int) -> None:
    statement = ""
    for line in schema().splitlines(keepends=True):  # not `executescript`, which commits first
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
    meta = {"format": FORMAT, "model": model, "dimension": str(dimension), "generation": uuid.uuid4().hex}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())


def replace(folder: Path, parts: Path) -> None:
    """Put the database `parts` in the place of one in `folder` that is past mending.

    A whole one is changed in a transaction instead: whoever had it open would take the old file's log for the new one's.
    """
    path = folder / DATABASE_FILE
    for suffix in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    parts.replace(path)


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
    if not meta.get("dimension", "").isdecimal() or not meta.get("generation"):
        raise StoreError(f"the index in {folder} does not say what its vectors are: rebuild it with `{command}`")
    if meta.get("model") != model:
        raise StoreError(
            f"the index in {folder} was made with the model {meta.get('model')}, but the settings say {model}: "
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
def connected(path: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Give a connection to the database, closed at the end; `mode` is `rw`, `rwc` to make the file, or `ro`.

    Raises:
        StoreError: in place of any error of SQLite.
    """
    try:
        connection = _open(path, mode)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _as_store_error(path, error) from error


def _open(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(os.fspath(path))}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
    except sqlite3.OperationalError:
        connection.close()
        if os.access(path.parent, os.W_OK) or not path.exists() or _has_log(path):
            raise
        # WAL needs a file beside the database, for readers too. Where we may make none, we read as if nobody wrote: should an
        # account that may write do so in this very instant, this one use fails, and the next is right again.
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what was forgotten is overwritten, not just unlinked
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _as_store_error(path: Path, error: sqlite3.Error) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    folder = path.parent
    if code == sqlite3.SQLITE_FULL:
        return StoreError(
            f"the disk of {folder} is full: free some space and run it again; the index is as it was before"
        )
    if code == sqlite3.SQLITE_BUSY:
        return StoreError(f"the store {folder} was in use for more than {WAIT:.0f} seconds: run it again later")
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return StoreError(
            f"the store {folder} cannot be read or written ({error}): see that its disk is well and may be written, then "
            "run it again; the index is as it was before"
        )
    return StoreError(
        f"the store {folder} cannot be used ({error}): `rag verify --repair` may mend it, or put back a copy of "
        f"{DATABASE_FILE}, or index again with --rebuild"
    )


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection whose changes are kept all together at the end, as a new generation, or not at all.

    Without a change the generation stays.
    """
    with connected(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        before = connection.total_changes
        try:
            yield connection
            if connection.total_changes != before:
                connection.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (uuid.uuid4().hex,))
            connection.commit()
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite has rolled back by itself where the disk failed
                connection.rollback()
            raise


def keep_log(connection: sqlite3.Connection) -> None:
    """Put a database into WAL mode, as those of earlier formats were not; outside a transaction.

    Some network disks refuse it, and so does a reader of an earlier version: then readers and writers wait for one another.
    """
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")


def empty_log(connection: sqlite3.Connection, wait: float = 1.0) -> bool:
    """Move the write-ahead log into the database and cut it to nothing; False where a reader still needs it.

    Args:
        connection: outside a transaction.
        wait: seconds for readers to finish.
    """
    connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
    try:
        busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")
    return not busy


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the store says of itself: format, model, dimension, generation."""
    return {row["key"]: row["value"] for row in connection.execute("SELECT key, value FROM meta")}
