"""A draft and the passages that it was written from → the same sentences, each with its verdict."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.draft import Draft
from rag.checking.answers import Sources, check_sentences, quoted
from rag.checking.checker import Checker
from rag.checking.claims import Claim, Evidence
from rag.checking.words import bag, share
from rag.errors import StoreError
from rag.index import Index
from rag.models import AnswerSentence, Citation, Passage, Proof, Question, Verdict
from rag.text.markers import CitedSentence, cited_sentences
from rag.text.orders import without_orders

_GONE = "which is no longer in the index"
_ORDERS_ONLY = "which states nothing there: it gives orders to a machine"
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
        if isinstance(evidence, str):
            lost[citation.marker] = f"is {citation.source}, {evidence}"
        else:
            cited[citation.marker] = [evidence]
    others = [one for one in map(_evidence, passages) if one is not None]
    sources = Sources(cited, lost, others, nearest=_fullest)
    read = [_read(one, question.language) for one in sentences]
    verdicts = check_sentences(checker, read, sources, question.text)
    # What cannot be read as a marker is in sight, but was not checked: it may say anything.
    return [
        replace(verdict, label="unsupported", score=0.0) if one.unread and verdict.label == "supported" else verdict
        for one, verdict in zip(read, verdicts, strict=True)
    ]


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


def _around(citation: Citation, passages: Sequence[Passage], store: Index) -> Evidence | str:
    """Return the passage that a citation stands in, or why there is none: its document is gone, or has changed there."""
    begin = citation.start - len(citation.before)
    around = [
        passage
        for passage in passages
        if passage.document == citation.document and passage.start <= citation.start <= citation.end <= passage.end
    ]
    if around:  # chunks overlap: the one that was meant, if it is there
        return _evidence(min(around, key=lambda passage: abs(passage.start - begin))) or _ORDERS_ONLY
    try:
        document = store.document(citation.document)
    except StoreError:
        return _GONE
    if document.text[citation.start : citation.end] != citation.quote:
        return _GONE
    text = document.text[max(0, begin) : citation.end + len(citation.after)]
    return Evidence(text, document.language, document.source, document.id, max(0, begin), document.date)


def _evidence(passage: Passage) -> Evidence | None:
    """Return a passage as evidence, without what gives a machine orders in it; None if that is all."""
    evidence = Evidence.of(passage)
    stated = replace(evidence, text=without_orders(passage.text, passage.language))
    return stated if any(map(str.isalnum, stated.text)) else None


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
