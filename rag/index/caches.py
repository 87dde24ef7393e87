"""What is made from the database to search fast, of the generation that a connection sees: vectors in FAISS, postings."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.balance import Balance
from rag.errors import StoreError
from rag.index import cachefile, database, locking, postings, rows, vectors
from rag.index.catalogue import Catalogue, Entry, chunk_ids, read_catalogue
from rag.index.levels import Levels, read_levels
from rag.index.postings import Postings

MOST_ADDED = 0.2
"""Share of the chunks that may be new for what is in memory to be brought up to date rather than read or made anew."""

CACHE_FILES = (vectors.FAISS_FILE, postings.POSTINGS_FILE)

_LEVELLING = "2"
"""Raised when vectors are balanced, or kept, in another way than before."""


@dataclass(frozen=True, slots=True, eq=False)
class Cache:
    """All that one generation is searched with. Nothing of it is ever changed."""

    generation: str
    catalogue: Catalogue
    levels: Levels
    faiss: Any
    postings: Postings


class Caches:
    """The cache of the last generation seen, and how the next is made: in memory, from files, or from the database.

    Safe to use from several threads.
    """

    def __init__(self, folder: Path, model: str, dimension: int, balance: Balance) -> None:
        self._folder = folder
        self._model = model
        self._dimension = dimension
        self._balance = balance
        self._lock = threading.Lock()
        self._last: Cache | None = None

    def begin(self, connection: sqlite3.Connection) -> Cache:
        """Begin a transaction of `connection` that only reads, and return the cache of the generation that it sees.

        Of many threads none begins with an older generation than another that went before: each is made once.
        """
        with self._lock:
            connection.execute("BEGIN")  # what FAISS and the postings find is what the rows say
            cache, made = self._current(connection)
        if made:
            self._offer(cache)
        return cache

    def are_saved(self) -> bool:
        """Tell whether the files are there and of the generation that is in the database now."""
        with database.connected(self._folder / database.DATABASE_FILE) as connection:
            generation = database.read_meta(connection)["generation"]
        return all(cachefile.is_of(self._folder / name, stamp) for name, stamp in self.stamps(generation).items())

    def save(self, connection: sqlite3.Connection) -> None:
        """Make the files fit the generation that `connection` sees, with nothing of what was forgotten.

        A folder that cannot be written is left as it is. What follows a change in memory alone is not in the files, since to
        write them takes longer than to search: whoever has changed an index saves. To be called by the one who may write.
        """
        with self._lock:
            connection.execute("BEGIN")
            cache, _ = self._current(connection)
            self._last = replace(cache, postings=cache.postings.merged())
        self._write(self._last)

    def check(self, connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
        """Yield the name of each file that is not what the database, as `connection` sees it, makes, and what was found."""
        connection.execute("BEGIN")
        generation, catalogue = database.read_meta(connection)["generation"], read_catalogue(connection)
        levels = read_levels(connection, catalogue, self._balance, self._dimension)
        bags = _bags(connection, catalogue.entries)
        right = {
            vectors.FAISS_FILE: vectors.to_bytes(self._vectors(connection, catalogue, levels)),
            postings.POSTINGS_FILE: postings.to_bytes(Postings.build(catalogue.ids, bags)),
        }
        for name, stamp in self.stamps(generation).items():
            path = self._folder / name
            if not path.exists():
                yield name, "is missing; the next search makes it again"
            elif not cachefile.is_of(path, stamp):
                yield name, "is of an earlier state of the index; the next search makes it again"
            elif (data := cachefile.read(path, stamp)) is None:
                yield name, "does not fit its checksum; the next search makes it again"
            elif data != right[name]:
                yield name, "is not what the rows of the database make"

    def _offer(self, cache: Cache) -> None:
        """Write the files, unless somebody else is writing into the store, or has done so since.

        So nothing that was forgotten meanwhile comes back with them.
        """
        with locking.writing_if_free(self._folder) as free:
            if free:
                with database.connected(self._folder / database.DATABASE_FILE) as connection:
                    generation = database.read_meta(connection)["generation"]
                if generation == cache.generation:
                    self._write(cache)

    def _current(self, connection: sqlite3.Connection) -> tuple[Cache, bool]:
        """Return the cache of the generation that `connection` sees, and whether its files should be written."""
        meta = database.read_meta(connection)
        generation, made = meta["generation"], False
        if self._last is None or self._last.generation != generation:
            if (meta["model"], meta["dimension"]) != (self._model, str(self._dimension)):
                raise StoreError(
                    f"the index in {self._folder} was rebuilt with the model {meta['model']} while it was open with "
                    f"{self._model}: start again"
                )
            catalogue = read_catalogue(connection)
            cache = self._updated(connection, generation, catalogue)
            if cache is None:
                cache, made = self._made(connection, generation, catalogue)
            self._last = cache
        return self._last, made

    def _updated(self, connection: sqlite3.Connection, generation: str, catalogue: Catalogue) -> Cache | None:
        """Return the last cache with what changed since; None if there is none, or too much is new.

        Postings are brought up to date. Vectors are made anew: with the means of the languages all of them move a little.
        """
        if self._last is None:
            return None
        removed, added = self._last.catalogue.changes(catalogue)
        gone, new = chunk_ids(removed), chunk_ids(added)
        if len(new) > MOST_ADDED * len(catalogue.ids):
            return None
        levels = read_levels(connection, catalogue, self._balance, self._dimension)
        updated = self._last.postings.updated(gone, new, _bags(connection, added))
        return Cache(generation, catalogue, levels, self._vectors(connection, catalogue, levels), updated)

    def _made(self, connection: sqlite3.Connection, generation: str, catalogue: Catalogue) -> tuple[Cache, bool]:
        """Return a cache from the files where they fit, else from the database, and whether one did not."""
        levels = read_levels(connection, catalogue, self._balance, self._dimension)
        index = vectors.read(self._folder, self._stamp(generation))
        found = postings.read(self._folder, generation)
        cache = Cache(
            generation,
            catalogue,
            levels,
            self._vectors(connection, catalogue, levels) if index is None else index,
            Postings.build(catalogue.ids, _bags(connection, catalogue.entries)) if found is None else found,
        )
        return cache, index is None or found is None

    def _vectors(self, connection: sqlite3.Connection, catalogue: Catalogue, levels: Levels) -> Any:
        """Return a FAISS index of all chunks' vectors, level."""
        matrix, at = np.empty((len(catalogue.ids), self._dimension), np.float32), 0
        for entry in catalogue.entries:
            found = rows.read_chunk_vectors(connection, entry.document, self._dimension)
            matrix[at : at + entry.chunks] = levels.chunks.level(found, entry.language)
            at += entry.chunks
        return vectors.build(catalogue.ids, matrix, self._dimension)

    def _write(self, cache: Cache) -> None:
        with suppress(OSError):  # a store that may only be read is searched all the same
            vectors.write(cache.faiss, self._folder, self._stamp(cache.generation))
            postings.write(cache.postings, self._folder, cache.generation)

    def stamps(self, generation: str) -> dict[str, str]:
        """Return what the stamp of each file says where it is of this generation."""
        return {vectors.FAISS_FILE: self._stamp(generation), postings.POSTINGS_FILE: postings.stamp(generation)}

    def _stamp(self, generation: str) -> str:
        return f"{generation}/{self._balance.digest}/{_LEVELLING}"


def _bags(connection: sqlite3.Connection, entries: Sequence[Entry]) -> Iterator[bytes]:
    for entry in entries:
        row = connection.execute("SELECT terms FROM lexical WHERE document = ?", (entry.document,)).fetchone()
        yield row["terms"]
