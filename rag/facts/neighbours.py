"""The words that stand around a quantity, as stems: they tell what it counts."""

from functools import lru_cache

from rag.facts.base import Text
from rag.facts.quantities import Quantity
from rag.facts.tokens import Tokens, tokenize
from rag.text.function_words import function_words
from rag.text.terms import terms

_NEIGHBOURS = 2
_HAN_NEIGHBOURS = 5


@lru_cache(maxsize=8192)
def neighbours(text: Text, quantity: Quantity) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of the words behind a quantity and of those before it, without function words."""
    tokens = tokenize(text)
    return _stems(tokens, range(quantity.last, len(tokens))), _stems(tokens, range(quantity.first - 1, -1, -1))


def _stems(tokens: Tokens, indices: range) -> frozenset[str]:
    found: set[str] = set()
    common = function_words(tokens.language)
    words = 0
    for index in indices[:6]:
        if "\n" in tokens.gap(index if indices.step > 0 else index + 1):
            break  # the next line of a list counts something else
        token = tokens.items[index]
        if token.kind not in ("word", "han"):
            continue
        if token.key in common:
            continue
        written = token.text if indices.step > 0 else token.text[-_HAN_NEIGHBOURS:]
        found.update(
            terms(written[:_HAN_NEIGHBOURS] if tokens.language in ("zh", "ja") else written, tokens.language).stems
        )
        words += 1
        if words == _NEIGHBOURS:
            break
    return frozenset(found)
