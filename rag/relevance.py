"""How directly does each sentence of the passages answer the question?"""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.models import Passage, Sentence

_PASSAGE_WEIGHT = 0.5
"""Of the passage's cosine beside the sentence's own: on TyDi QA and SQuAD the right sentence is among the first three of all
for .88 to .92 of the questions in place of .76 to .88 (ar, en), first as often or more; on `seeds/` too it was best."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence, the passage it stands in, and its relevance to the question (−1…1)."""

    relevance: float
    passage: Passage
    sentence: Sentence


def ranked_sentences(passages: Sequence[Passage]) -> list[RankedSentence]:
    """Return every sentence of the passages once, the most relevant first."""
    best: dict[tuple[str, int], RankedSentence] = {}
    for passage in passages:
        for sentence in passage.sentences:
            relevance = (sentence.score + _PASSAGE_WEIGHT * passage.dense) / (1 + _PASSAGE_WEIGHT)
            key = (passage.document, sentence.start)
            if key not in best or relevance > best[key].relevance:  # neighbouring chunks share sentences
                best[key] = RankedSentence(relevance, passage, sentence)
    return sorted(best.values(), key=lambda one: -one.relevance)
