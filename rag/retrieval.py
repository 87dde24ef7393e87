"""Question → the passages most likely to answer it, and how likely it is that they do."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.duplicates import without_repeats
from rag.embeddings import Embedder, EncodedQuestion, Vectors
from rag.evidence import Evidence
from rag.index import Filter, Hit, Index, Snapshot
from rag.late_interaction import late_scores
from rag.models import Passage, Question, Sentence
from rag.questions import make_question
from rag.ranking import BY_BM25, Candidates, Method, Scores, echoes, score
from rag.text.function_words import content
from rag.text.terms import terms

_CANDIDATES = 50
"""Passages that dense and lexical search each put forward, at least."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages for a question, best first, and the evidence (0…1) that they answer it."""

    question: Question
    passages: tuple[Passage, ...]
    evidence: float


class PassageRetriever(BaseRetriever):
    """Retrieval over a store, as a LangChain retriever: dense and lexical search put candidates forward, `rag.ranking` ranks.

    `invoke("…")` gives LangChain documents whose metadata holds `source`, `page`, `start`, `end`, `score` and the rest of
    a `Passage`; `retrieve` gives the passages themselves, with their sentences. `where` restricts what is searched, always.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Index
    embedder: Embedder
    evidence: Evidence = Evidence()
    k: int = 10
    method: Method = "hybrid"
    balanced: bool = True
    where: Filter = Filter()

    def retrieve(
        self, question: Question, where: Filter | None = None, *, encoded: EncodedQuestion | None = None
    ) -> Retrieval:
        """Return the `k` best passages for a question, of the documents that `where` admits.

        `encoded` is what the embedder makes of the question, where it is known: many are encoded faster together.
        """
        if encoded is None:
            (encoded,) = self.embedder.encode_questions([question.text])
        with self.store.snapshot() as snapshot:
            where = self.where if where is None else where
            found = self._ranked(snapshot, question, encoded, where, self._pool, 2 * self.k)  # some may repeat others
            shares = snapshot.language_shares()
        kept = tuple(without_repeats(found, self.k))
        return Retrieval(question, kept, self.evidence.score(question.language, kept, shares))

    @property
    def _pool(self) -> int:
        return max(_CANDIDATES, self.k)

    def _ranked(
        self, snapshot: Snapshot, question: Question, encoded: EncodedQuestion, where: Filter, pool: int, most: int
    ) -> list[Passage]:
        """Return the `most` best of the passages that dense and lexical search put forward, `pool` each, best first."""
        vector, asked = encoded.vector, terms(question.text, question.language)
        meant = terms(content(question.text, question.language), question.language)
        among = snapshot.among(where)
        nearest = snapshot.dense(vector, question.language, pool, among) if self.method != "lexical" else None
        matching = snapshot.lexical(asked, pool, among) if self.method != "dense" else None
        ids = np.unique(np.concatenate([ranked.ids for ranked in (nearest, matching) if ranked is not None]))
        hits = snapshot.hits(ids)
        sentences = snapshot.sentence_scores(vector, question.language, hits)
        late = late_scores(encoded.tokens, [hit.tokens for hit in hits]) if self.method == "hybrid" else None
        candidates = Candidates(
            snapshot.dense_scores(vector, question.language, ids),
            np.array([scores.max(initial=-1) for scores in sentences], np.float32),
            snapshot.lexical_scores(asked, ids) if self.method in BY_BM25 else np.zeros(len(ids), np.float32),
            snapshot.coverage(meant, ids),
            [hit.document.language for hit in hits],
            snapshot.known(meant),
            late,
        )
        scores = score(candidates, self.method, balanced=self.balanced)
        if self.balanced and self.method == "hybrid" and len(set(candidates.languages)) > 1:
            scores = echoes(scores, snapshot.likeness(int(ids[np.argmax(scores)]), ids), candidates.languages)
        best = np.argsort(-scores, kind="stable")[:most]
        return [
            _passage(hits[at], scores[at], candidates, at, sentences[at], snapshot.bare_vectors(hits[at]))
            for at in best.tolist()
        ]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [as_langchain(passage) for passage in self.retrieve(make_question(query)).passages]


def _passage(
    hit: Hit, score: np.float32, candidates: Candidates, at: int, sentence_scores: Scores, vectors: Vectors
) -> Passage:
    chunk, document = hit.chunk, hit.document
    return Passage(
        rank=0,
        score=float(score),
        document=document.id,
        source=document.source,
        title=document.title,
        language=document.language,
        date=document.date,
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        dense=float(candidates.dense[at]),
        coverage=float(candidates.coverage[at]),
        sentences=_sentences(hit, sentence_scores, vectors),
        late=0.0 if candidates.late is None else float(candidates.late[at]),
    )


def _sentences(hit: Hit, scores: Sequence[float] | Scores, vectors: Vectors) -> tuple[Sentence, ...]:
    chunk = hit.chunk
    return tuple(
        Sentence(
            start=span.start,
            end=span.end,
            text=chunk.text[span.start - chunk.start : span.end - chunk.start],
            page=hit.document.page_at(span.start),
            score=float(value),
            vector=vector,
        )
        for span, value, vector in zip(chunk.sentences, scores, vectors, strict=True)
    )


def as_langchain(passage: Passage) -> LangChainDocument:
    """Return a passage as a LangChain document: its text, and all else as metadata."""
    metadata = {
        item.name: getattr(passage, item.name) for item in fields(passage) if item.name not in ("text", "sentences")
    }
    return LangChainDocument(page_content=passage.text, metadata=metadata)
