"""Bags of terms → postings: which chunks hold a term, and how often. Made in slices that are merged, never in one go.

Inverting all postings of a large store at once needs some 25 bytes for each; a slice at a time needs little more than the
5 bytes for each that stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from rag.index import bags
from rag.index.bags import Bag, Hashes

SLICE = 8192
"""How many chunks are inverted together."""
_BLOCK = 2_000_000
"""How many postings are moved together when segments are merged."""

Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Postings of some chunks, which nobody changes: a reader may hold them as long as it likes.

    The chunks of `terms[i]` are `rows[starts[i] : starts[i + 1]]`, ascending, and it occurs `counts[…]` times in them.
    """

    ids: Ids
    """Chunk ids, shape `(chunks,)`; a row is a place in it."""
    starts: npt.NDArray[np.int64]
    """Shape `(terms + 1,)`."""
    lengths: npt.NDArray[np.int32]
    """How many term occurrences a chunk has, shape `(chunks,)`."""
    terms: Hashes
    """Ascending hashes, shape `(terms,)`."""
    rows: npt.NDArray[np.int32]
    """Shape `(postings,)`."""
    counts: npt.NDArray[np.uint8]
    """Shape `(postings,)`."""

    def places(self, terms: Hashes) -> npt.NDArray[np.int64]:
        """Return where each of `terms`, shape `(n,)`, stands in `self.terms`, -1 where it does not: shape `(n,)`."""
        places = self.terms.searchsorted(terms)
        places[places == len(self.terms)] = 0
        missing = self.terms[places] != terms if len(self.terms) else np.ones(len(terms), np.bool_)
        places[missing] = -1
        return places


def build(ids: Ids, blobs: Iterable[bytes]) -> Segment:
    """Return the postings of the chunks `ids`, shape `(chunks,)`, whose bags are in `blobs`, in that order."""
    parts: list[Segment] = []
    pending: list[Bag] = []
    done = 0
    for blob in blobs:
        pending += bags.decode(blob)
        if len(pending) >= SLICE:
            parts.append(_invert(ids[done : done + len(pending)], pending))
            done, pending = done + len(pending), []
    if done + len(pending) != len(ids):
        raise ValueError(f"{len(ids)} chunks, but bags of terms for {done + len(pending)}")
    parts.append(_invert(ids[done:], pending))
    return merge(parts)


def _invert(ids: Ids, found: Sequence[Bag]) -> Segment:
    """Sort all postings by one number each, term before row before count: one sort, and a fast one."""
    sizes = np.array([len(hashes) for hashes, _ in found], np.int64)
    hashes = np.concatenate([np.empty(0, np.uint32), *(bag[0] for bag in found)])
    counts = np.concatenate([np.empty(0, np.uint8), *(bag[1] for bag in found)])
    rows = np.repeat(np.arange(len(found), dtype=np.uint64), sizes)
    keys = np.sort(hashes.astype(np.uint64) << np.uint64(32) | rows << np.uint64(8) | counts)
    terms = (keys >> np.uint64(32)).astype(np.uint32)
    starts = np.flatnonzero(np.diff(terms, prepend=~terms[:1]))
    return Segment(
        ids=ids,
        starts=np.append(starts, len(keys)).astype(np.int64),
        lengths=np.array([counts.sum(dtype=np.int64) for _, counts in found], np.int32),
        terms=terms[starts],
        rows=(keys >> np.uint64(8) & np.uint64(0xFFFFFF)).astype(np.int32),
        counts=keys.astype(np.uint8),
    )


def without(segment: Segment, alive: Mask) -> Segment:
    """Return the segment without the chunks that are not alive, shape `(chunks,)`, and without the terms only they have."""
    if alive.all():
        return segment
    kept = alive[segment.rows]
    sizes = np.add.reduceat(kept, segment.starts[:-1], dtype=np.int64) if len(segment.terms) else segment.starts[:-1]
    renumbered = np.cumsum(alive, dtype=np.int32) - np.int32(1)
    return Segment(
        ids=segment.ids[alive],
        starts=np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes[sizes > 0])]),
        lengths=segment.lengths[alive],
        terms=segment.terms[sizes > 0],
        rows=renumbered[segment.rows[kept]],
        counts=segment.counts[kept],
    )


def merge(parts: list[Segment]) -> Segment:
    """Return one segment with the chunks of all `parts`, in their order; the list is emptied, to free each when it is done."""
    if len(parts) == 1:
        return parts.pop()
    terms = np.unique(np.concatenate([part.terms for part in parts]))
    ids = np.concatenate([part.ids for part in parts])
    lengths = np.concatenate([part.lengths for part in parts])
    sizes = np.zeros(len(terms), np.int64)
    for part in parts:
        sizes[terms.searchsorted(part.terms)] += np.diff(part.starts)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    rows, counts = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.uint8)
    free, first = starts[:-1].copy(), 0  # where the next posting of each term goes; the first row of the part
    parts.reverse()
    while parts:
        part = parts.pop()
        places = terms.searchsorted(part.terms)
        for block in _blocks(part):
            begin, end = part.starts[block.start], part.starts[block.stop]
            shift = free[places[block]] - part.starts[block]
            goal = np.repeat(shift, np.diff(part.starts[block.start : block.stop + 1])) + np.arange(begin, end)
            rows[goal] = part.rows[begin:end] + np.int32(first)
            counts[goal] = part.counts[begin:end]
        free[places] += np.diff(part.starts)
        first += len(part.ids)
    return Segment(ids, starts, lengths, terms, rows, counts)


def _blocks(segment: Segment) -> Iterator[slice]:
    """Yield runs of terms that have about `_BLOCK` postings together."""
    begin = 0
    while begin < len(segment.terms):
        end = int(segment.starts.searchsorted(segment.starts[begin] + _BLOCK, "right")) - 1
        end = min(max(end, begin + 1), len(segment.terms))
        yield slice(begin, end)
        begin = end


_DTYPES = {"ids": "<i8", "starts": "<i8", "lengths": "<i4", "terms": "<u4", "rows": "<i4", "counts": "u1"}


def to_parts(segment: Segment) -> Iterator[memoryview]:
    """Yield the bytes of a segment: the sizes of its arrays as int64, then the arrays, all little-endian."""
    arrays = [getattr(segment, item.name).astype(_DTYPES[item.name], copy=False) for item in fields(segment)]
    yield np.array([len(array) for array in arrays], "<i8").data.cast("B")
    for array in arrays:
        yield np.ascontiguousarray(array).view(np.uint8).data


def from_bytes(data: bytes) -> Segment:
    """Return the segment whose `to_parts` were written; its arrays are views of `data`."""
    names = [item.name for item in fields(Segment)]
    sizes, at = np.frombuffer(data, "<i8", len(names)), 8 * len(names)
    arrays = {}
    for name, size in zip(names, sizes.tolist(), strict=True):
        arrays[name] = np.frombuffer(data, _DTYPES[name], size, at)
        at += arrays[name].nbytes
    return Segment(**arrays)
