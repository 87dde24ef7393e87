"""A store at one moment: rows, vectors and postings of one generation, whatever others write meanwhile."""

import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np

from rag.balance import even
from rag.index import sums, vectors
from rag.index.base import Among, Filter, Hit, Ids, LanguageMeans, Ranked, Vectors
from rag.index.caches import Cache
from rag.index.hits import read_hits
from rag.text.terms import Terms

_OVERFETCH = 4
"""Making cosines even changes their order between languages: so many times more chunks are looked at."""


class StoreSnapshot:
    """What `Store.snapshot` gives, while its `with` lasts; of the thread that opened it.

    Args:
        connection: in a read transaction.
        cache: of the generation that the connection sees.
        dimension: of the vectors.
    """

    def __init__(self, connection: sqlite3.Connection, cache: Cache, dimension: int) -> None:
        self._connection = connection
        self._cache = cache
        self._dimension = dimension

    def among(self, wanted: Filter) -> Among | None:
        """Return the chunks that a filter leaves; None if it restricts nothing."""
        return self._cache.catalogue.among(wanted)

    def dense(self, query: Vectors, language: str, k: int, among: Among | None = None) -> Ranked:
        """Return the `k` chunks nearest to a question's vector, shape `(dimension,)`, by cosines even between languages."""
        level = self._cache.levels.chunk_query(query, language)
        scales = self._cache.levels.even_chunks.scales(level)
        wanted = _OVERFETCH * k if scales else k
        ids, cosines = vectors.search(self._cache.faiss, level, wanted, None if among is None else among.ids)
        scores = even(cosines, self._cache.catalogue.languages(ids), scales) if scales else cosines
        order = np.argsort(-scores, kind="stable")[:k]
        return Ranked(ids[order], scores[order])

    def lexical(self, terms: Terms, k: int, among: Among | None = None) -> Ranked:
        """Return the `k` chunks with the highest BM25 score for a question's terms, of those that hold any.

        Of chunks with one score the one added first comes first.
        """
        postings = self._cache.postings
        scores = postings.scores(terms)
        found = np.flatnonzero(scores)
        if among is not None:
            found = found[np.isin(postings.ids[found], among.ids, assume_unique=True)]
        if len(found) > k:
            least = np.partition(scores[found], -k)[-k]
            found = found[scores[found] >= least]
        order = np.lexsort((postings.ids[found], -scores[found]))[:k]
        return Ranked(postings.ids[found[order]], scores[found[order]])

    def dense_scores(self, query: Vectors, language: str, ids: Ids) -> Vectors:
        """Return the scores that `dense` gives these chunks, shape `(len(ids),)`.

        Raises:
            KeyError: if one of the chunks is not there.
        """
        level = self._cache.levels.chunk_query(query, language)
        scales = self._cache.levels.even_chunks.scales(level)
        cosines = vectors.inner_products(self._cache.faiss, level, ids)
        return even(cosines, self._cache.catalogue.languages(ids), scales) if scales else cosines

    def likeness(self, chunk: int, ids: Ids) -> Vectors:
        """Return how alike a chunk is to these, by cosines even between languages: about −1…1, shape `(len(ids),)`.

        Raises:
            KeyError: if one of the chunks is not there.
        """
        level = vectors.read_back(self._cache.faiss, np.array([chunk]))[0]
        scales = self._cache.levels.even_chunks.scales(level)
        cosines = vectors.inner_products(self._cache.faiss, level, ids)
        return even(cosines, self._cache.catalogue.languages(ids), scales) if scales else cosines

    def sentence_scores(self, query: Vectors, language: str, hits: Sequence[Hit]) -> list[Vectors]:
        """Return how directly each sentence of each hit answers a question, by its vector: −1…1, shape `(sentences,)` each."""
        texts = [(hit.sentence_vectors, hit.document.language) for hit in hits]
        return self._cache.levels.sentence_scores(query, language, texts)

    def bare_vectors(self, hit: Hit) -> Vectors:
        """Return the sentences' unit vectors without their language's mean, shape `(sentences, dimension)`."""
        return self._cache.levels.sentences.bare(hit.sentence_vectors, hit.document.language)

    def lexical_scores(self, terms: Terms, ids: Ids) -> Vectors:
        """Return the scores that `lexical` gives these chunks, shape `(len(ids),)`; 0 where no term occurs.

        Raises:
            KeyError: if one of the chunks is not there.
        """
        return self._cache.postings.scores(terms)[self._cache.postings.rows(ids)]

    def coverage(self, terms: Terms, ids: Ids) -> Vectors:
        """Return the share (0…1) of a question's terms, weighted by their idf, that these chunks hold, shape `(len(ids),)`.

        Raises:
            KeyError: if one of the chunks is not there.
        """
        return self._cache.postings.coverage(terms, self._cache.postings.rows(ids))

    def known(self, terms: Terms) -> float:
        """Return the share (0…1) of a question's terms, weighted by their idf, that any chunk holds at all."""
        return self._cache.postings.known(terms)

    def hits(self, ids: Ids) -> list[Hit]:
        """Return these chunks, in the order asked.

        Raises:
            KeyError: if one of them is not there.
        """
        return read_hits(self._connection, ids, self._dimension)

    def language_shares(self) -> Mapping[str, float]:
        """Return language → its share (0…1) of the index's sentences."""
        return self._cache.levels.sentences.shares

    def language_sums(self) -> Mapping[str, LanguageMeans]:
        """Return language → counts and means of its vectors."""
        return sums.read_means(self._connection)
