"""What all vectors of a language add up to, kept beside them: exact, so that no order of adding and forgetting shows in it."""

import sqlite3
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from rag.index.base import LanguageMeans, Vectors

_ONE = 2.0**30
"""Fixed point: of unit vectors an int64 holds the sum of 2³³."""
_BLOCK = 4096

Sum = npt.NDArray[np.int64]


def change(connection: sqlite3.Connection, language: str, chunks: Vectors, sentences: Vectors, sign: int) -> None:
    """Add a document's vectors, as they are stored, to its language's sums (`sign` 1), or take them away (-1).

    `chunks` has shape `(chunks, dimension)`, `sentences` shape `(sentences, dimension)`.
    """
    row = connection.execute("SELECT * FROM languages WHERE language = ?", (language,)).fetchone()
    counts, sums = [sign * len(chunks), sign * len(sentences)], [sign * _sum(chunks), sign * _sum(sentences)]
    if row is not None:
        counts = [counts[0] + row["chunks"], counts[1] + row["sentences"]]
        sums = [sums[0] + _read(row["chunk_sum"]), sums[1] + _read(row["sentence_sum"])]
    if not any(counts):
        connection.execute("DELETE FROM languages WHERE language = ?", (language,))
        return
    connection.execute(
        "INSERT OR REPLACE INTO languages (language, chunks, chunk_sum, sentences, sentence_sum) VALUES (?, ?, ?, ?, ?)",
        (language, counts[0], sums[0].astype("<i8").tobytes(), counts[1], sums[1].astype("<i8").tobytes()),
    )


def read_means(connection: sqlite3.Connection) -> dict[str, LanguageMeans]:
    """Return language → counts and means of its vectors."""
    return {
        row["language"]: LanguageMeans(
            row["chunks"],
            _mean(_read(row["chunk_sum"]), row["chunks"]),
            row["sentences"],
            _mean(_read(row["sentence_sum"]), row["sentences"]),
        )
        for row in connection.execute("SELECT * FROM languages ORDER BY language")
    }


def recompute(connection: sqlite3.Connection, documents: Iterable[tuple[str, Vectors, Vectors]]) -> None:
    """Make the sums anew from all documents: of each its language and its vectors, as `change` takes them."""
    connection.execute("DELETE FROM languages")
    for language, chunks, sentences in documents:
        change(connection, language, chunks, sentences, 1)


def _sum(vectors: Vectors) -> Sum:
    total = np.zeros(vectors.shape[1], np.int64)
    for start in range(0, len(vectors), _BLOCK):
        total += np.rint(vectors[start : start + _BLOCK].astype(np.float64) * _ONE).astype(np.int64).sum(axis=0)
    return total


def _read(blob: bytes) -> Sum:
    return np.frombuffer(blob, "<i8")


def _mean(total: Sum, count: int) -> Vectors:
    return (total / _ONE / max(count, 1)).astype(np.float32)
