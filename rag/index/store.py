"""The embedded index: one folder with an SQLite database, which is the truth, and files made from it to search fast."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np

from rag.balance import Balance, load_balance
from rag.errors import StoreError
from rag.index import database, locking, rows, vectors
from rag.index.base import EmbeddedDocument
from rag.index.caches import Caches
from rag.index.files import base_of
from rag.index.snapshot import StoreSnapshot
from rag.models import Document


class Store:
    """An open store. Safe to use from several threads; sees what other processes add without being opened again.

    Args:
        folder: where the store is.
        model: name of the embedding model that its vectors must be of.
        balance: of languages; by default what was fitted for the model.

    Raises:
        StoreError: if there is no whole store of this model in `folder`.
    """

    def __init__(self, folder: Path, model: str, balance: Balance | None = None) -> None:
        self.folder = folder
        self.dimension = database.check(folder, model)
        self._database = folder / database.DATABASE_FILE
        self._caches = Caches(folder, model, self.dimension, load_balance(model) if balance is None else balance)

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
        with locking.writing(self.folder), database.transaction(self._database) as connection:
            rows.delete(connection, embedded.document.source, self.dimension)
            rows.insert(connection, embedded)

    def forget(self, source: str) -> bool:
        """Take a document out; False if there was none of this source. `rag.index.forgetting` also proves that it is gone."""
        with locking.writing(self.folder), database.transaction(self._database) as connection:
            return rows.delete(connection, source, self.dimension)

    @contextmanager
    def snapshot(self) -> Iterator[StoreSnapshot]:
        """Give the store as it is now, to search in, by the thread that opened it.

        What others write meanwhile does not show in it, and it does not keep them from writing; but the space of what they
        replace is only freed once it is closed: close it soon.
        """
        with database.connected(self._database) as connection:
            yield StoreSnapshot(connection, self._caches.begin(connection), self.dimension)

    def refresh(self, *, locked: bool = False) -> None:
        """Bring the files made from the database up to date with it, if they are not.

        `locked` says that the caller is in `locking.writing` already.
        """
        with nullcontext() if locked else locking.writing(self.folder):
            if not self._caches.are_saved():
                with database.connected(self._database) as connection:
                    self._caches.save(connection)

    def levelled_vectors(self, document: str) -> list[bytes]:
        """Return the vectors, as they lie in the FAISS file, of the chunks that only this document, by its id, has."""
        with database.connected(self._database) as connection:
            cache = self._caches.begin(connection)
            found = connection.execute(
                "SELECT id FROM chunks AS mine WHERE document = ? "
                "AND NOT EXISTS (SELECT 1 FROM chunks AS other WHERE other.key = mine.key AND other.document <> ?)",
                (document, document),
            )
            ids = np.array([row["id"] for row in found], np.int64)
            return vectors.bytes_of(cache.faiss, ids)

    def check_files(self) -> list[tuple[str, str]]:
        """Return the name of each file that is not what the database makes, and what was found."""
        with database.connected(self._database) as connection:
            return list(self._caches.check(connection))

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

    def original(self, document: str) -> tuple[Path, str] | None:
        """Return where the file of a document, by its id, is or was, and the SHA-256 of the bytes that were indexed."""
        with database.connected(self._database) as connection:
            found = connection.execute("SELECT source, fingerprint FROM documents WHERE id = ?", (document,)).fetchone()
        return None if found is None else (base_of(self.folder) / found["source"], found["fingerprint"])

    def documents(self) -> list[Document]:
        """Return all documents, by source, without their texts."""
        with database.connected(self._database) as connection:
            found = connection.execute(f"SELECT {rows.DOCUMENT_COLUMNS} FROM documents ORDER BY source").fetchall()
        return [rows.read_document(row) for row in found]

    def sources_by_fingerprint(self) -> dict[str, str]:
        """Return the SHA-256 of each document's file → its source."""
        with database.connected(self._database) as connection:
            found = connection.execute(
                "SELECT fingerprint, source FROM documents WHERE fingerprint <> '' ORDER BY source"
            )
            return {row["fingerprint"]: row["source"] for row in found}

    def generation(self) -> str:
        """Return the name of the state that the store is in: another after every change of what is searched."""
        with database.connected(self._database) as connection:
            return database.read_meta(connection)["generation"]

    def count(self) -> tuple[int, int]:
        """Return how many documents and how many chunks there are."""
        with database.connected(self._database) as connection:
            documents, chunks = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)"
            ).fetchone()
        return documents, chunks
