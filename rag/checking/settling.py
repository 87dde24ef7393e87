"""Checked sentences → the answer as the reader gets it: citations where they matter, and, if asked, what fails replaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answering.draft import Draft
from rag.answering.orders import order_spans
from rag.answering.quoting import choose_sentences, cite
from rag.checking.answers import quoted
from rag.checking.drafts import with_verdict
from rag.models import AnswerSentence, Citation, Notice, Passage, Proof
from rag.relevance import RankedSentence
from rag.retrieval import Retrieval


@dataclass(frozen=True, slots=True)
class Settled:
    """The sentences, what they cite, and what the reader must know besides."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]


def settle(checked: Sequence[AnswerSentence], draft: Draft, retrieval: Retrieval, *, strict: bool = False) -> Settled:
    """Return the answer.

    A citation of a passage quotes the sentence of it that a verdict rests on; citations that nothing cites are left out. If
    `strict`, a quotation takes the place of each sentence that is contradicted or unsupported, as long as there are any;
    else it is dropped.
    """
    sentences, citations, notices = tuple(checked), list(draft.citations), draft.notices
    if strict and any(_fails(one) for one in checked):
        sentences = tuple(_Replacing(draft, retrieval).replaced(checked, citations))
        count = sum(map(_fails, checked))
        notices = (
            *notices,
            Notice("replaced", f"{count} of {len(checked)} sentences of {draft.model or 'the writer'}"),
        )
    used = {number for one in sentences for number in one.citations}
    placed = [_placed(one, sentences) for one in citations if one.marker in used]
    return Settled(sentences, tuple(sorted(placed, key=lambda one: one.marker)), notices)


def _fails(sentence: AnswerSentence) -> bool:
    return sentence.verdict in ("contradicted", "unsupported")


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
    """Finds quotations to take the place of sentences: what the sentence was contradicted by, or else what answers best."""

    def __init__(self, draft: Draft, retrieval: Retrieval) -> None:
        self._passages = retrieval.passages
        self._best = [
            one
            for one in choose_sentences(retrieval.question.language, retrieval.passages)
            if not _gives_orders(one.passage, one.sentence.start)
        ]
        self._said: set[str] = set()

    def replaced(self, checked: Sequence[AnswerSentence], citations: list[Citation]) -> Iterator[AnswerSentence]:
        """Yield the sentences; `citations` gets those of the quotations."""
        self._said = {one.text for one in checked if not _fails(one)}
        for sentence in checked:
            if not _fails(sentence):
                yield sentence
            elif (found := self._next()) is not None:
                self._said.add(found.sentence.text)
                yield _quotation(found, sentence.text, citations)

    def _next(self) -> RankedSentence | None:
        return next((one for one in self._best if one.sentence.text not in self._said), None)


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


def _gives_orders(passage: Passage, place: int) -> bool:
    return any(
        passage.start + span.start <= place < passage.start + span.end
        for span in order_spans(passage.text, passage.language)
    )
