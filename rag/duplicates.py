"""Does one passage say nothing that another does not? A report that two papers took from one agency need not be read twice."""

from functools import lru_cache

from rag.models import Passage
from rag.text.folding import fold_text
from rag.text.terms import words


def is_repeated(passage: Passage, other: Passage) -> bool:
    """Tell whether every sentence of a passage stands, word for word, in a passage of another document.

    Case, punctuation, vowel marks and the like aside. Nothing less will do: reports that differ in a figure or in a "not" are
    what a reader must see side by side.
    """
    if passage.document == other.document or not passage.sentences:
        return False
    return _sentences(passage) <= _sentences(other)


def _sentences(passage: Passage) -> frozenset[tuple[str, ...]]:
    return frozenset(_words(sentence.text, passage.language) for sentence in passage.sentences) - {()}


@lru_cache(maxsize=4096)
def _words(text: str, language: str) -> tuple[str, ...]:
    return tuple(words(fold_text(text, language)))
