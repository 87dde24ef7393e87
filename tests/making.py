"""Documents, vectors and passages that tests make up, without any model."""

import numpy as np

from rag.index import Store
from rag.index.base import EmbeddedDocument
from rag.late_interaction import SIZE
from rag.models import Chunk, Document, Page, Passage, Sentence, Span
from rag.text.terms import terms

DIMENSION = 8
MODEL = "test/none"
LANGUAGES = ("ar", "en", "zh")


def made(number: int, *, sentences: int = 7, seed: int = 0, language: str = "") -> EmbeddedDocument:
    """A document whose text, vectors, language and date follow from its number; three sentences a chunk, one in two.

    The first of its chunks has no tokens, the second one, and so on.
    """
    chance = np.random.default_rng([number, seed])
    text, spans = "", []
    for sentence in range(sentences):
        start = len(text)
        text += f"Document{number} says جملة {sentence} with word{chance.integers(30)} and word{chance.integers(30)}."
        spans.append(Span(start, len(text)))
        text += " "
    runs = [spans[start : start + 3] for start in range(0, max(sentences - 1, 1), 2)]
    language = language or LANGUAGES[number % 3]
    key = f"id{number}"
    chunks = [
        Chunk(key, ordinal, run[0].start, run[-1].end, text[run[0].start : run[-1].end], 1, tuple(run))
        for ordinal, run in enumerate(runs)
    ]

    def unit(count: int) -> np.ndarray:
        vectors = chance.normal(size=(count, DIMENSION)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    date = None if number % 4 == 3 else f"2025-0{1 + number % 4}-15"
    document = Document(key, f"docs/{number}.txt", f"Title {number}", language, date, text, (Page(1, 0, len(text)),))
    bags = [terms(chunk.text, language) for chunk in chunks]
    return EmbeddedDocument(
        document,
        f"print{number}/{seed}",
        chunks,
        unit(len(chunks)),
        spans,
        unit(sentences),
        bags,
        chunk_tokens=[chance.integers(-127, 128, size=(count, SIZE)).astype(np.int8) for count in range(len(chunks))],
    )


def query() -> np.ndarray:
    vector = np.random.default_rng(99).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def fill(store: Store, count: int = 12) -> list[EmbeddedDocument]:
    documents = [made(number) for number in range(count)]
    for document in documents:
        store.add(document)
    return documents


def make_passage(text: str = "x", *, score: float = 0.5, language: str = "en", document: str = "d") -> Passage:
    """A passage of one sentence, which is all of the text; `score` is all that is known of both."""
    one = Sentence(0, len(text), text, None, score, np.zeros(2, np.float32))
    source = f"{document}.txt"
    return Passage(1, score, document, source, "", language, None, None, 0, len(text), text, score, score, (one,))
