"""The embedded index: one folder with an SQLite database, which is the truth, and a FAISS file made from it."""

import os
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from rag.balance import load_balance
from rag.errors import StoreError
from rag.index import database, rows, vectors
from rag.index.base import DenseHit, EmbeddedDocument, Vectors
from rag.models import Document


class Store:
    """An open store. Safe to use from several threads; sees what other processes add without being opened again.

    Args:
        folder: where the store is.
        model: name of the embedding model that its vectors must be of.

    Raises:
        StoreError: if there is no whole store of this model in `folder`.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self.folder = folder
        self.dimension = database.check(folder, model)
        self._database = folder / database.DATABASE_FILE
        self.balance = load_balance(model)
        self._lock = threading.Lock()
        self._generation = ""
        self._faiss: Any = None

    @staticmethod
    def is_absent(folder: Path) -> bool:
        """Tell whether nothing of a store is in `folder`."""
        return not any(os.path.lexists(folder / name) for name in (database.DATABASE_FILE, vectors.FAISS_FILE))

    @classmethod
    def create(cls, folder: Path, model: str, dimension: int) -> "Store":
        """Make an empty store for vectors of `dimension` numbers in `folder`, and open it.

        Raises:
            StoreError: if the folder cannot be written.
        """
        database.create(folder, model, dimension)
        return cls(folder, model)

    def add(self, embedded: EmbeddedDocument) -> None:
        """Add a document, in place of the one of the same source if there is one."""
        with database.transaction(self._database) as connection:
            rows.delete(connection, embedded.document.source)
            rows.insert(connection, embedded)

    def forget(self, source: str) -> bool:
        """Take a document out; False if there was none of this source."""
        with database.transaction(self._database) as connection:
            return rows.delete(connection, source)

    def dense(self, query: Vectors, language: str, k: int) -> list[DenseHit]:
        """Return the `k` chunks nearest to a question's vector, shape `(dimension,)`, by cosine without language, best first.

        `language` is the question's.
        """
        balanced = self.balance.query(query, language)
        with database.connected(self._database) as connection:
            connection.execute("BEGIN")  # one snapshot: what FAISS finds is what the rows say
            scores, ids = self._current(connection).search(balanced.reshape(1, -1), k)
            return [
                rows.read_hit(connection, int(key), float(score))
                for score, key in zip(scores[0], ids[0], strict=True)
                if key >= 0
            ]

    def refresh(self) -> None:
        """Bring the FAISS file up to date with the database, if it is not."""
        with database.connected(self._database) as connection:
            connection.execute("BEGIN")
            self._current(connection)

    def document(self, source: str) -> Document:
        """Return the document of this source, or of the one source that ends so, with its text.

        Raises:
            StoreError: if no document, or more than one, goes by this name.
        """
        name = f"/{source.removeprefix('./')}"
        columns = f"{rows.DOCUMENT_COLUMNS}, text"
        with database.connected(self._database) as connection:
            found = connection.execute(
                f"SELECT {columns} FROM documents WHERE source = ? OR id = ?", (source, source)
            ).fetchall()
            found = (
                found
                or connection.execute(
                    f"SELECT {columns} FROM documents WHERE substr('/' || source, -length(?)) = ? ORDER BY source",
                    (name, name),
                ).fetchall()
            )
        if not found:
            raise StoreError(f"no document {source!r} in {self.folder}: `rag list` names those there are")
        if len(found) > 1:
            raise StoreError(f"{source!r} ends {len(found)} names, such as {found[0]['source']}: give one in full")
        return rows.read_document(found[0], found[0]["text"])

    def documents(self) -> list[Document]:
        """Return all documents, by source, without their texts."""
        with database.connected(self._database) as connection:
            found = connection.execute(f"SELECT {rows.DOCUMENT_COLUMNS} FROM documents ORDER BY source").fetchall()
        return [rows.read_document(row) for row in found]

    def files(self) -> dict[str, str]:
        """Return source → fingerprint of the file, and of the way it was read, when it was indexed."""
        with database.connected(self._database) as connection:
            found = connection.execute("SELECT source, fingerprint FROM documents").fetchall()
        return {row["source"]: row["fingerprint"] for row in found}

    def add_roots(self, paths: Iterable[str]) -> None:
        """Remember what was asked to be indexed, for the message that tells how to do it again."""
        with database.connected(self._database) as connection:
            connection.executemany("INSERT OR IGNORE INTO roots VALUES (?)", [(path,) for path in paths])

    def count(self) -> tuple[int, int]:
        """Return how many documents and how many chunks there are."""
        with database.connected(self._database) as connection:
            documents, chunks = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)"
            ).fetchone()
        return documents, chunks

    def _current(self, connection: sqlite3.Connection) -> Any:
        """Return the FAISS index of the generation that `connection` sees."""
        generation = f"{database.read_meta(connection)['generation']}/{self.balance.digest}"
        with self._lock:
            if generation != self._generation:
                self._faiss = vectors.read(self.folder, generation) or self._build(connection, generation)
                self._generation = generation
            return self._faiss

    def _build(self, connection: sqlite3.Connection, generation: str) -> Any:
        matrix, ids, languages = rows.read_chunk_vectors(connection, self.dimension)
        of_language = np.array(languages)
        balanced = np.empty_like(matrix)
        for language in set(languages):
            mine = of_language == language
            balanced[mine] = self.balance.passages(matrix[mine], language)
        index = vectors.build(np.array(ids, np.int64), balanced, self.dimension)
        with suppress(OSError):  # a store that may only be read is searched all the same
            vectors.write(index, self.folder, generation)
        return index
