"""Mending a store from what is whole in it: texts make chunks and terms, and those the files; only lost vectors are embedded."""

import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rag.documents import read_document
from rag.errors import DocumentError, StoreError
from rag.index import database, files, locking, rows, sums
from rag.index.base import EmbeddedDocument
from rag.index.cachefile import stamp_of
from rag.index.caches import CACHE_FILES
from rag.index.embedding import Known, Recipe, embed_document
from rag.index.forgetting import sweep
from rag.index.store import Store
from rag.index.verifying import Problem, Verification, all_vectors, verify
from rag.index.ways import read_way
from rag.models import Chunk, Document

_TABLES = ("meta", "roots", "documents", "sentences", "chunks", "lexical", "languages")


def repair(folder: Path, recipe: Recipe, on_wait: locking.Notify | None = None) -> Verification:
    """Mend what `verify` finds, and return what it finds then; `mended` tells what it found before and no more.

    A document whose text is damaged is read from its file again. Where that is gone, it is left as it is and told.

    Raises:
        StoreError: if there is no store of this model and format in `folder`, or it cannot be written.
    """
    with locking.writing(folder, on_wait):
        before = verify(folder, recipe.model_name)
        if not before.problems:
            return before
        if any(problem.kind == "database" for problem in before.problems):
            _salvage(folder, recipe.model_name)
            problems = verify(folder, recipe.model_name).problems
        else:
            problems = before.problems
        dimension = database.check(folder, recipe.model_name)
        with database.transaction(folder / database.DATABASE_FILE) as connection:
            known = Known(connection)
            _mend_rows(connection, problems, folder, recipe, known)
            if {"text", "parts", "orphans", "sums"} & {problem.kind for problem in problems}:
                sums.recompute(connection, all_vectors(connection, dimension))
        locking.tidy(folder)
        if any(problem.kind == "file" for problem in problems):
            for name in CACHE_FILES:
                for path in (folder / name, stamp_of(folder / name)):
                    path.unlink(missing_ok=True)
        store = Store(folder, recipe.model_name)
        with suppress(StoreError, ValueError):  # what could not be mended is told below
            if any(problem.where == database.DATABASE_FILE and problem.kind == "leftover" for problem in problems):
                sweep(folder)
            store.refresh(locked=True)
        after = verify(folder, recipe.model_name)
        after.mended = [problem for problem in before.problems if problem not in after.problems]
        after.embedded = known.embedded
        return after


def _mend_rows(
    connection: sqlite3.Connection, problems: Sequence[Problem], folder: Path, recipe: Recipe, known: Known
) -> None:
    for table in ("sentences", "chunks", "lexical"):
        connection.execute(f"DELETE FROM {table} WHERE document NOT IN (SELECT id FROM documents)")
    kinds = {problem.document: problem.kind for problem in problems if problem.document}
    for document, kind in kinds.items():
        row = connection.execute("SELECT * FROM documents WHERE id = ?", (document,)).fetchone()
        with suppress(
            DocumentError, TypeError, ValueError, LookupError, OSError
        ):  # told afterwards, as it is still there
            made = (_from_file if kind == "text" else _from_text)(connection, row, folder, recipe, known)
            connection.execute("DELETE FROM documents WHERE id = ? OR source = ?", (document, made.document.source))
            rows.insert(connection, made)


def _from_text(
    connection: sqlite3.Connection, row: sqlite3.Row, folder: Path, recipe: Recipe, known: Known
) -> EmbeddedDocument:
    document, way = rows.read_document(row, row["text"]), read_way(row["way"])
    if way.prompt == recipe.passage_prompt and way.chunk_tokens:
        recipe = replace(recipe, chunk_tokens=way.chunk_tokens, chunk_overlap=way.chunk_overlap)
    way = recipe.way(titled=way.titled)
    whole = list(_whole_chunks(connection, document, row["outline"]))
    return embed_document(
        document, row["fingerprint"], recipe, way=way, stamp=row["stamp"], known=known, previous=whole
    )


def _from_file(
    connection: sqlite3.Connection, row: sqlite3.Row, folder: Path, recipe: Recipe, known: Known
) -> EmbeddedDocument:
    path = files.base_of(folder) / row["source"]
    seen, document = files.look(path), read_document(path, source=row["source"])
    way = recipe.way(titled=files.is_titled(document, path))
    return embed_document(document, seen.fingerprint, recipe, way=way, stamp=seen.stamp, known=known)


def _whole_chunks(connection: sqlite3.Connection, document: Document, outline: str) -> Iterator[Chunk]:
    """Yield the chunks that can be trusted: all, where all are there, with their texts taken from the document."""
    complete = rows.read_outline(connection, document.id) == outline
    for chunk in rows.read_chunks(connection, document.id):
        text = document.text[chunk.start : chunk.end]
        if complete or (chunk.sentences and text == chunk.text):
            yield replace(chunk, text=text)


def _salvage(folder: Path, model: str) -> None:
    """Copy every row that can still be read into a new database, and put it in the place of the damaged one."""
    dimension = database.check(folder, model)
    parts = Path(tempfile.mkdtemp(prefix="rebuild-", dir=folder))
    try:
        database.create(parts, model, dimension)
        with (
            database.connected(folder / database.DATABASE_FILE) as damaged,
            database.connected(parts / database.DATABASE_FILE) as mended,
        ):
            mended.execute("PRAGMA foreign_keys = OFF")
            mended.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                for row in _readable(damaged, table):
                    with suppress(sqlite3.IntegrityError, sqlite3.InterfaceError):
                        marks = ", ".join("?" * len(row))
                        mended.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", tuple(row))
            mended.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (uuid.uuid4().hex,))
            mended.commit()
            database.empty_log(mended)
        database.replace(folder, parts / database.DATABASE_FILE)
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def _readable(connection: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    """Yield the rows that are read before an error, from both ends of the table."""
    keys = {"sentences": "document {0}, start {0}", "documents": "rowid {0}", "chunks": "rowid {0}"}
    for direction in ("ASC", "DESC"):
        order = keys.get(table, "1 {0}").format(direction)
        with suppress(sqlite3.DatabaseError):
            yield from connection.execute(f"SELECT * FROM {table} ORDER BY {order}")
