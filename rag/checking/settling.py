"""Checked sentences → the answer as the reader gets it: citations where they matter, and, if asked, what fails replaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answering.draft import Draft
from rag.answering.quoting import choose_sentences, cite
from rag.checking.answers import quoted
from rag.checking.claims import Claim
from rag.checking.drafts import with_verdict
from rag.checking.features import standing_alone
from rag.checking.words import bag
from rag.models import AnswerSentence, Citation, Notice, Passage, Proof
from rag.relevance import RankedSentence
from rag.retrieval import Retrieval
from rag.text.orders import order_spans

_SURE, _SURE_PHRASE = 0.9, 0.97
"""So likely to be supported must be what strictness leaves. Of 120 answers each of a small model (Gemma 3 270M) to questions
of TyDi QA's Arabic and of SQuAD, these leave 22 of 33 and 5 of 8 sentences, 9 and 2 of which hold no gold answer and stand in
no passage, and 12 of 99 and 32 of 113 phrases, 1 and 5 of them without a gold answer, where .85
left 18 and 47, 2 and 12 without. Of paraphrases that are true they leave 71 %; with .98 for sentences they would leave 38 %
of them, and as many wrong ones but two."""

_AROUND_PHRASE = " .؟?!،,;؛:\"'“”«»"


@dataclass(frozen=True, slots=True)
class Settled:
    """The sentences, what they cite, and what the reader must know besides."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]


def settle(checked: Sequence[AnswerSentence], draft: Draft, retrieval: Retrieval, *, strict: bool = False) -> Settled:
    """Return the answer.

    A citation of a passage quotes the sentence of it that a verdict rests on; citations that nothing cites are left out. If
    `strict`, quotations take the place of what is not surely supported, and those that no sentence says in full follow. A bare
    phrase, which says something only together with the question, must stand in one of them besides.
    """
    sentences, citations, notices = tuple(checked), list(draft.citations), draft.notices
    if strict and checked:
        replacing = _Replacing(draft, retrieval)
        sentences = tuple(replacing.replaced(checked, citations))
        if replacing.count:
            told = f"{replacing.count} of {len(checked)} sentences of {draft.model or 'the writer'}"
            notices = (*notices, Notice("replaced", told))
    used = {number for one in sentences for number in one.citations}
    placed = [_placed(one, sentences) for one in citations if one.marker in used]
    return Settled(sentences, tuple(sorted(placed, key=lambda one: one.marker)), notices)


def _says(sentence: AnswerSentence, quoted: RankedSentence, language: str) -> bool:
    """Tell whether a sentence says all that a quotation would: it is the same, or rests on it and has all of its words.

    What has but some of them may lack the very one that was asked for.
    """
    if sentence.text == quoted.sentence.text:
        return True
    words = set(bag(quoted.sentence.text, quoted.passage.language).stems)
    return words <= set(bag(sentence.text, language).stems) and any(
        proof.document == quoted.passage.document
        and proof.start < quoted.sentence.end
        and quoted.sentence.start < proof.end
        for proof in sentence.proof
    )


def _is_quotation(sentence: AnswerSentence) -> bool:
    return any(proof.text == sentence.text for proof in sentence.proof)


def _placed(citation: Citation, sentences: Sequence[AnswerSentence]) -> Citation:
    """Return a citation that quotes what the first sentence that cites it rests on there."""
    begin = citation.start - len(citation.before)
    whole = citation.before + citation.quote + citation.after
    for sentence in sentences:
        if citation.marker not in sentence.citations:
            continue
        for proof in reversed(sentence.proof):
            if proof.document == citation.document and begin <= proof.start and proof.end <= begin + len(whole):
                at, to = proof.start - begin, proof.end - begin
                return replace(
                    citation, start=proof.start, end=proof.end, quote=proof.text, before=whole[:at], after=whole[to:]
                )
    return citation


class _Replacing:
    """Puts quotations, those that answer best, in the place of sentences; `count` is how many it has replaced."""

    def __init__(self, draft: Draft, retrieval: Retrieval) -> None:
        self._question = retrieval.question
        self._best = choose_sentences(retrieval.question.language, list(map(_stating, retrieval.passages)))
        self._known = {citation.marker for citation in draft.citations}
        self.count = 0

    def replaced(self, checked: Sequence[AnswerSentence], citations: list[Citation]) -> Iterator[AnswerSentence]:
        """Yield the sentences; `citations` gets those of the quotations."""
        phrases = [one for one in checked if self._is_phrase(one)]
        failing = [one for one in checked if not self._is_sure(one, one in phrases)]
        self.count = len(failing)
        kept = [one for one in checked if one not in failing]
        left = [
            one for one in self._best if not any(_says(sentence, one, self._question.language) for sentence in kept)
        ]
        for sentence in checked:
            if sentence not in failing:
                yield _cited_where_found(sentence, citations)
            elif left:
                yield _quotation(left.pop(0), sentence.text, citations)
        yield from (_quotation(one, "", citations) for one in left)

    def _is_phrase(self, sentence: AnswerSentence) -> bool:
        """Tell whether a sentence says something only together with the question, as "In 1963." does."""
        claim = Claim(sentence.text, self._question.language, self._question.text)
        return not _is_quotation(sentence) and standing_alone(claim).question != ""

    def _is_sure(self, sentence: AnswerSentence, is_phrase: bool) -> bool:
        support = sentence.support or 0.0
        if not self._known.issuperset(sentence.citations):
            return False
        if sentence.verdict != "supported" or not is_phrase:
            return sentence.verdict == "supported" and (support >= _SURE or _is_quotation(sentence))
        words = sentence.text.strip(_AROUND_PHRASE)
        return support >= _SURE_PHRASE and any(words in one.sentence.text for one in self._best)


def _quotation(found: RankedSentence, instead_of: str, citations: list[Citation]) -> AnswerSentence:
    """Return a sentence of a passage as one of the answer, citing its passage under the number that it has, or a new one."""
    passage, sentence = found.passage, found.sentence
    same = (one.marker for one in citations if _cites(one, passage))
    marker = next(same, 1 + max((one.marker for one in citations), default=0))
    citation = cite(marker, passage, sentence)
    if all(one.marker != marker for one in citations):
        citations.append(citation)
    proof = Proof(passage.document, passage.source, sentence.start, sentence.end, sentence.text)
    said = AnswerSentence(sentence.text, (marker,), score=found.relevance, instead_of=instead_of)
    return with_verdict(said, quoted(proof))


def _cites(citation: Citation, passage: Passage) -> bool:
    return citation.document == passage.document and citation.start - len(citation.before) == passage.start


def _cited_where_found(sentence: AnswerSentence, citations: Sequence[Citation]) -> AnswerSentence:
    """Return a sentence that cites nothing with the citation of what it was found in."""
    if sentence.citations or not sentence.proof:
        return sentence
    proof = sentence.proof[-1]
    around = (
        one.marker
        for one in citations
        if one.document == proof.document
        and one.start - len(one.before) <= proof.start
        and proof.end <= one.end + len(one.after)
    )
    marker = next(around, None)
    return sentence if marker is None else replace(sentence, citations=(marker,))


def _stating(passage: Passage) -> Passage:
    """Return a passage without the sentences that give a machine orders."""
    orders = order_spans(passage.text, passage.language)
    if not orders:
        return passage
    stating = tuple(
        one
        for one in passage.sentences
        if not any(span.start <= one.start - passage.start < span.end for span in orders)
    )
    return replace(passage, sentences=stating)
