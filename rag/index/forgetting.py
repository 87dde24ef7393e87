"""Taking a document out so that nothing of it stays, and the proof: a search through every byte of every file of the store.

Deleted rows stay in SQLite's free pages and its log: pages are overwritten (`secure_delete`), the file is written anew
(`VACUUM`), and the log moved into it and cut. The files made from the database are made again, and vectors of unfinished runs
thrown away. Conversations that are kept beside the index lose what they quote of it; a file that lies within the store, because
it was handed in, goes too. What the disk itself keeps of overwritten blocks, in copies, snapshots and flash cells, is beyond a
program's reach.
"""

import base64
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rag import conversations
from rag.errors import ConversationError, StoreError
from rag.index import database, files, locking, rows, scanning, unfinished
from rag.index.cachefile import stamp_of
from rag.index.caches import CACHE_FILES
from rag.index.scanning import PIECE, Scanner
from rag.index.store import Store
from rag.late_interaction import SIZE

_SHORTEST = 6
"""Bytes of a text under which finding it would mean nothing: so few are anywhere by chance."""
_BLOCK = 1 << 20
_ERASING = ".erasing-"
_READERS = 30.0
"""Seconds that readers get to finish, so that the log can be cut."""
_BLOBS = (
    ("chunks", "vector", "a chunk's vector"),
    ("chunks", "tokens", "a chunk's token vectors"),
    ("sentences", "vector", "a sentence's vector"),
)


@dataclass
class Certificate:
    """What was forgotten, what was searched for, and what was found of it: nothing, if `gone`.

    `pieces` counts runs of 20 characters of its text, title and name, `shared` those of them that remaining documents hold too;
    `vectors` and `shared_vectors` those of its chunks, sentences and tokens; `rounds` the saved answers that it was taken out of.
    """

    source: str
    document: str
    pieces: int = 0
    shared: int = 0
    vectors: int = 0
    shared_vectors: int = 0
    rounds: int = 0
    files: int = 0
    bytes: int = 0
    encodings: tuple[str, ...] = scanning.ENCODINGS
    found: list[dict[str, Any]] = field(default_factory=list)
    generation: str = ""
    file: str | None = None

    @property
    def gone(self) -> bool:
        """Whether nothing was found."""
        return not self.found

    def as_json(self) -> dict[str, Any]:
        """Return it as the command line prints it with `--json`."""
        return {"gone": self.gone, **asdict(self)}


@dataclass(frozen=True)
class _Remains:
    """What to search for: texts with the pieces that others hold, and bytes."""

    texts: list[tuple[str, str, list[int]]]
    blobs: list[tuple[str, bytes]]


def forget(store: Store, source: str, on_wait: locking.Notify | None = None) -> Certificate:
    """Take a document out of the store, with all that was made of it, and search for it in all files.

    Raises:
        StoreError: if no document, or more than one, goes by this name; or if the document is out of the index, but the disk is
            full or a reader does not finish: the message then says how to go on.
    """
    with locking.writing(store.folder, on_wait):
        finish_forgetting(store.folder)
        document = store.document(source)
        path = store.folder / database.DATABASE_FILE
        with database.connected(path) as connection:
            certificate, remains = _remains(connection, document.id, store.levelled_vectors(document.id))
            fingerprint = _fingerprint(connection, document.id)
        file = files.base_of(store.folder) / document.source
        said = conversations.Remains(document.id, document.source, [one[1:] for one in remains.texts], PIECE)
        certificate.rounds = conversations.redact(store.folder, said)
        left = json.dumps({"document": document.id, "source": document.source, "fingerprint": fingerprint})
        with database.transaction(path) as connection:
            rows.delete(connection, document.source, store.dimension)
            connection.execute("DELETE FROM roots WHERE path = ?", (document.source,))
            connection.execute("INSERT INTO meta VALUES (?, ?)", (database.UNSWEPT, left))
        try:
            # Again, as an answer may have been saved until the document was gone (`rag.conversations`).
            certificate.rounds += conversations.redact(store.folder, said)
            sweep(store.folder)
        except (StoreError, ConversationError) as error:
            raise StoreError(
                f"{document.source} is out of the index, but not yet off the disk ({error}): run "
                f"`rag verify --repair --store {store.folder}` to finish it"
            ) from error
        store.refresh(locked=True)
        with database.connected(path) as connection:
            certificate.generation = database.read_meta(connection)["generation"]
        result = _scan(store.folder, remains)
        certificate.files, certificate.bytes, certificate.found = result["files"], result["bytes"], result["found"]
        certificate.file = str(file) if file.exists() else None
        return certificate


def finish_forgetting(folder: Path) -> bool:
    """Do what a forgetting that was killed, or failed, left undone; within `locking.writing`. Tell whether there was anything.

    Raises:
        StoreError: as `sweep` does.
    """
    unswept = _unswept(folder / database.DATABASE_FILE) is not None
    if unswept:
        sweep(folder)
    return unswept


def sweep(folder: Path) -> None:
    """Erase what was handed in and is forgotten, and write the database of a store anew, without free pages and without a log.

    The files that are made from it are removed, for `Store.refresh` to make anew.

    Raises:
        StoreError: if the disk is full, a file cannot be erased, or a reader does not finish.
    """
    path = folder / database.DATABASE_FILE
    try:
        if left := _unswept(path):
            _erase_handed_in(folder, left["fingerprint"])
            # Once more: of what was saved while the one that was killed went on, only what says whom it quotes can be told.
            conversations.redact(folder, conversations.Remains(left["document"], left["source"], (), PIECE))
            with database.transaction(path) as connection:  # what is handed in from now on is another file
                connection.execute("UPDATE meta SET value = '{}' WHERE key = ?", (database.UNSWEPT,))
        for file in sorted((folder / files.UPLOADS).glob(f"{_ERASING}*")):
            _erase(file)
        unfinished.discard(folder)
        locking.tidy(folder)
        for name in CACHE_FILES:  # first, so that if something fails they are gone rather than old
            for cache in (folder / name, stamp_of(folder / name)):
                cache.unlink(missing_ok=True)
        with database.connected(path) as connection:
            connection.execute("VACUUM")
            if not database.empty_log(connection, _READERS):
                raise StoreError("a program that reads the store needs its old pages: let it finish, or stop it")
            connection.execute("DELETE FROM meta WHERE key = ?", (database.UNSWEPT,))
            database.empty_log(connection, _READERS)
    except (ConversationError, OSError) as error:
        raise StoreError(str(error)) from error


def _unswept(path: Path) -> dict[str, str] | None:
    """Return what there is to erase, nothing if that is done and only pages are left, None if nothing is left."""
    with database.connected(path) as connection:
        value = database.read_meta(connection).get(database.UNSWEPT)
    try:
        left: dict[str, str] | None = None if value is None else json.loads(value)
        return left
    except ValueError:
        return {}


def _fingerprint(connection: sqlite3.Connection, document: str) -> str:
    return str(connection.execute("SELECT fingerprint FROM documents WHERE id = ?", (document,)).fetchone()[0])


def _erase_handed_in(folder: Path, fingerprint: str) -> None:
    """Erase all files that were handed in and have these bytes, under whatever name, but for those of other documents."""
    uploads, base = folder / files.UPLOADS, files.base_of(folder)
    with database.connected(folder / database.DATABASE_FILE) as connection:
        known = {row["source"] for row in connection.execute("SELECT source FROM documents")}
    for file in sorted(uploads.iterdir()) if uploads.is_dir() else ():
        if file.is_symlink() or not file.is_file() or files.source_of(file, base) in known:
            continue
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found == fingerprint:
            _erase(file.rename(uploads / f"{_ERASING}{uuid.uuid4().hex}"))  # known again, should this be killed


def _erase(file: Path) -> None:
    """Overwrite a file and remove it."""
    file.chmod(0o600)
    with file.open("r+b") as stream:
        left = file.stat().st_size
        while left > 0:
            left -= stream.write(bytes(min(_BLOCK, left)))
        stream.flush()
        os.fsync(stream.fileno())
    file.unlink()


def _remains(connection: sqlite3.Connection, document: str, levelled: Sequence[bytes]) -> tuple[Certificate, _Remains]:
    row = connection.execute("SELECT * FROM documents WHERE id = ?", (document,)).fetchone()
    texts = [("its id", document), ("its name", row["source"]), ("its title", row["title"]), ("its text", row["text"])]
    texts = [(name, text) for name, text in texts if len(text.encode("utf-8", "surrogatepass")) >= _SHORTEST]
    shared = _shared(connection, document, texts)
    blobs, count = [], Counter[str]()
    for table, column, name in _BLOBS:
        for blob, others in connection.execute(
            f"SELECT {column}, EXISTS (SELECT 1 FROM {table} AS other WHERE other.key = mine.key AND other.document <> ?) "
            f"FROM {table} AS mine WHERE document = ? AND length({column}) > 0",
            (document, document),
        ):
            count["shared" if others else "own"] += len(blob) // SIZE if column == "tokens" else 1
            if not others:
                blobs.append((name, blob))
    certificate = Certificate(
        source=row["source"],
        document=document,
        pieces=sum(max(len(text) - PIECE + 1, 1) for _, text in texts),
        shared=sum(map(len, shared.values())),
        vectors=count["own"],
        shared_vectors=count["shared"],
    )
    blobs += [("a chunk's vector in FAISS", vector) for vector in levelled]
    return certificate, _Remains([(name, text, sorted(shared[name])) for name, text in texts], blobs)


def _shared(connection: sqlite3.Connection, document: str, texts: Sequence[tuple[str, str]]) -> dict[str, set[int]]:
    """Return, for each text, the first characters of the pieces that other documents, or what was indexed, hold too."""
    wanted = [next(scanning.of_text(name, text)) for name, text in texts]
    scanner = Scanner(wanted)
    shared: dict[str, set[int]] = {name: set() for name, _ in texts}
    for other in _other_texts(connection, document):
        for number, unit, _ in scanner.pieces(other.encode("utf-8", "surrogatepass")):
            shared[texts[number][0]].add(unit)
    return {name: _all_alike(text, shared[name]) for name, text in texts}


def _all_alike(text: str, units: set[int]) -> set[int]:
    """Return the places of all pieces that are the same as those at `units`."""
    if not units:
        return units
    pieces = {text[unit : unit + PIECE] for unit in units}
    return {unit for unit in range(max(len(text) - PIECE + 1, 1)) if text[unit : unit + PIECE] in pieces}


def _other_texts(connection: sqlite3.Connection, document: str) -> Iterator[str]:
    for row in connection.execute("SELECT source, title, text, pages FROM documents WHERE id <> ?", (document,)):
        yield from row
    yield from (row["path"] for row in connection.execute("SELECT path FROM roots") if row["path"])
    yield from database.read_meta(connection).values()
    yield database.schema()


def _scan(folder: Path, remains: _Remains) -> dict[str, Any]:
    """Search the files in a program of its own, as `scanning` tells."""
    request = {
        "folder": str(folder),
        "texts": remains.texts,
        "blobs": [(name, base64.b64encode(data).decode()) for name, data in remains.blobs],
    }
    done = subprocess.run(
        [sys.executable, "-P", scanning.__file__],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it was stopped"])[-1]
        raise StoreError(f"the document is out of the index, but the search for what is left of it failed ({reason})")
    result: dict[str, Any] = json.loads(done.stdout)
    return result
