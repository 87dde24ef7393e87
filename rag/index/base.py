"""What an index must do: the protocol that an embedded or a distributed backend fulfils."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from rag.balance import Balance
from rag.models import Chunk, Document, Span

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DenseHit:
    """A chunk found by its vector: its cosine with the query, its document (without text) and its sentences' vectors.

    `sentence_vectors` are as the model gave them, shape `(len(chunk.sentences), dimension)`.
    """

    score: float
    chunk: Chunk
    document: Document
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document with its chunks and their vectors, ready to be added.

    `sentences` are all sentences of the document in order, `sentence_vectors` theirs.
    """

    document: Document
    fingerprint: str
    chunks: Sequence[Chunk]
    chunk_vectors: Vectors
    sentences: Sequence[Span]
    sentence_vectors: Vectors


@runtime_checkable
class Index(Protocol):
    """Where documents are kept and searched: the seam for another backend than `Store`."""

    balance: Balance

    def add(self, embedded: EmbeddedDocument) -> None:
        """Add a document, in place of the one of the same source if there is one."""

    def forget(self, source: str) -> bool:
        """Take a document out; False if there was none of this source."""

    def dense(self, query: Vectors, language: str, k: int) -> list[DenseHit]:
        """Return the `k` chunks nearest to a question's vector, shape `(dimension,)`, best first."""

    def document(self, source: str) -> Document:
        """Return the document of this source, with its text."""

    def documents(self) -> list[Document]:
        """Return all documents, by source, without their texts."""

    def count(self) -> tuple[int, int]:
        """Return how many documents and how many chunks there are."""
