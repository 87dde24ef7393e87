"""Citation recall and precision as ALCE defines them, with whatever judges support.

Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations", arXiv 2305.14627.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

Supports = Callable[[tuple[int, ...]], bool]
"""Tells whether the sources with these numbers, one after another, support the sentence in question."""


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """Whether a sentence is supported by all that it cites together, how much it cites, and how much of that it needs."""

    recalled: bool
    citations: int
    precise: int


def score_sentence(cited: Sequence[int], known: Container[int], supports: Supports) -> SentenceScore:
    """Score one sentence.

    It is recalled if what it cites supports it; one that cites nothing, or something that is not there, is not. A citation is
    imprecise if its sentence is not recalled, or if it is irrelevant: alone it does not support, and without it the others do.

    >>> score_sentence([1, 2], {1, 2}, lambda numbers: 1 in numbers)
    SentenceScore(recalled=True, citations=2, precise=1)
    """
    numbers = tuple(dict.fromkeys(cited))
    recalled = bool(numbers) and all(number in known for number in numbers) and supports(numbers)
    precise = sum(_is_relevant(number, numbers, supports) for number in numbers) if recalled else 0
    return SentenceScore(recalled, len(numbers), precise)


def score_answer(sentences: Sequence[SentenceScore]) -> tuple[float, float]:
    """Return citation recall and precision (0…1) of an answer; both 0 without sentences, precision 0 without citations."""
    citations = sum(one.citations for one in sentences)
    recall = sum(one.recalled for one in sentences) / len(sentences) if sentences else 0.0
    return recall, sum(one.precise for one in sentences) / citations if citations else 0.0


def _is_relevant(number: int, numbers: tuple[int, ...], supports: Supports) -> bool:
    if len(numbers) == 1 or supports((number,)):
        return True
    return not supports(tuple(other for other in numbers if other != number))
