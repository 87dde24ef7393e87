"""A draft and the passages that it was written from → the same sentences, each with its verdict."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.draft import Draft
from rag.checking.answers import Sources, check_sentences, quoted
from rag.checking.checker import Checker
from rag.checking.claims import Claim, Evidence
from rag.checking.markers import CitedSentence, cited_sentences
from rag.checking.words import bag, share
from rag.errors import StoreError
from rag.index import Index
from rag.models import AnswerSentence, Citation, Passage, Proof, Question, Verdict

_LOOKED_IN = 3
"""Passages that a sentence without a marker is looked for in: those that hold most of its words, and the first ones."""


def check_draft(
    checker: Checker, draft: Draft, passages: Sequence[Passage], question: Question, store: Index
) -> tuple[AnswerSentence, ...]:
    """Return the sentences of a draft with their verdicts.

    What a citation quotes is checked against all of its passage, or, if it was not retrieved this time, against its document as
    `store` has it now.
    """
    proofs = [_proof_of_quote(sentence, draft.citations, passages) for sentence in draft.sentences]
    left = [sentence for sentence, proof in zip(draft.sentences, proofs, strict=True) if proof is None]
    judged = iter(_judge(checker, left, draft.citations, passages, question, store))
    return tuple(
        with_verdict(sentence, next(judged) if proof is None else quoted(proof))
        for sentence, proof in zip(draft.sentences, proofs, strict=True)
    )


def with_verdict(sentence: AnswerSentence, verdict: Verdict) -> AnswerSentence:
    """Return a sentence of an answer with what checking says of it."""
    return replace(sentence, verdict=verdict.label, support=verdict.score, reason=verdict.reason, proof=verdict.spans)


def _judge(
    checker: Checker,
    sentences: Sequence[AnswerSentence],
    citations: Sequence[Citation],
    passages: Sequence[Passage],
    question: Question,
    store: Index,
) -> list[Verdict]:
    if not sentences:
        return []
    cited: dict[int, list[Evidence]] = {}
    lost: dict[int, str] = {}
    for citation in citations:
        evidence = _around(citation, passages, store)
        if evidence is None:
            lost[citation.marker] = f"is {citation.source}, which is no longer in the index"
        else:
            cited[citation.marker] = [evidence]
    others = [Evidence.of(passage) for passage in passages]
    sources = Sources(cited, lost, others, nearest=_fullest)
    return check_sentences(checker, [_read(one, question.language) for one in sentences], sources, question.text)


def _proof_of_quote(
    sentence: AnswerSentence, citations: Sequence[Citation], passages: Sequence[Passage]
) -> Proof | None:
    """Return what a sentence quotes, if it is one whole sentence of a passage that it cites, letter by letter."""
    for citation in citations:
        if citation.marker in sentence.citations and citation.quote == sentence.text:
            for passage in passages:
                whole = any((one.start, one.end) == (citation.start, citation.end) for one in passage.sentences)
                at = slice(citation.start - passage.start, citation.end - passage.start)
                if whole and passage.document == citation.document and passage.text[at] == sentence.text:
                    return Proof(citation.document, citation.source, citation.start, citation.end, citation.quote)
    return None


def _around(citation: Citation, passages: Sequence[Passage], store: Index) -> Evidence | None:
    """Return the passage that a citation stands in; None if its document is gone, or has changed there."""
    for passage in passages:
        if passage.document == citation.document and passage.start <= citation.start <= citation.end <= passage.end:
            return Evidence.of(passage)
    try:
        document = store.document(citation.document)
    except StoreError:
        return None
    if document.text[citation.start : citation.end] != citation.quote:
        return None
    start, end = citation.start - len(citation.before), citation.end + len(citation.after)
    text = document.text[max(0, start) : end]
    return Evidence(text, document.language, document.source, document.id, max(0, start), document.date)


def _read(sentence: AnswerSentence, around: str) -> CitedSentence:
    """Return a sentence as the checker reads it: markers that a writer left in its text count too."""
    parts = cited_sentences(sentence.text, around)
    numbers = [*sentence.citations, *(number for part in parts for number in part.citations)]
    return CitedSentence(
        " ".join(part.text for part in parts),
        parts[0].language if parts else around,
        tuple(dict.fromkeys(numbers)),
        tuple(raw for part in parts for raw in part.unread),
    )


def _fullest(claim: Claim, pieces: Sequence[Evidence]) -> Sequence[Evidence]:
    """Return the pieces that hold most of the claim's words, among equals (in another language, all) the first ones."""
    if len(pieces) <= _LOOKED_IN:
        return pieces
    wanted = bag(claim.text, claim.language)
    held = [share(wanted.grams, bag(piece.text, piece.language).grams) for piece in pieces]
    best = sorted(range(len(pieces)), key=lambda at: (-round(held[at], 1), at))[:_LOOKED_IN]
    return [pieces[at] for at in best]
