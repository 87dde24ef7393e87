"""Terms → the bag that is kept of each chunk: hashes and how often each occurs, without order or spelling.

Two terms of one hash count as one. At the million terms of a large store that befalls about one term in 4 000.
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from rag.text.terms import Terms

Hashes = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.uint8]
Bag = tuple[Hashes, Counts]

MOST = 255
_STEM, _GRAM = zlib.crc32(b"s:"), zlib.crc32(b"g:")


def hash_terms(terms: Terms) -> Hashes:
    """Return the hashes of terms, as often as they occur, stems first; a stem and a gram of one spelling differ."""
    return np.fromiter(_hashes(terms), "<u4", len(terms.stems) + len(terms.grams))


def encode_terms(chunks: Iterable[Terms]) -> bytes:
    """Return the bags of a document's chunks, one after another, as `schema.sql` lays them out.

    >>> [sorted(counts.tolist()) for hashes, counts in decode(encode_terms([Terms(["a", "b", "a"], ["a"]), Terms([], [])]))]
    [[1, 1, 2], []]
    """
    parts = []
    for terms in chunks:
        hashes, counts = np.unique(hash_terms(terms), return_counts=True)
        parts += [len(hashes).to_bytes(4, "little"), hashes.tobytes(), np.minimum(counts, MOST).astype("u1").tobytes()]
    return b"".join(parts)


def decode(blob: bytes) -> list[Bag]:
    """Return the bags that `encode_terms` made: of each chunk ascending hashes and how often each occurs, shapes `(n,)`."""
    bags, at = [], 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + 4], "little")
        counts_at = at + 4 + 4 * size
        bags.append((np.frombuffer(blob, "<u4", size, at + 4), np.frombuffer(blob, "u1", size, counts_at)))
        at = counts_at + size
    return bags


def _hashes(terms: Terms) -> Iterator[int]:
    yield from map(_stem, terms.stems)
    yield from map(_gram, terms.grams)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"), _STEM)


@lru_cache(maxsize=100_000)
def _gram(piece: str) -> int:
    return zlib.crc32(piece.encode("utf-8", "surrogatepass"), _GRAM)
