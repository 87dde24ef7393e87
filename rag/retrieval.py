"""Question → the passages most likely to answer it, and how likely it is that they do."""

from dataclasses import dataclass, fields

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.embeddings import Embedder, Vectors
from rag.evidence import Evidence
from rag.index import Hit, Index
from rag.models import Passage, Question, Sentence
from rag.questions import make_question


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages for a question, best first, and the evidence (0…1) that they answer it."""

    question: Question
    passages: tuple[Passage, ...]
    evidence: float


class PassageRetriever(BaseRetriever):
    """Dense retrieval over a store, as a LangChain retriever.

    `invoke("…")` gives LangChain documents whose metadata holds `source`, `page`, `start`, `end`, `score` and the rest of
    a `Passage`; `retrieve` gives the passages themselves, with their sentences.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: Index
    embedder: Embedder
    evidence: Evidence = Evidence()
    k: int = 10

    def retrieve(self, question: Question) -> Retrieval:
        """Return the `k` best passages for a question."""
        vector = self.embedder.encode_queries([question.text])[0]
        with self.store.snapshot() as snapshot:
            ranked = snapshot.dense(vector, question.language, self.k)
            hits = snapshot.hits(ranked.ids)
        passages = tuple(
            self._passage(rank, hit, score, question, vector)
            for rank, (hit, score) in enumerate(zip(hits, ranked.scores.tolist(), strict=True), start=1)
        )
        return Retrieval(question, passages, self.evidence.score(question.language, passages))

    def _passage(self, rank: int, hit: Hit, score: float, question: Question, query: Vectors) -> Passage:
        chunk, document = hit.chunk, hit.document
        balance = self.store.balance
        scores = balance.answer_cosines(query, question.language, hit.sentence_vectors, document.language)
        vectors = balance.passages(hit.sentence_vectors, document.language)
        sentences = tuple(
            Sentence(
                start=span.start,
                end=span.end,
                text=chunk.text[span.start - chunk.start : span.end - chunk.start],
                page=document.page_at(span.start),
                score=float(score),
                vector=vector,
            )
            for span, score, vector in zip(chunk.sentences, scores, vectors, strict=True)
        )
        return Passage(
            rank=rank,
            score=score,
            document=document.id,
            source=document.source,
            title=document.title,
            language=document.language,
            date=document.date,
            page=chunk.page,
            start=chunk.start,
            end=chunk.end,
            text=chunk.text,
            sentences=sentences,
        )

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [as_langchain(passage) for passage in self.retrieve(make_question(query)).passages]


def as_langchain(passage: Passage) -> LangChainDocument:
    """Return a passage as a LangChain document: its text, and all else as metadata."""
    metadata = {
        item.name: getattr(passage, item.name) for item in fields(passage) if item.name not in ("text", "sentences")
    }
    return LangChainDocument(page_content=passage.text, metadata=metadata)
