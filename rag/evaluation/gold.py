"""What is known of the right answers: questions, where each is answered, and the documents they are asked of."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.errors import DatasetError
from rag.models import Document, Span


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question is answered: a document, by id, and the answer's span in its text, if that is known.

    `grade` is how relevant the document is, from 1, as in TREC qrels.
    """

    document: str
    span: Span | None = None
    grade: int = 1


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what is known of its answer.

    `answers` are strings, any of which a right answer holds; empty where they are not known. An answerable question
    without `places` counts for answers only. `verified` is False until a person has read a suggested question.
    """

    id: str
    text: str
    language: str
    answerable: bool
    answers: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    verified: bool = True


@dataclass(frozen=True)
class Dataset:
    """Documents, and questions about them.

    Args:
        name: what the figures are headed by: the path as it was given.
        documents: the corpus; ids and sources are unique.
        questions: their ids are unique, and each place is in one of the documents.
        articles: document id → what it is left out together with (see `hold_out`); by default itself.
        failed: file and reason for each that could not be read, or is no document.
        unplaced: how many questions `hold_out` dropped, as nobody knows which documents answer them.

    Raises:
        DatasetError: if there is nothing to ask, or an id or a place breaks the above.
    """

    name: str
    documents: tuple[Document, ...]
    questions: tuple[GoldQuestion, ...]
    articles: Mapping[str, str] = field(default_factory=dict)
    failed: tuple[tuple[str, str], ...] = ()
    unplaced: int = 0

    def __post_init__(self) -> None:
        if not self.documents or not self.questions:
            lacking = "document" if not self.documents else "question"
            raise DatasetError(f"{self.name} holds no {lacking}: give a data set with at least one")
        for kind, ids in (
            ("document", [document.source for document in self.documents]),
            ("question", [question.id for question in self.questions]),
        ):
            (commonest, count), *_ = Counter(ids).most_common(1)
            if count > 1:
                raise DatasetError(f"{self.name}: {count} {kind}s have the id {commonest!r}: give each its own")

    def article(self, document: str) -> str:
        """Return what the document with this id belongs to."""
        return self.articles.get(document, document)


def document_id(source: str) -> str:
    """Return the id that a document of this source has, as `rag.documents.read_document` makes it.

    >>> document_id("en/flood.txt")
    'a555d0cd26faa34b'
    """
    return hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:16]
