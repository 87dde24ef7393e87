"""The SQLite file of conversations: made when first written to, opened for each use, what is deleted overwritten."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from rag.errors import ConversationError

DATABASE_FILE = "conversations.sqlite"
FORMAT = 1
_WAIT = 30.0
"""Seconds that SQLite waits for a lock, which others hold for an instant."""


def exists(folder: Path) -> bool:
    """Tell whether anything was ever saved in a store's folder."""
    return (folder / DATABASE_FILE).exists()


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to the database in `folder`, which is made if it is not there; closed at the end.

    Raises:
        ConversationError: in place of any error of SQLite, or where the folder cannot be written.
    """
    path = folder / DATABASE_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(f"file:{quote(os.fspath(path))}", uri=True, timeout=_WAIT, isolation_level=None)
        try:
            _prepare(connection, path)
            yield connection
        finally:
            connection.close()
    except (sqlite3.Error, OSError) as error:
        raise ConversationError(
            f"the conversations in {path} cannot be read or written ({error}): see that the disk has room and the file may be "
            "written, or move it away to begin anew"
        ) from error


@contextmanager
def transaction(folder: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection whose changes are kept all together at the end, or not at all.

    Raises:
        ConversationError: as `opened` does.
    """
    with opened(folder) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.commit()
        except BaseException:
            with suppress(sqlite3.Error):
                connection.rollback()
            raise


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what was forgotten is overwritten, not just unlinked
    connection.execute("PRAGMA trusted_schema = OFF")
    if _format(connection) == 0:
        _create(connection, path)
    if _format(connection) != FORMAT:
        raise ConversationError(
            f"the conversations in {path} are of format {_format(connection)}, and this program reads {FORMAT}: use the "
            "version that wrote them, or move the file away to begin anew"
        )


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _format(connection) == 0:  # nobody else has made it meanwhile
            path.chmod(0o600)  # what people ask is nobody else's business
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _statements() -> Iterator[str]:
    statement = ""
    for line in resources.files("rag.conversations").joinpath("schema.sql").read_text("utf-8").splitlines(True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
