"""What is checked, and against what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rag.embeddings import Vectors
from rag.models import Passage, Span
from rag.text.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Evidence:
    """Text that may support a claim: a passage, or any other text.

    It stands at `start` (in characters) of the document `document`, which people know as `source`. `date` is that of the
    document, ISO 8601. `vectors`, of sentences as spans of `text`, are an index's: they tell which of them may be near a claim.
    """

    text: str
    language: str
    source: str = ""
    document: str = ""
    start: int = 0
    date: str | None = None
    vectors: Mapping[Span, Vectors] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, passage: Passage) -> "Evidence":
        """Return a passage as evidence."""
        where = (passage.source, passage.document, passage.start, passage.date)
        vectors = {Span(one.start - passage.start, one.end - passage.start): one.vector for one in passage.sentences}
        return cls(passage.text, passage.language, *where, vectors)

    @property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, as spans of `text`."""
        return _sentences(self.text, self.language)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to check. `question` completes one that does not stand alone ("In 1963."); empty where there is none."""

    text: str
    language: str
    question: str = ""


@lru_cache(maxsize=512)
def _sentences(text: str, language: str) -> tuple[Span, ...]:
    return tuple(sentence_spans(text, language))
