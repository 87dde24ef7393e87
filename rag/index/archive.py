"""A store as one file, to be moved to another machine: a line that says what it is, then the database, and nothing else.

There are no names of files in it, nothing is unpacked and nothing in it is run: what comes in is copied, compared with its
checksum, and looked at by SQLite with its schema compared statement by statement (no views, no triggers) before it replaces a
store, in one transaction.
"""

import hashlib
import json
import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import StoreError
from rag.index import database, locking, unfinished
from rag.index.forgetting import finish_forgetting
from rag.index.store import Store
from rag.index.verifying import check_database

MAGIC = "sanad store"
_LONGEST_HEADER = 4096
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Archive:
    """What the first line of an export says: the rest of the file is `bytes` long and has this SHA-256."""

    kind: str
    format: str
    model: str
    dimension: int
    documents: int
    chunks: int
    bytes: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """Return it as the command line prints it with `--json`."""
        return asdict(self)


def export_store(store: Store, file: Path) -> Archive:
    """Write the store as it is now to a new file, whole or not at all; others may read and write it meanwhile.

    Raises:
        StoreError: if the file is there already, or cannot be written.
    """
    if os.path.lexists(file):
        raise StoreError(f"{file} is there already: remove it, or give another name")
    if not file.parent.is_dir():
        raise StoreError(f"cannot write {file}: there is no folder {file.parent}")
    copy = file.with_name(f"{file.name}.database-{uuid.uuid4().hex}")
    parts = file.with_name(f"{file.name}.tmp-{uuid.uuid4().hex}")
    try:
        with database.connected(store.folder / database.DATABASE_FILE) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        with database.connected(copy) as connection:
            connection.execute("UPDATE documents SET stamp = ''")  # times and inodes of this machine
            connection.execute("DELETE FROM meta WHERE key = ?", (database.UNSWEPT,))
            connection.execute("PRAGMA journal_mode = DELETE")  # one file
            connection.execute("VACUUM")
            meta = database.read_meta(connection)
            counts = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)"
            ).fetchone()
        with copy.open("rb") as source:
            sha256, size = hashlib.file_digest(source, "sha256").hexdigest(), copy.stat().st_size
        documents, chunks = counts
        archive = Archive(MAGIC, meta["format"], meta["model"], int(meta["dimension"]), documents, chunks, size, sha256)
        with copy.open("rb") as source, parts.open("xb") as target:
            target.write(json.dumps(archive.as_json(), ensure_ascii=False).encode() + b"\n")
            for block in _blocks(source):
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        parts.rename(file)
        return archive
    except OSError as error:
        raise StoreError(
            f"cannot write {file} ({error.strerror or error}): give another name, or free the disk"
        ) from error
    finally:
        for path in (copy, parts):
            with suppress(OSError):
                path.unlink()


def import_store(
    file: Path, folder: Path, model: str, *, replace: bool = False, on_wait: locking.Notify | None = None
) -> Archive:
    """Put an exported store into `folder`, once all of it has been found whole.

    A store that holds documents is only replaced with `replace`; its readers see the old one until the new one is all there.

    Raises:
        StoreError: if the file is no export, is damaged, of another format or model, or holds what no store holds; or if
            there is a store already. What was in `folder` is then as it was.
    """
    with locking.writing(folder, on_wait):
        locking.tidy(folder)
        if not replace and not Store.is_absent(folder) and Store(folder, model).count()[0]:
            raise StoreError(
                f"there is an index in {folder} already: give another --store, or --replace to put it in its place"
            )
        if not Store.is_absent(folder):
            finish_forgetting(folder)
        with _unpacked(file, folder) as (archive, copy):
            _check(copy, archive, file, model)
            if not (folder / database.DATABASE_FILE).exists():
                database.create(folder, model, archive.dimension)
            with (
                database.connected(copy, "ro") as source,
                database.connected(folder / database.DATABASE_FILE) as target,
            ):
                source.backup(target)  # one transaction of the target
                database.keep_log(target)
                target.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (uuid.uuid4().hex,))
                target.execute("UPDATE documents SET stamp = ''")
                database.empty_log(target)
        unfinished.discard(folder)
        Store(folder, model).refresh(locked=True)
        return archive


@contextmanager
def _unpacked(file: Path, folder: Path) -> Iterator[tuple[Archive, Path]]:
    """Copy the database out of an export, and compare it with what the first line says."""
    copy = folder / f"import.tmp-{uuid.uuid4().hex}"
    try:
        with file.open("rb") as source, copy.open("xb") as target:
            archive = _read_header(source.readline(_LONGEST_HEADER), file)
            digest, size = hashlib.sha256(), 0
            for block in _blocks(source):
                size += len(block)
                if size > archive.bytes:
                    break
                digest.update(block)
                target.write(block)
        if size != archive.bytes:
            found = "more" if size > archive.bytes else f"{size}"
            raise StoreError(f"{file} is damaged: its database has {found} of {archive.bytes} bytes; copy it again")
        if digest.hexdigest() != archive.sha256:
            raise StoreError(f"{file} is damaged: it does not fit its checksum; copy it again")
        yield archive, copy
    except OSError as error:
        raise StoreError(
            f"cannot import {file} ({error.strerror or error}): see that it is there and the disk is not full"
        ) from error
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                copy.with_name(copy.name + suffix).unlink()


def _read_header(line: bytes, file: Path) -> Archive:
    try:
        found: Any = json.loads(line)
        archive = Archive(**found)
        texts, numbers = (archive.format, archive.model, archive.sha256), (archive.bytes, archive.dimension)
        if archive.kind != MAGIC or not all(isinstance(text, str) for text in texts):
            raise ValueError("no store")
        if not all(isinstance(number, int) and number > 0 for number in numbers):
            raise ValueError("no sizes")
        return archive
    except (ValueError, TypeError, RecursionError) as error:
        raise StoreError(f"{file} is no exported store: make one with `rag export FILE`") from error


def _check(copy: Path, archive: Archive, file: Path, model: str) -> None:
    """See that a database that comes from elsewhere is one of ours, of this model, and holds together."""
    if archive.format != database.FORMAT:
        raise StoreError(
            f"{file} has format {archive.format!r}, and this program reads {database.FORMAT!r}: export it anew with the same "
            "version as here, or index the documents here"
        )
    if archive.model != model:
        raise StoreError(
            f"{file} was made with the model {archive.model}, but the settings say {model}: set RAG_EMBEDDING_MODEL to it"
        )
    try:
        with database.connected(copy, "ro") as connection:
            connection.execute("PRAGMA cell_size_check = ON")
            if _statements(connection) != _our_statements():
                raise StoreError(f"{file} is no exported store: its tables are not those of one")
            meta = database.read_meta(connection)
            said = (meta.get("format"), meta.get("model"), meta.get("dimension"))
            plain = meta.keys() == {"format", "model", "dimension", "generation"}
            if said != (archive.format, archive.model, str(archive.dimension)) or not plain:
                raise StoreError(f"{file} is no exported store: its database is not the one that it tells of")
            problem = next(check_database(connection, archive.dimension), None)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise StoreError(f"{file} is damaged ({error}): nothing was imported") from error
    if problem:
        raise StoreError(f"{file} is damaged: {problem.where}: {problem.found}; nothing was imported")


def _statements(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return {tuple(row) for row in connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master")}


def _our_statements() -> set[tuple[str, str, str]]:
    empty = sqlite3.connect(":memory:")
    try:
        empty.executescript(database.schema())
        return _statements(empty)
    finally:
        empty.close()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
