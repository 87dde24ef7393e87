"""The vectors of a run that is not finished: should it be killed, the next one goes on from them.

A run is one transaction, so that nobody sees half of it; but embedding is what takes its time. Each vector is appended, with
the key of its text and a checksum, to a file that is removed once the run's transaction is kept. No text is in it.
"""

import json
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from rag.index.base import Vectors
from rag.index.locking import unwritable
from rag.index.ways import KEY_BYTES

UNFINISHED_FILE = "unfinished.vectors"


class Unfinished:
    """The vectors that killed runs have left, and the file that those of this run are added to; for one writer at a time.

    Args:
        folder: of the store.
        model: that makes the vectors; those of another are thrown away.
        dimension: of the vectors.
    """

    def __init__(self, folder: Path, model: str, dimension: int) -> None:
        self._path = folder / UNFINISHED_FILE
        self._record = np.dtype([("key", "u1", KEY_BYTES), ("checksum", "<u4"), ("vector", "<f4", dimension)])
        self._header = json.dumps({"model": model, "dimension": dimension}).encode() + b"\n"
        self._places: dict[bytes, int] = {}
        self._records: npt.NDArray[np.void] = np.empty(0, self._record)
        self._file: BinaryIO | None = None
        self._whole = self._read()

    def __enter__(self) -> "Unfinished":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def get(self, key: bytes) -> Vectors | None:
        """Return the vector that a killed run left of the text with this key, shape `(dimension,)`."""
        place = self._places.get(key)
        return None if place is None else np.asarray(self._records[place]["vector"], np.float32)

    def add(self, keys: list[bytes], vectors: Vectors) -> None:
        """Keep vectors, shape `(len(keys), dimension)`.

        Raises:
            StoreError: if the disk is full, or cannot be written.
        """
        records = np.empty(len(keys), self._record)
        records["vector"] = vectors
        for number, (key, vector) in enumerate(zip(keys, records["vector"], strict=True)):
            records["key"][number] = np.frombuffer(key, np.uint8)
            records["checksum"][number] = zlib.crc32(key + vector.tobytes())
        try:
            self._file = self._file or self._opened()
            self._file.write(records.tobytes())
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
            count = (self._path.stat().st_size - len(self._header)) // self._record.itemsize
            if count:
                self._records = np.memmap(self._path, self._record, "r", len(self._header), (count,))
        except OSError:
            return 0
        for number, record in enumerate(self._records):
            key = record["key"].tobytes()
            if zlib.crc32(key + record["vector"].tobytes()) != record["checksum"]:
                return len(self._header) + number * self._record.itemsize
            self._places[key] = number
        return len(self._header) + len(self._records) * self._record.itemsize


def discard(folder: Path) -> None:
    """Remove the file, as its run is finished or its vectors are not to be kept."""
    (folder / UNFINISHED_FILE).unlink(missing_ok=True)
