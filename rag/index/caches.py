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
from rag.index import database, postings, rows, vectors
from rag.index.catalogue import Catalogue, Entry, chunk_ids, read_catalogue
from rag.index.levels import Levels, read_levels
from rag.index.postings import Postings

MOST_ADDED = 0.2
"""Share of the chunks that may be new for what is in memory to be brought up to date rather than read or made anew."""

_LEVELLING = "1"
"""Raised when vectors are balanced in another way than before."""


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

    def __init__(self, folder: Path, dimension: int, balance: Balance) -> None:
        self._folder = folder
        self._dimension = dimension
        self._balance = balance
        self._lock = threading.Lock()
        self._last: Cache | None = None
        self._saved = ""  # the generation that the files are of

    def of(self, connection: sqlite3.Connection) -> Cache:
        """Return the cache of the generation that `connection`, in a transaction, sees."""
        with self._lock:
            return self._current(connection)

    def save(self, connection: sqlite3.Connection) -> None:
        """Make the files fit the generation that `connection`, in a transaction, sees, with nothing of what was forgotten.

        A folder that cannot be written is left as it is. What follows a change in memory alone is not in the files, since to
        write them takes longer than to search: whoever has changed an index saves.
        """
        with self._lock:
            cache = self._current(connection)
            if self._saved != cache.generation:
                self._last = replace(cache, postings=cache.postings.merged())
                self._write(self._last)

    def _current(self, connection: sqlite3.Connection) -> Cache:
        generation = database.read_meta(connection)["generation"]
        if self._last is None or self._last.generation != generation:
            catalogue = read_catalogue(connection)
            self._last = self._updated(connection, generation, catalogue) or self._made(
                connection, generation, catalogue
            )
        return self._last

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

    def _made(self, connection: sqlite3.Connection, generation: str, catalogue: Catalogue) -> Cache:
        """Return a cache from the files where they fit, else from the database, and write those that did not."""
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
        if index is None or found is None:
            self._write(cache)
        else:
            self._saved = generation
        return cache

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
            self._saved = cache.generation

    def _stamp(self, generation: str) -> str:
        return f"{generation}/{self._balance.digest}/{_LEVELLING}"


def _bags(connection: sqlite3.Connection, entries: Sequence[Entry]) -> Iterator[bytes]:
    for entry in entries:
        row = connection.execute("SELECT terms FROM lexical WHERE document = ?", (entry.document,)).fetchone()
        yield row["terms"]
