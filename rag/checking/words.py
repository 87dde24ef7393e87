"""How many of a claim's words does a text hold? Content words, by their stems and by the pieces of them."""

from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from rag.text.function_words import content
from rag.text.terms import terms


@dataclass(frozen=True, slots=True)
class Bag:
    """The content words of a text: their stems, in order, and the 4-grams of all."""

    stems: tuple[str, ...]
    grams: frozenset[str]

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Each stem with the next."""
        return frozenset(zip(self.stems, self.stems[1:], strict=False))


@lru_cache(maxsize=4096)
def bag(text: str, language: str) -> Bag:
    """Return the content words of a text.

    >>> bag("The station makes ١٥٠ MW of power", "en").stems
    ('station', 'make', '150', 'mw', 'power')
    """
    found = terms(content(text, language), language)
    return Bag(tuple(found.stems), frozenset(found.grams))


def share(wanted: Set[object], held: Set[object]) -> float:
    """Return the share (0…1) of what is wanted that is held; 1 where nothing is wanted."""
    return len(wanted & held) / len(wanted) if wanted else 1.0
