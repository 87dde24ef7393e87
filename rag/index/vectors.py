"""The FAISS side of a store: chunk vectors in one file, made from SQLite and made again when it does not fit.

They are kept as half floats. Every vector is compared with every question's, and what that takes is reading them: half as many
bytes, a quarter of the time (100,000 vectors: 4 ms in place of 17). Cosines move by less than .0002.
"""

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from rag.index import cachefile

FAISS_FILE = "chunks.faiss"

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


def build(ids: Ids, vectors: Vectors, dimension: int) -> faiss.Index:
    """Return an inner-product index of `vectors`, shape `(len(ids), dimension)`, that looks at all of them."""
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIDMap2(faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT))
    if len(ids):
        index.add_with_ids(vectors, ids)
    return index


def search(index: faiss.Index, query: Vectors, k: int, among: Ids | None = None) -> tuple[Ids, Vectors]:
    """Return the ids of the `k` vectors nearest to `query`, shape `(dimension,)`, and their inner products, best first.

    With `among`, shape `(n,)`, only those ids are looked at. Both results have shape `(found,)`, `found <= k`.
    """
    parameters = None
    if among is not None:
        if not len(among):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        bits = np.zeros(int(among.max()) + 1, np.bool_)
        bits[among] = True
        packed = np.packbits(bits, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(packed), faiss.swig_ptr(packed))
        parameters = faiss.SearchParameters()
        parameters.sel = selector
    scores, ids = index.search(query.reshape(1, -1), k, params=parameters)
    found = ids[0] >= 0
    return ids[0][found], scores[0][found]


def read_back(index: faiss.Index, ids: Ids) -> Vectors:
    """Return the vectors of `ids`, shape `(n,)`, as they are kept: shape `(n, dimension)`.

    Raises:
        KeyError: if one of them is not there.
    """
    if not len(ids):
        return np.empty((0, index.d), np.float32)
    try:
        found: Vectors = index.reconstruct_batch(ids)
    except RuntimeError as error:
        raise KeyError("no such chunk in this generation of the index") from error
    return found


def bytes_of(index: faiss.IndexIDMap2, ids: Ids) -> list[bytes]:
    """Return the vectors of `ids`, shape `(n,)`, as they lie in the file.

    Raises:
        KeyError: if one of them is not there.
    """
    return [code.tobytes() for code in index.index.sa_encode(read_back(index, ids))] if len(ids) else []


def inner_products(index: faiss.Index, query: Vectors, ids: Ids) -> Vectors:
    """Return the inner products of `query`, shape `(dimension,)`, with the vectors of `ids`, shape `(n,)`: shape `(n,)`.

    Raises:
        KeyError: if one of them is not there.
    """
    products: Vectors = read_back(index, ids) @ query
    return products


def to_bytes(index: faiss.Index) -> bytes:
    """Return the index as it is written."""
    return bytes(faiss.serialize_index(index).data)


def write(index: faiss.Index, folder: Path, generation: str) -> None:
    """Write the index and its stamp, each whole or not at all."""
    cachefile.write(folder / FAISS_FILE, [faiss.serialize_index(index).data], generation)


def read(folder: Path, generation: str) -> faiss.Index | None:
    """Return the index of this generation, or None where the file is missing, of another generation, or damaged."""
    data = cachefile.read(folder / FAISS_FILE, generation)
    return None if data is None else faiss.deserialize_index(np.frombuffer(data, np.uint8))
