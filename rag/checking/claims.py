"""What is checked, and against what."""

from dataclasses import dataclass
from functools import lru_cache

from rag.models import Passage, Span
from rag.text.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Evidence:
    """Text that may support a claim: a passage, or any other text.

    It stands at `start` (in characters) of the document `document`, which people know as `source`. `date` is that of the
    document, ISO 8601.
    """

    text: str
    language: str
    source: str = ""
    document: str = ""
    start: int = 0
    date: str | None = None

    @classmethod
    def of(cls, passage: Passage) -> "Evidence":
        """Return a passage as evidence."""
        return cls(passage.text, passage.language, passage.source, passage.document, passage.start, passage.date)

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
