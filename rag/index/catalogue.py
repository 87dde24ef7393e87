"""Which documents and chunks there are: small enough for memory, enough to filter by and to see what changed."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rag.index.base import Among, Filter, Ids


class Entry(NamedTuple):
    """A document with chunks: equal to that of another moment if its chunks are the same.

    Its chunks are `first`, `first + 1`, …, as many as `chunks` says. In a database put in place of another chunk ids begin
    anew, so that they alone would not tell.
    """

    document: str
    source: str
    language: str
    date: str | None
    outline: str
    first: int
    chunks: int


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All entries, by chunk id."""

    entries: tuple[Entry, ...]

    @cached_property
    def ids(self) -> Ids:
        """All chunk ids, ascending, shape `(chunks,)`."""
        return chunk_ids(self.entries)

    def languages(self, ids: Ids) -> list[str]:
        """Return the languages of these chunks, which must be there, shape `(n,)`."""
        places = np.searchsorted(self._firsts, ids, side="right") - 1
        return [self.entries[place].language for place in places.tolist()]

    @cached_property
    def _firsts(self) -> Ids:
        return np.array([entry.first for entry in self.entries], np.int64)

    def among(self, wanted: Filter) -> Among | None:
        """Return the chunks that a filter leaves; None if it restricts nothing."""
        if wanted == Filter():
            return None
        admitted = [entry for entry in self.entries if wanted.admits(entry.source, entry.language, entry.date)]
        return Among(chunk_ids(admitted))

    def changes(self, later: "Catalogue") -> tuple[list[Entry], list[Entry]]:
        """Return what was removed and what was added until a later moment, each by chunk id."""
        mine, theirs = set(self.entries), set(later.entries)
        return [entry for entry in self.entries if entry not in theirs], [
            entry for entry in later.entries if entry not in mine
        ]


def chunk_ids(entries: Sequence[Entry]) -> Ids:
    """Return the ids of all chunks of these documents, in order, shape `(chunks,)`."""
    counts = np.array([entry.chunks for entry in entries], np.int64)
    shifts = np.array([entry.first for entry in entries], np.int64) - (np.cumsum(counts) - counts)
    return np.repeat(shifts, counts) + np.arange(counts.sum(), dtype=np.int64)


def read_catalogue(connection: sqlite3.Connection) -> Catalogue:
    """Return what the database holds."""
    found = connection.execute(
        "SELECT id, source, language, date, outline, first, chunks FROM documents JOIN "
        "(SELECT document, min(id) AS first, count(*) AS chunks FROM chunks GROUP BY document) ON document = id ORDER BY first"
    )
    return Catalogue(tuple(Entry(*row) for row in found))
