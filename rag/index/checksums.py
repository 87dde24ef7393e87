"""What tells a row that was damaged on the disk from a whole one: a checksum of all that stands in it.

SQLite checks the shape of its file, not what the cells hold.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any


def of_sentence(start: int, end: int, key: bytes, vector: bytes) -> int:
    """Return the checksum of a row of `sentences`."""
    return zlib.crc32(b"".join((struct.pack("<qq", start, end), key, vector)))


def of_chunk(
    ordinal: int, start: int, end: int, page: int | None, text: str, key: bytes, vector: bytes, tokens: bytes
) -> int:
    """Return the checksum of a row of `chunks`, its id apart."""
    numbers = struct.pack("<qqqq", ordinal, start, end, -1 if page is None else page)
    return zlib.crc32(b"".join((numbers, key, text.encode("utf-8", "surrogatepass"), vector, tokens)))


def of_terms(terms: bytes) -> int:
    """Return the checksum of a row of `lexical`."""
    return zlib.crc32(terms)


def of_outline(sentences: Iterable[Any], chunks: Iterable[Any]) -> str:
    """Return what changes when a sentence or chunk of a document is missing, or more, or another: a SHA-256.

    Each is given by its start, end and key, as a tuple or row.
    """
    digest = hashlib.sha256()
    for kind, places in ((b"s", sentences), (b"c", chunks)):
        for start, end, key in places:
            digest.update(kind + struct.pack("<qq", start, end) + key)
    return digest.hexdigest()


def of_document(*columns: str | None) -> str:
    """Return the checksum of a row of `documents`: of its columns in order, the stamp and this one apart."""
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()


def fits(check: Callable[..., int], values: Sequence[Any], checksum: Any) -> bool:
    """Tell whether values, which may be of a wrong type, have this checksum."""
    try:
        return bool(check(*values) == checksum)
    except (TypeError, AttributeError, struct.error):
        return False
