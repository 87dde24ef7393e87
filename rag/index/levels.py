"""The balance of languages in one generation of a store: among its chunks, and among its sentences."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.balance import Balance, Evener, IndexBalance, Mean
from rag.index import rows, sums
from rag.index.base import Vectors
from rag.index.catalogue import Catalogue, Entry

_SAMPLE = 256
"""Vectors of each language that say how its cosines lie."""
_DOCUMENTS = 64
"""Documents that they are taken from."""

MAPPED, MAPPED_ALONE = 0.5, 0.25
"""Weight of the cosine after the map, where no language has more than half of the index, and in an index of one; the rest is the
cosine before, which keeps what was not in the parallel text. In one language nothing is to be bridged, but the map also brings
questions to answers: at .25 the passages of TyDi QA (ar) and SQuAD rank as well as at .5 or better (nDCG@10 .983 and .977;
without the map .981 and .976)."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Takes languages out of the vectors of chunks and sentences, and makes their cosines even."""

    chunks: IndexBalance
    sentences: IndexBalance
    even_chunks: Evener
    even_sentences: Evener
    even_mapped: Evener

    def chunk_query(self, query: Vectors, language: str) -> Vectors:
        """Return a question's vector among the chunks', shape `(dimension,)`."""
        level: Vectors = self.chunks.level(query[None], language)[0]
        return level

    def sentence_scores(self, query: Vectors, language: str, texts: Sequence[tuple[Vectors, str]]) -> list[Vectors]:
        """Return how directly sentences, each of shape `(n, dimension)` and of one language, answer a question."""
        if not texts:
            return []
        level = self.sentences.level(query[None], language)[0]
        mapped = self.sentences.mapped(query[None], language)
        level_scales = self.even_sentences.scales(level)
        alone = max(0.0, 2 * max(self.sentences.shares.values(), default=0.0) - 1)
        weight = alone * MAPPED_ALONE + (1 - alone) * MAPPED
        mapped_scales = {} if mapped is None else self.even_mapped.scales(mapped[0])
        ends = np.cumsum([len(vectors) for vectors, _ in texts])
        owners = np.repeat(np.arange(len(texts)), [len(vectors) for vectors, _ in texts])
        languages = np.array([name for _, name in texts])[owners]
        everything = np.concatenate([vectors for vectors, _ in texts])
        scores = np.empty(len(everything), np.float32)
        for name in np.unique(languages).tolist():
            mine = languages == name
            scores[mine] = _scaled(self.sentences.level(everything[mine], name) @ level, name, level_scales)
            other = self.sentences.mapped(everything[mine], name)
            if mapped is not None and other is not None:
                after = _scaled(other @ mapped[0], name, mapped_scales)
                scores[mine] = (1 - weight) * scores[mine] + weight * after
        return np.split(scores, ends[:-1])


def read_levels(connection: sqlite3.Connection, catalogue: Catalogue, balance: Balance, dimension: int) -> Levels:
    """Return the balance for what the database holds."""
    means = sums.read_means(connection)
    chunks = balance.of({name: Mean(mean.chunks, mean.chunk_mean) for name, mean in means.items()})
    sentences = balance.of({name: Mean(mean.sentences, mean.sentence_mean) for name, mean in means.items()})
    of_chunks: dict[str, Vectors] = {}
    of_sentences: dict[str, Vectors] = {}
    if balance.is_on and len(means) > 1:
        for language, entries in _chosen(catalogue).items():
            of_chunks[language], of_sentences[language] = _sample(connection, entries, dimension)
    level_chunks = {name: chunks.level(sample, name) for name, sample in of_chunks.items()}
    level_sentences = {name: sentences.level(sample, name) for name, sample in of_sentences.items()}
    mapped = {name: sentences.mapped(sample, name) for name, sample in of_sentences.items()}
    return Levels(
        chunks,
        sentences,
        _evener(level_chunks, chunks.counts),
        _evener(level_sentences, sentences.counts),
        _evener({name: sample for name, sample in mapped.items() if sample is not None}, sentences.counts),
    )


def _chosen(catalogue: Catalogue) -> dict[str, list[Entry]]:
    """Return documents of each language, spread over all of it: the same ones in whatever order they were added."""
    by_language: dict[str, list[Entry]] = {}
    for entry in sorted(catalogue.entries, key=lambda entry: entry.document):
        by_language.setdefault(entry.language, []).append(entry)
    return {
        language: [entries[at] for at in np.unique(np.linspace(0, len(entries) - 1, _DOCUMENTS).astype(int))]
        for language, entries in by_language.items()
    }


def _sample(connection: sqlite3.Connection, entries: Sequence[Entry], dimension: int) -> tuple[Vectors, Vectors]:
    """Return some vectors of chunks and of sentences of these documents, each of shape `(n, dimension)`."""
    each = -(-_SAMPLE // len(entries))
    chunks, sentences = [], []
    for entry in entries:
        of_chunks = rows.read_chunk_vectors(connection, entry.document, dimension)
        found = connection.execute(
            "SELECT vector FROM sentences WHERE document = ? ORDER BY start LIMIT ?", (entry.document, 2 * each)
        )
        of_sentences = rows.read_vectors(found, rows.SENTENCE_DTYPE, dimension)
        chunks.append(of_chunks[_spread(len(of_chunks), each)])
        sentences.append(of_sentences[_spread(len(of_sentences), each)])
    return np.concatenate(chunks), np.concatenate(sentences)


def _spread(count: int, wanted: int) -> list[int]:
    return sorted({at * count // wanted for at in range(wanted)}) if count else []


def _evener(samples: Mapping[str, Vectors], counts: Mapping[str, int]) -> Evener:
    languages = tuple(name for name, sample in samples.items() if len(sample))
    return Evener(languages, tuple(samples[name] for name in languages), tuple(counts[name] for name in languages))


def _scaled(cosines: Vectors, language: str, scales: Mapping[str, tuple[float, float]]) -> Vectors:
    factor, shift = scales.get(language, (1.0, 0.0))
    return np.asarray(factor * cosines + shift, np.float32)
