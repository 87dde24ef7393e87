"""The vectors of a run that is not finished: should it be killed, the next one goes on from them.

A run is one transaction, so that nobody sees half of it; but embedding is what takes its time. What it made of each text is
appended to a file that is removed once the run's transaction is kept. No text is in it.

The file is a line of JSON that says of which model it is, and records, little-endian: the key of the text, int32 how many tokens
it has (−1: a sentence, of which none were made), CRC-32 of all else in the record, the vector as float32, the tokens as int8.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from rag.embeddings import Encoded, EncodedChunk
from rag.index.base import Vectors
from rag.index.locking import unwritable
from rag.index.ways import KEY_BYTES
from rag.late_interaction import SIZE, Tokens

UNFINISHED_FILE = "unfinished.vectors"
_HEAD = struct.Struct(f"<{KEY_BYTES}siI")
_NO_CHUNK = -1


class Unfinished:
    """The vectors that killed runs have left, and the file that those of this run are added to; for one writer at a time.

    Args:
        folder: of the store.
        model: that makes the vectors; those of another are thrown away.
        dimension: of the vectors.
    """

    def __init__(self, folder: Path, model: str, dimension: int) -> None:
        self._path, self._dimension = folder / UNFINISHED_FILE, dimension
        self._header = json.dumps({"model": model, "dimension": dimension, "token": SIZE}).encode() + b"\n"
        self._chunks: dict[bytes, tuple[int, int]] = {}  # key → the byte where its vector begins, and how many tokens
        self._vectors: dict[bytes, int] = {}
        self._data: npt.NDArray[np.uint8] = np.empty(0, np.uint8)
        self._file: BinaryIO | None = None
        self._whole = self._read()

    def __enter__(self) -> "Unfinished":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def chunk(self, key: bytes) -> EncodedChunk | None:
        """Return what a killed run left of the chunk with this key."""
        if key not in self._chunks:
            return None
        start, count = self._chunks[key]
        end = start + 4 * self._dimension
        tokens = np.frombuffer(self._data[end : end + count * SIZE].tobytes(), np.int8)
        return Encoded(self._vector(start), tokens.reshape(count, SIZE))

    def vector(self, key: bytes) -> Vectors | None:
        """Return the vector that a killed run left of the text with this key, chunk or sentence, shape `(dimension,)`."""
        return self._vector(self._vectors[key]) if key in self._vectors else None

    def _vector(self, start: int) -> Vectors:
        return np.frombuffer(self._data[start : start + 4 * self._dimension].tobytes(), "<f4")

    def add(self, keys: Sequence[bytes], vectors: Vectors, tokens: Sequence[Tokens] | None = None) -> None:
        """Keep vectors, shape `(len(keys), dimension)`, and the tokens of each if they are chunks'.

        Raises:
            StoreError: if the disk is full, or cannot be written.
        """
        counts = [_NO_CHUNK] * len(keys) if tokens is None else [len(one) for one in tokens]
        blobs = [b""] * len(keys) if tokens is None else [one.tobytes() for one in tokens]
        records = []
        for key, count, vector, blob in zip(keys, counts, vectors.astype("<f4"), blobs, strict=True):
            made = vector.tobytes() + blob
            records.append(_HEAD.pack(key, count, _checksum(key, count, made)) + made)
        try:
            self._file = self._file or self._opened()
            self._file.write(b"".join(records))
        except OSError as error:
            raise unwritable(self._path.parent, error) from error

    def _opened(self) -> BinaryIO:
        file = self._path.open("r+b" if self._whole else "wb", buffering=0)
        if self._whole:
            file.seek(self._whole)
            file.truncate()  # of a record that was cut short
        else:
            file.write(self._header)
        return file

    def _read(self) -> int:
        """Read what killed runs left, and return how many bytes of it are whole."""
        try:
            with self._path.open("rb") as file:
                if file.readline() != self._header:
                    return 0
            self._data = np.memmap(self._path, np.uint8, "r")
        except OSError:
            return 0
        at = len(self._header)
        while at + _HEAD.size <= len(self._data):
            key, count, checksum = _HEAD.unpack(self._data[at : at + _HEAD.size].tobytes())
            start = at + _HEAD.size
            end = start + 4 * self._dimension + max(count, 0) * SIZE
            if end > len(self._data) or _checksum(key, count, self._data[start:end].tobytes()) != checksum:
                break
            self._vectors[key] = start
            if count != _NO_CHUNK:
                self._chunks[key] = start, count
            at = end
        return at


def _checksum(key: bytes, count: int, made: bytes) -> int:
    return zlib.crc32(b"".join((key, struct.pack("<i", count), made)))


def discard(folder: Path) -> None:
    """Remove the file, as its run is finished or its vectors are not to be kept."""
    (folder / UNFINISHED_FILE).unlink(missing_ok=True)
