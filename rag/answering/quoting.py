"""The answer without a language model: one to three sentences of the passages, verbatim, the most direct first."""

from collections.abc import Sequence

import regex

from rag.answering.draft import Draft, answer_text
from rag.models import AnswerSentence, Citation, Passage, Sentence
from rag.prompts import refusal
from rag.relevance import RankedSentence, ranked_sentences
from rag.retrieval import Retrieval

MOST_SENTENCES = 3
_MARGIN = 0.25  # a sentence this much less relevant than the first is no longer worth reading
_NEXT_DOCUMENT = (
    0.03  # another document's sentence is preferred to one this much more relevant of a document quoted already
)
_SAME = 0.9  # cosine from which two sentences with the same figures say the same
_FEWEST_WORDS = 4
_QUESTION_END = regex.compile(r"[?؟？;՞]\W*$")
_WORDS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|\w+", regex.WORD)
_FIGURES = regex.compile(r"\p{Nd}+")


def quote(retrieval: Retrieval, *, refuse_below: float) -> Draft:
    """Return the answer in the passages' own sentences, or a refusal if the evidence is below `refuse_below`."""
    question = retrieval.question
    chosen = [] if retrieval.evidence < refuse_below else choose_sentences(retrieval.passages)
    if not chosen:
        return Draft(refusal(question.language))
    sentences = tuple(
        AnswerSentence(one.sentence.text, (marker,), score=one.relevance) for marker, one in enumerate(chosen, start=1)
    )
    citations = tuple(_citation(marker, one.passage, one.sentence) for marker, one in enumerate(chosen, start=1))
    return Draft(answer_text(sentences), sentences, citations)


def choose_sentences(passages: Sequence[Passage]) -> list[RankedSentence]:
    """Return up to three sentences, the most relevant first, none saying what another says."""
    left = [one for one in ranked_sentences(passages) if _can_answer(one)]
    chosen: list[RankedSentence] = []
    while left and len(chosen) < MOST_SENTENCES:
        quoted = {one.passage.document for one in chosen}
        best = max(left, key=lambda one: one.relevance - _NEXT_DOCUMENT * (one.passage.document in quoted))
        if chosen and best.relevance < chosen[0].relevance - _MARGIN:
            break
        left.remove(best)
        if not any(_says_the_same(best.sentence, one.sentence) for one in chosen):
            chosen.append(best)
    return chosen


def _can_answer(one: RankedSentence) -> bool:
    """Tell whether this may be quoted: not a question, not the title (shown with the source anyway), not a byline."""
    text = one.sentence.text.strip()
    return (
        len(_WORDS.findall(text)) >= _FEWEST_WORDS
        and not _QUESTION_END.search(text)
        and text != one.passage.title.strip()
    )


def _says_the_same(one: Sentence, other: Sentence) -> bool:
    # Two reports that differ in a figure alone are what a reader must see side by side.
    return float(one.vector @ other.vector) >= _SAME and _figures(one.text) == _figures(other.text)


def _figures(text: str) -> set[int]:
    return {int(digits) for digits in _FIGURES.findall(text)}


def _citation(marker: int, passage: Passage, sentence: Sentence) -> Citation:
    return Citation(
        marker=marker,
        document=passage.document,
        source=passage.source,
        title=passage.title,
        language=passage.language,
        date=passage.date,
        page=sentence.page,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
        before=passage.text[: sentence.start - passage.start],
        after=passage.text[sentence.end - passage.start :],
    )
