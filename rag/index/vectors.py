"""The FAISS side of a store: chunk vectors in one file, checksummed, made from SQLite and made again when it does not fit."""

import hashlib
import json
import os
import uuid
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

FAISS_FILE = "chunks.faiss"
_STAMP_FILE = "chunks.faiss.json"


def build(ids: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32], dimension: int) -> faiss.Index:
    """Return an exact inner-product index of `vectors`, shape `(len(ids), dimension)`."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    if len(ids):
        index.add_with_ids(vectors, ids)
    return index


def write(index: faiss.Index, folder: Path, generation: str) -> None:
    """Write the index and its stamp, each whole or not at all."""
    data = faiss.serialize_index(index).tobytes()
    _replace(folder / FAISS_FILE, data)
    stamp = {"generation": generation, "sha256": hashlib.sha256(data).hexdigest()}
    _replace(folder / _STAMP_FILE, json.dumps(stamp).encode())


def read(folder: Path, generation: str) -> faiss.Index | None:
    """Return the index of this generation, or None where the file is missing, of another generation, or damaged."""
    try:
        stamp = json.loads((folder / _STAMP_FILE).read_bytes())
        data = (folder / FAISS_FILE).read_bytes()
    except (OSError, ValueError):
        return None
    if not isinstance(stamp, dict) or stamp.get("generation") != generation:
        return None
    if stamp.get("sha256") != hashlib.sha256(data).hexdigest():
        return None
    return faiss.deserialize_index(np.frombuffer(data, np.uint8))


def _replace(path: Path, data: bytes) -> None:
    parts = path.with_name(f"{path.name}.tmp-{uuid.uuid4().hex}")
    try:
        with parts.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        parts.replace(path)
    except BaseException:
        parts.unlink(missing_ok=True)
        raise
