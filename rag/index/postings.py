"""BM25 over the chunks of a store, in memory: exact after any adding and forgetting, without building anew.

A `Postings` is a few segments that nobody changes, and which of their chunks are still alive. Bringing it up to date makes a
new one that shares the old one's segments, so that a reader of the old generation keeps a consistent view.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.index import cachefile, segments
from rag.index.bags import hash_terms
from rag.index.segments import Ids, Mask, Segment
from rag.text.terms import Terms

POSTINGS_FILE = "chunks.postings"
_LAYOUT = "1"  # of the file

K1 = 1.2
B = 0.75
MOST_SEGMENTS = 8
MOST_BEHIND = 0.2
"""Share of the chunks that may be dead or outside the first segment before all are merged into one."""

Scores = npt.NDArray[np.float32]


class Postings:
    """An immutable BM25 index of chunks.

    Args:
        parts: segments; a row is a place in all of them, one after another.
        alive: which rows have not been forgotten, shape `(rows,)`.

    Attributes:
        ids: the chunk of each row, shape `(rows,)`.
    """

    def __init__(self, parts: tuple[Segment, ...], alive: Mask) -> None:
        self.segments = tuple(part for part in parts if len(part.ids))
        self._firsts = np.cumsum([0, *(len(part.ids) for part in self.segments)], dtype=np.int32)
        self._alive = alive
        self._dead = len(alive) - int(alive.sum())
        self.ids: Ids = np.concatenate([np.empty(0, np.int64), *(part.ids for part in self.segments)])
        lengths = np.concatenate([np.empty(0, np.int32), *(part.lengths for part in self.segments)])
        mean = lengths.sum(where=alive, dtype=np.int64) / max(len(self), 1)
        norms = K1 * (1 - B + B * lengths / max(mean, 1e-9))
        norms[~alive] = np.inf  # so that a dead chunk scores 0
        self._norms = norms.astype(np.float32)
        living = np.flatnonzero(alive)
        self._by_id = living[np.argsort(self.ids[living], kind="stable")]
        self._ids_in_order = self.ids[self._by_id]

    def __len__(self) -> int:
        """Return how many chunks are alive."""
        return len(self._alive) - self._dead

    @classmethod
    def build(cls, ids: Ids, blobs: Iterable[bytes]) -> "Postings":
        """Return the postings of the chunks `ids`, shape `(chunks,)`.

        `blobs` are the `encode_terms` of the chunks of one document each, and are taken one at a time.

        Raises:
            ValueError: if `blobs` hold more or fewer chunks than `ids`.
        """
        return cls((segments.build(ids, blobs),), np.ones(len(ids), np.bool_))

    def updated(self, removed: Ids, ids: Ids, blobs: Iterable[bytes]) -> "Postings":
        """Return the postings without the chunks `removed` and with `ids`, whose bags are in `blobs`; this one stays as it is.

        Raises:
            KeyError: if one of `removed` is not there.
            ValueError: if `blobs` hold more or fewer chunks than `ids`.
        """
        alive = self._alive.copy()
        alive[self.rows(removed)] = False
        parts = (*self.segments, segments.build(ids, blobs))
        return Postings(parts, np.concatenate([alive, np.ones(len(ids), np.bool_)]))._tidy()

    def merged(self) -> "Postings":
        """Return the same in one segment, in which nothing is left of what was forgotten."""
        if len(self.segments) <= 1 and not self._dead:
            return self
        return Postings((self._merge(self.segments, self._alive),), np.ones(len(self), np.bool_))

    def scores(self, terms: Terms) -> Scores:
        """Return the BM25 score of each row for the terms of a question, each counted once: shape `(rows,)`, 0 or more.

        Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond": the sum over the terms of
        idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean length)), with idf = ln(1 + (N − n + 0.5) / (n + 0.5)) of
        the n among N chunks that hold the term, which is never negative. A chunk's length is how many terms occur in it.
        """
        scores = np.zeros(len(self.ids), np.float32)
        for found in self._places(terms):
            if found:
                rows, norms, idf = self._holders(found)
                weights = self._counts_of(found).astype(np.float32)
                norms += weights
                weights /= norms
                weights *= np.float32(idf * (K1 + 1))
                scores[rows] += weights  # a term has each row once
        return scores

    def coverage(self, terms: Terms, rows: Ids) -> Scores:
        """Return which share of a question's terms these rows, of shape `(n,)`, hold, each term weighted by its idf: 0…1.

        Unlike BM25 it means the same for every question and every size of the index. A row that is forgotten holds nothing.
        """
        covered, total = np.zeros(len(rows), np.float32), 0.0
        for found in self._places(terms):
            idf = self._idf_of(found)
            for at, place in found:
                covered[self._holds(at, place, rows)] += np.float32(idf)
            total += idf
        return np.where(self._alive[rows], covered / np.float32(max(total, 1e-9)), np.float32(0))

    def known(self, terms: Terms) -> float:
        """Return which share of a question's terms, weighted by their idf, any chunk holds at all: 0…1."""
        absent = self._idf(0)  # that of a term that only forgotten chunks hold, too, and of no other
        weights = [self._idf_of(found) for found in self._places(terms)]
        return sum(weight for weight in weights if weight < absent) / max(sum(weights), 1e-9)

    def rows(self, ids: Ids) -> Ids:
        """Return the row of each of `ids`, shape `(n,)`.

        Raises:
            KeyError: if a chunk is not there.
        """
        places = self._ids_in_order.searchsorted(ids)
        if len(ids) and (places.max() >= len(self) or not np.array_equal(self._ids_in_order[places], ids)):
            raise KeyError("no such chunk in this generation of the index")
        return self._by_id[places]

    def _places(self, terms: Terms) -> Iterator[list[tuple[int, int]]]:
        """Yield, for each different term, the segments that know it, and where."""
        hashes = np.unique(hash_terms(terms))
        places = [part.places(hashes) for part in self.segments]
        for number in range(len(hashes)):
            yield [(at, int(place[number])) for at, place in enumerate(places) if place[number] >= 0]

    def _holders(self, found: list[tuple[int, int]]) -> tuple[npt.NDArray[np.int32], Scores, float]:
        """Return the rows that hold a term, their norms (infinite for the dead), and its idf."""
        rows = [self.segments[at].rows[self._slice(at, place)] for at, place in found]
        rows = [part + self._firsts[at] if at else part for part, (at, _) in zip(rows, found, strict=True)]
        whole = rows[0] if len(rows) == 1 else np.concatenate(rows)
        norms = self._norms[whole]
        return whole, norms, self._idf(int(np.isfinite(norms).sum()) if self._dead else len(whole))

    def _holds(self, at: int, place: int, rows: Ids) -> Mask:
        """Tell which of these rows, shape `(n,)`, hold the term at a place of a segment, dead or alive."""
        holders = self.segments[at].rows[self._slice(at, place)]
        sought = rows - self._firsts[at]
        near = np.minimum(holders.searchsorted(sought), len(holders) - 1)
        return np.asarray(holders[near] == sought, np.bool_)

    def _idf_of(self, found: list[tuple[int, int]]) -> float:
        if self._dead and found:
            return self._holders(found)[2]
        sizes = [self._slice(at, place) for at, place in found]
        return self._idf(sum(one.stop - one.start for one in sizes))

    def _counts_of(self, found: list[tuple[int, int]]) -> npt.NDArray[np.uint8]:
        return np.concatenate([self.segments[at].counts[self._slice(at, place)] for at, place in found])

    def _slice(self, at: int, place: int) -> slice:
        starts = self.segments[at].starts
        return slice(int(starts[place]), int(starts[place + 1]))

    def _idf(self, holding: int) -> float:
        return float(np.log1p((len(self) - holding + 0.5) / (holding + 0.5)))

    def _tidy(self) -> "Postings":
        if not self.segments:
            return self
        base = len(self.segments[0].ids)
        if len(self.ids) - base + self._dead > MOST_BEHIND * len(self.ids):
            return self.merged()
        if len(self.segments) <= MOST_SEGMENTS:
            return self
        later = self._merge(self.segments[1:], self._alive[base:])
        alive = np.concatenate([self._alive[:base], np.ones(len(later.ids), np.bool_)])
        return Postings((self.segments[0], later), alive)

    @staticmethod
    def _merge(parts: tuple[Segment, ...], alive: Mask) -> Segment:
        ends = np.cumsum([len(part.ids) for part in parts])
        return segments.merge(
            [segments.without(part, alive[end - len(part.ids) : end]) for part, end in zip(parts, ends, strict=True)]
        )


def write(postings: Postings, folder: Path, generation: str) -> None:
    """Write postings, merged, and their stamp, each whole or not at all.

    Raises:
        OSError: if the folder cannot be written.
        ValueError: if they are not merged.
    """
    if postings is not postings.merged():
        raise ValueError("only merged postings are written: what was forgotten must not reach the disk")
    cachefile.write(folder / POSTINGS_FILE, _parts(postings), stamp(generation))


def to_bytes(postings: Postings) -> bytes:
    """Return merged postings as they are written."""
    return b"".join(_parts(postings))


def stamp(generation: str) -> str:
    """Return what the stamp of the file says."""
    return f"{generation}/{_LAYOUT}"


def _parts(postings: Postings) -> Iterator[memoryview]:
    return segments.to_parts(postings.segments[0] if postings.segments else segments.build(postings.ids, []))


def read(folder: Path, generation: str) -> Postings | None:
    """Return the postings of this generation, or None where the file is missing, of another generation, or damaged."""
    data = cachefile.read(folder / POSTINGS_FILE, stamp(generation))
    if data is None:
        return None
    segment = segments.from_bytes(data)
    return Postings((segment,), np.ones(len(segment.ids), np.bool_))
