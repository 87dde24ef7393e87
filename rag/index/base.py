"""What an index must do: the protocols that an embedded or a distributed backend fulfils."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from rag.index.ways import Way
from rag.late_interaction import Tokens
from rag.models import Chunk, Document, Span
from rag.text.terms import Terms

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Chunks that were found, best first: their ids and scores, both of shape `(n,)`."""

    ids: Ids
    scores: Vectors

    def __len__(self) -> int:
        """Return how many were found."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A chunk, its document (without text), its sentences' vectors and those of its tokens.

    `sentence_vectors` are as the model gave them, shape `(len(chunk.sentences), dimension)`. `tokens` are small ones, shape
    `(tokens, SIZE)`, of which the model may have none.
    """

    id: int
    chunk: Chunk
    document: Document
    sentence_vectors: Vectors
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents to search: those of one of the sources, in one of the languages, and of a day from `since` to `until`.

    What is empty or None does not restrict. `since` and `until` are ISO 8601 dates, `2025-01-04`, or the beginning of one
    (`2025` is the whole year), both inclusive; a document without a date is left out if either is given.
    """

    sources: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    since: str | None = None
    until: str | None = None

    def admits(self, source: str, language: str, date: str | None) -> bool:
        """Tell whether a document is searched.

        >>> march = Filter(languages=frozenset({"ar"}), since="2025-03-01", until="2025-03")
        >>> march.admits("a.txt", "ar", "2025-03-31"), march.admits("a.txt", "ar", "2025-04-01"), march.admits("a", "ar", None)
        (True, False, False)
        """
        if self.since is not None or self.until is not None:
            if date is None or date < (self.since or ""):
                return False
            if self.until is not None and date[: len(self.until)] > self.until:
                return False
        return (not self.sources or source in self.sources) and (not self.languages or language in self.languages)


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """The chunks that a filter leaves in one snapshot: ascending ids, shape `(n,)`."""

    ids: Ids


@dataclass(frozen=True, slots=True, eq=False)
class LanguageMeans:
    """How many chunks and sentences are in a language, and the means of their vectors, shape `(dimension,)`, not unit ones.

    The mean of no vectors is 0.
    """

    chunks: int
    chunk_mean: Vectors
    sentences: int
    sentence_mean: Vectors


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document with its chunks, their vectors and their terms, ready to be added.

    `sentences` are all sentences of the document in order, `sentence_vectors` theirs. `fingerprint` and `stamp` are of its
    file, and may be empty. `chunk_tokens` are the vectors of each chunk's tokens, shape `(tokens, SIZE)`; empty if no chunk
    has any.
    """

    document: Document
    fingerprint: str
    chunks: Sequence[Chunk]
    chunk_vectors: Vectors
    sentences: Sequence[Span]
    sentence_vectors: Vectors
    terms: Sequence[Terms]
    way: Way = field(default_factory=Way)
    stamp: str = ""
    chunk_tokens: Sequence[Tokens] = ()


class Snapshot(Protocol):
    """An index as it was at one moment, whatever is added or forgotten meanwhile.

    A query vector has shape `(dimension,)` and is as the model gave it; `language` is the question's. Dense scores are cosines
    made even between languages, about −1…1; lexical ones BM25, 0 or more.
    """

    def among(self, wanted: Filter) -> Among | None:
        """Return the chunks that a filter leaves; None if it restricts nothing."""

    def dense(self, query: Vectors, language: str, k: int, among: Among | None = None) -> Ranked:
        """Return the `k` chunks nearest to a question's vector."""

    def lexical(self, terms: Terms, k: int, among: Among | None = None) -> Ranked:
        """Return the `k` chunks with the highest BM25 score for a question's terms, of those that hold any."""

    def dense_scores(self, query: Vectors, language: str, ids: Ids) -> Vectors:
        """Return the scores that `dense` gives these chunks, shape `(len(ids),)`."""

    def likeness(self, chunk: int, ids: Ids) -> Vectors:
        """Return how alike a chunk is to these: cosines of their vectors, even between languages, shape `(len(ids),)`."""

    def sentence_scores(self, query: Vectors, language: str, hits: Sequence[Hit]) -> list[Vectors]:
        """Return how directly each sentence of each hit answers a question, by its vector: −1…1, shape `(sentences,)` each."""

    def bare_vectors(self, hit: Hit) -> Vectors:
        """Return the sentences' unit vectors without their language's mean, shape `(sentences, dimension)`."""

    def lexical_scores(self, terms: Terms, ids: Ids) -> Vectors:
        """Return the scores that `lexical` gives these chunks, shape `(len(ids),)`; 0 where no term occurs."""

    def coverage(self, terms: Terms, ids: Ids) -> Vectors:
        """Return the share (0…1) of a question's terms, weighted by their idf, that these chunks hold, shape `(len(ids),)`."""

    def known(self, terms: Terms) -> float:
        """Return the share (0…1) of a question's terms, weighted by their idf, that any chunk holds at all."""

    def hits(self, ids: Ids) -> list[Hit]:
        """Return these chunks, in the order asked."""

    def language_shares(self) -> Mapping[str, float]:
        """Return language → its share (0…1) of the sentences."""

    def language_sums(self) -> Mapping[str, LanguageMeans]:
        """Return language → counts and means of its vectors."""


@runtime_checkable
class Index(Protocol):
    """Where documents are kept and searched: the seam for another backend than `Store`."""

    def add(self, embedded: EmbeddedDocument) -> None:
        """Add a document, in place of the one of the same source if there is one."""

    def forget(self, source: str) -> bool:
        """Take a document out; False if there was none of this source."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Give the index as it is now, to search in; to be closed soon, by the thread that opened it."""

    def document(self, source: str) -> Document:
        """Return the document of this source, with its text."""

    def original(self, document: str) -> tuple[Path, str] | None:
        """Return where the file of a document, by its id, is or was, and the SHA-256 of the bytes that were indexed."""

    def documents(self) -> list[Document]:
        """Return all documents, by source, without their texts."""

    def count(self) -> tuple[int, int]:
        """Return how many documents and how many chunks there are."""
