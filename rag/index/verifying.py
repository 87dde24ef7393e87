"""Whether a store holds together: every row against its checksum and the text it was made from, every file against the rows."""

import hashlib
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rag.errors import StoreError
from rag.index import checksums, database, locking, rows, sums
from rag.index.bags import decode
from rag.index.store import Store
from rag.index.ways import embedded_text, read_way, text_key
from rag.late_interaction import SIZE
from rag.models import Document

Kind = Literal["database", "text", "parts", "orphans", "sums", "file", "leftover"]
"""The file of SQLite itself; a document's row; what was made from its text; rows without a document; the sums of a language;
a file made from the database; a file that a killed program left."""

_UNFIT = "a row that does not fit its checksum"
_TYPES = {
    "documents": {"id": "text", "source": "text", "title": "text", "language": "text", "pages": "text", "text": "text"},
    "sentences": {"start": "integer", "end": "integer", "key": "blob", "vector": "blob"},
    "chunks": {
        "ordinal": "integer",
        "start": "integer",
        "end": "integer",
        "text": "text",
        "key": "blob",
        "vector": "blob",
        "tokens": "blob",
    },
    "lexical": {"terms": "blob"},
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong: what kind of thing, which one (a source or a file), and what was found."""

    kind: Kind
    where: str
    found: str
    document: str = ""


@dataclass
class Verification:
    """What was looked at, and what is wrong: nothing, if `problems` is empty. `mended` is what a repair has done."""

    store: str
    documents: int = 0
    chunks: int = 0
    sentences: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mended: list[Problem] = field(default_factory=list)
    embedded: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as the command line prints it with `--json`."""

        def plain(problems: list[Problem]) -> list[dict[str, str]]:
            return [{"kind": found.kind, "where": found.where, "found": found.found} for found in problems]

        return {
            "store": self.store,
            "ok": not self.problems,
            "documents": self.documents,
            "chunks": self.chunks,
            "sentences": self.sentences,
            "files": self.files,
            "problems": plain(self.problems),
            "mended": plain(self.mended),
            "embedded": self.embedded,
        }


def verify(folder: Path, model: str) -> Verification:
    """Look at everything in the store, and change nothing.

    Raises:
        StoreError: if there is no store of this model and format in `folder`, or its file is no database at all.
    """
    store = Store(folder, model)
    report = Verification(str(folder))
    try:
        with database.connected(folder / database.DATABASE_FILE) as connection:
            connection.execute("BEGIN")
            report.problems += check_database(connection, store.dimension)
            if database.UNSWEPT in database.read_meta(connection):
                found = "a document was forgotten, but its pages are not yet off the disk"
                report.problems.append(Problem("leftover", database.DATABASE_FILE, found))
            for name in ("documents", "chunks", "sentences"):
                setattr(report, name, connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
    except StoreError as error:
        report.problems.append(Problem("database", database.DATABASE_FILE, str(error.__cause__ or error)))
    if all(problem.kind == "leftover" for problem in report.problems):  # files made from wrong rows are wrong too
        report.problems += [Problem("file", name, found) for name, found in store.check_files()]
    report.problems += [
        Problem("leftover", path.name, "was left by a program that was killed") for path in locking.leftovers(folder)
    ]
    report.files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": _digest(path)}
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(database.DATABASE_FILE)
    ]
    return report


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_database(connection: sqlite3.Connection, dimension: int) -> Iterator[Problem]:
    """Yield what is wrong with the rows that a connection sees; vectors have `dimension` numbers."""
    for row in connection.execute("PRAGMA integrity_check(20)").fetchall():
        if row[0] != "ok":
            yield Problem("database", database.DATABASE_FILE, row[0])
    for table, types in _TYPES.items():
        wrong = " OR ".join(f"typeof({name}) <> '{kind}'" for name, kind in types.items())
        count = connection.execute(f"SELECT count(*) FROM {table} WHERE {wrong}").fetchone()[0]
        if count:
            yield Problem("parts", table, f"{count} rows with a value of the wrong type")
    for table in ("sentences", "chunks", "lexical"):
        count = connection.execute(
            f"SELECT count(*) FROM {table} WHERE document NOT IN (SELECT id FROM documents)"
        ).fetchone()[0]
        if count:
            yield Problem("orphans", table, f"{count} rows of documents that are not there")
    whole = True
    for row in connection.execute("SELECT * FROM documents ORDER BY source"):
        for problem in _check_document(connection, row, dimension):
            whole = False
            yield problem
    if whole:
        yield from _check_sums(connection, dimension)


def _check_document(connection: sqlite3.Connection, row: sqlite3.Row, dimension: int) -> Iterator[Problem]:
    def problem(kind: Kind, found: str) -> Problem:
        return Problem(kind, str(row["source"]), found, str(row["id"]))

    try:
        if checksums.of_document(*(row[name] for name in rows.CHECKED_COLUMNS)) != row["checksum"]:
            yield problem("text", "its text, or what is known of it, does not fit its checksum")
            return
        document = rows.read_document(row, row["text"])
        way = read_way(row["way"])
        if rows.read_outline(connection, row["id"]) != row["outline"]:
            yield problem("parts", "sentences or chunks are missing, or too many, or stand elsewhere")
        wrong = Counter[str]()
        for part in _parts(connection, document, dimension):
            if part.key != text_key(embedded_text(document, part.start, part.end, way), way):
                wrong[f"{part.kind}: not the text that was embedded"] += 1
            for found in part.wrong:
                wrong[f"{part.kind}: {found}"] += 1
        for found, count in wrong.items():
            yield problem("parts", f"{count} × {found}")
        for found in _wrong_terms(connection, document.id):
            yield problem("parts", found)
    except (TypeError, ValueError, LookupError, AttributeError, struct.error, OverflowError) as error:
        yield problem("parts", f"cannot be read ({' '.join(str(error).split())[:120]})")


@dataclass(frozen=True, slots=True)
class _Part:
    kind: Literal["sentences", "chunks"]
    start: int
    end: int
    key: bytes
    wrong: tuple[str, ...]


def _parts(connection: sqlite3.Connection, document: Document, dimension: int) -> Iterator[_Part]:
    for row in connection.execute("SELECT * FROM sentences WHERE document = ?", (document.id,)):
        values = (row["start"], row["end"], row["key"], row["vector"])
        wrong = [] if checksums.of_sentence(*values) == row["checksum"] else [_UNFIT]
        wrong += _wrong_vector(row["vector"], rows.SENTENCE_DTYPE, dimension)
        if not 0 <= row["start"] < row["end"] <= len(document.text):
            wrong.append("offsets outside of the text")
        yield _Part("sentences", row["start"], row["end"], row["key"], tuple(wrong))
    for row in connection.execute("SELECT * FROM chunks WHERE document = ? ORDER BY ordinal", (document.id,)):
        fits = checksums.of_chunk(*(row[name] for name in rows.CHECKED_CHUNK_COLUMNS)) == row["checksum"]
        wrong = [] if fits else [_UNFIT]
        wrong += _wrong_vector(row["vector"], rows.CHUNK_DTYPE, dimension)
        if len(row["tokens"]) % SIZE:
            wrong.append(f"token vectors of another length than {SIZE}")
        if document.text[row["start"] : row["end"]] != row["text"]:
            wrong.append("text that is not the document's")
        yield _Part("chunks", row["start"], row["end"], row["key"], tuple(wrong))


def _wrong_vector(blob: bytes, kind: str, dimension: int) -> list[str]:
    if len(blob) != dimension * np.dtype(kind).itemsize:
        return [f"vectors of another length than {dimension}"]
    return [] if np.isfinite(np.frombuffer(blob, kind)).all() else ["vectors that are not of numbers"]


def _wrong_terms(connection: sqlite3.Connection, document: str) -> Iterator[str]:
    row = connection.execute("SELECT checksum, terms FROM lexical WHERE document = ?", (document,)).fetchone()
    if row is None:
        yield "its terms are missing"
        return
    if checksums.of_terms(row["terms"]) != row["checksum"]:
        yield "its terms do not fit their checksum"
        return
    chunks = connection.execute("SELECT count(*) FROM chunks WHERE document = ?", (document,)).fetchone()[0]
    if len(decode(row["terms"])) != chunks:
        yield f"terms of {len(decode(row['terms']))} chunks, where there are {chunks}"


def _check_sums(connection: sqlite3.Connection, dimension: int) -> Iterator[Problem]:
    """Compare what is kept of each language with its vectors added up again."""
    kept = [tuple(row) for row in connection.execute("SELECT * FROM languages ORDER BY language")]
    scratch = sqlite3.connect(":memory:", isolation_level=None)
    try:
        scratch.row_factory = sqlite3.Row
        scratch.execute(next(part for part in database.schema().split(";") if "CREATE TABLE languages" in part))
        sums.recompute(scratch, all_vectors(connection, dimension))
        right = [tuple(row) for row in scratch.execute("SELECT * FROM languages ORDER BY language")]
    finally:
        scratch.close()
    for language in sorted({row[0] for row in set(kept) ^ set(right)}, key=str):
        yield Problem("sums", str(language), "the sums of this language are not those of its vectors")


def all_vectors(connection: sqlite3.Connection, dimension: int) -> Iterator[tuple[str, Any, Any]]:
    """Yield the language of each document, and the vectors of its chunks and sentences."""
    for row in connection.execute("SELECT id, language FROM documents").fetchall():
        found = connection.execute("SELECT vector FROM sentences WHERE document = ?", (row["id"],))
        sentences = rows.read_vectors(found, rows.SENTENCE_DTYPE, dimension)
        yield row["language"], rows.read_chunk_vectors(connection, row["id"], dimension), sentences
