"""The answer without a language model: one to three sentences of the passages, verbatim, the most direct first."""

from collections.abc import Sequence

import regex

from rag.answering.draft import Draft, answer_text
from rag.models import AnswerSentence, Citation, Passage, Proof, Sentence
from rag.prompts import refusal
from rag.relevance import RankedSentence, ranked_sentences
from rag.retrieval import Retrieval

MOST_SENTENCES = 3
_MARGIN = 0.2  # a sentence this much less relevant than the first is no longer worth reading
# After the first sentence one in the question's own language, which a model always finds a little nearer, must be so much more
# relevant to be quoted before one in another.
_OWN_LANGUAGE = 0.02
_HEADLINE = 0.02  # what a line without an end, such as a heading, must be more relevant by than a sentence
_SAME = 0.9  # cosine from which two sentences with the same figures say the same
_FEWEST_WORDS = 4
_QUESTION_END = regex.compile(r"[?؟？՞]\W*$")
_END = regex.compile(r"[.!?؟۔。！？।…:»”\"')\]]\s*$")
_WORDS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|\w+", regex.WORD)
_FIGURES = regex.compile(r"\p{Nd}+")


def quote(retrieval: Retrieval, *, refuse_below: float) -> Draft:
    """Return the answer in the passages' own sentences, or a refusal if the evidence is below `refuse_below`."""
    question = retrieval.question
    chosen = [] if retrieval.evidence < refuse_below else choose_sentences(question.language, retrieval.passages)
    if not chosen:
        return Draft(refusal(question.language))
    sentences = tuple(
        AnswerSentence(one.sentence.text, (marker,), score=one.relevance) for marker, one in enumerate(chosen, start=1)
    )
    citations = tuple(cite(marker, one.passage, one.sentence) for marker, one in enumerate(chosen, start=1))
    return Draft(answer_text(sentences), sentences, citations)


def choose_sentences(language: str, passages: Sequence[Passage]) -> list[RankedSentence]:
    """Return up to three sentences for a question in `language`, none saying what another says, the most direct first."""
    left = sorted(filter(_can_answer, ranked_sentences(passages)), key=_directness, reverse=True)
    chosen = left[:1]
    while left and len(chosen) < MOST_SENTENCES:
        best = max(left, key=lambda one: _directness(one) - _OWN_LANGUAGE * (one.passage.language == language))
        left.remove(best)
        if best.relevance >= chosen[0].relevance - _MARGIN and not any(_says_the_same(best, one) for one in chosen):
            chosen.append(best)
    return chosen


def _directness(one: RankedSentence) -> float:
    return one.relevance - _HEADLINE * (_END.search(one.sentence.text) is None)


def _can_answer(one: RankedSentence) -> bool:
    """Tell whether this may be quoted: not a question, not the title (shown with the source anyway), not a byline."""
    text = one.sentence.text.strip()
    return (
        len(_WORDS.findall(text)) >= _FEWEST_WORDS
        and not _QUESTION_END.search(text)
        and text != one.passage.title.strip()
    )


def _says_the_same(one: RankedSentence, other: RankedSentence) -> bool:
    # Two reports that differ in a figure alone are what a reader must see side by side. "8" and "eight" count as different:
    # better to say a thing twice than to hide a contradiction.
    same_figures = _figures(one.sentence.text) == _figures(other.sentence.text)
    return same_figures and float(one.sentence.vector @ other.sentence.vector) >= _SAME


def _figures(text: str) -> set[int]:
    return {int(digits) for digits in _FIGURES.findall(text)}


def cite(marker: int, passage: Passage, sentence: Sentence | Proof) -> Citation:
    """Return what a marker points at: a sentence of a passage, or a part of it that proves something."""
    return Citation(
        marker=marker,
        document=passage.document,
        source=passage.source,
        title=passage.title,
        language=passage.language,
        date=passage.date,
        page=passage.page if isinstance(sentence, Proof) else sentence.page,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
        before=passage.text[: sentence.start - passage.start],
        after=passage.text[sentence.end - passage.start :],
        repeated_in=passage.repeated_in,
    )
