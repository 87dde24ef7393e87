"""The values that pass from one step to the next: question → passages → draft → answer.

All are frozen; offsets are in characters (Python `str` indices) of the document's text, end exclusive.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Label = Literal["supported", "contradicted", "unsupported", "unchecked"]
NoticeKind = Literal[
    "model_failed", "passages_left_out", "orders_withheld", "cut_short", "replaced", "forgotten", "stopped", "not_kept"
]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paged document: its number (from 1) and where its text lies in the document's text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    `source` is its name as people see it, `language` an ISO 639-1 code or `und`, `date` ISO 8601 (`2025-01-04`). `notes`
    tell what could not be read of it, one line each.
    """

    id: str
    source: str
    title: str
    language: str
    date: str | None
    text: str
    pages: tuple[Page, ...] = ()
    notes: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Return the number of the page that holds the character at `offset`, None in a document without pages."""
        return next((page.number for page in self.pages if page.start <= offset < page.end), None)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one document: `document.text[start:end] == text`, always.

    `sentences` are spans of the document's text (not of the chunk's), in reading order.
    """

    document_id: str
    ordinal: int
    start: int
    end: int
    text: str
    page: int | None
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, standing alone, and the language it is asked in.

    `asked` is what was typed, where that did not stand alone; else it is empty.
    """

    text: str
    language: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """An earlier round of a conversation: what was asked, standing alone, and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, its cosine with the question (−1…1) and its own unit vector, shape `(dimension,)`."""

    start: int
    end: int
    text: str
    page: int | None
    score: float
    vector: npt.NDArray[np.float32] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk: where it stands, its score and what that is made of, and its sentences, scored too.

    `dense` is its cosine with the question, `coverage` the share (0…1) of the question's terms that it holds. `repeated_in`
    names the sources of other passages that say the same in the same words, and were left out. `late` is how near the
    question's tokens are to its own (about −1…1); 0 where the model has none.
    """

    rank: int
    score: float
    document: str
    source: str
    title: str
    language: str
    date: str | None
    page: int | None
    start: int
    end: int
    text: str
    dense: float
    coverage: float
    sentences: tuple[Sentence, ...] = ()
    repeated_in: tuple[str, ...] = ()
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """What a marker `[n]` of the answer points at: `document.text[start:end] == quote`.

    `repeated_in` names other sources that say what is around it in the same words.
    """

    marker: int
    document: str
    source: str
    title: str
    language: str
    date: str | None
    page: int | None
    start: int
    end: int
    quote: str
    before: str = ""
    after: str = ""
    repeated_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a verdict rests on: `document.text[start:end] == text`, of the document that people know as `source`."""

    document: str
    source: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking says of a sentence.

    `score` is the probability (0…1) that the evidence supports it, `reason` one line for the reader, `spans` what to look at.
    """

    label: Label
    score: float
    reason: str
    spans: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of the answer, the markers it cites and what checking says of it.

    `score` is how relevant it is for the question, as the writer has it. Of the verdict, `support` is the probability (0…1) that
    the source supports the sentence, None while it is unchecked; `reason` one line for the reader, `proof` what to look at.
    `instead_of` is the sentence of a model that a quotation took the place of.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Label = "unchecked"
    score: float = 0.0
    support: float | None = None
    reason: str = ""
    proof: tuple[Proof, ...] = ()
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader must know of how an answer came about: what kind of thing, and, in English, what exactly."""

    kind: NoticeKind
    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole reply to a question. `evidence` (0…1) is how sure we are that the documents hold the answer.

    `question` is what was searched for; `asked` what was typed, where that did not stand alone. `model` names the language model
    that wrote the answer; without one the passages are quoted.
    """

    question: str
    language: str
    text: str
    refused: bool
    evidence: float
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    asked: str = ""
    notices: tuple[Notice, ...] = ()
    model: str = ""
