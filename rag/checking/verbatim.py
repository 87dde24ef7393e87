"""Quotes are proved by comparing text, not by a model."""

import regex

from rag.models import Span
from rag.text.folding import fold, fold_text

_AROUND = regex.compile(r"^[\p{P}\p{Z}\s]+|[\p{P}\p{Z}\s]+$")
_ASKS = regex.compile(r"[?؟？՞]\W*$")


def find_quote(claim: str, text: str, sentences: tuple[Span, ...]) -> Span | None:
    """Return where `text` says the claim word for word: whole sentences of it, letter variants and marks at the ends apart.

    Part of a sentence is not enough: "the port was open" stands in "Nobody believes that the port was open".

    >>> text = "The port opened. It rained."
    >>> find_quote("the port opened", text, (Span(0, 16), Span(17, 27)))
    Span(start=0, end=16)
    """
    wanted = _bare(fold_text(claim)).split()
    if not wanted:
        return None
    folded = fold(text)
    for match in regex.finditer(r"\s+".join(map(regex.escape, wanted)), folded.text, overlapped=True):
        span = _whole(folded.original(match.start(), match.end()), text, sentences)
        if span is not None and bool(_ASKS.search(claim)) == bool(_ASKS.search(text[span.start : span.end])):
            return span
    return None


def _whole(span: Span, text: str, sentences: tuple[Span, ...]) -> Span | None:
    """Return the sentences that a span of the text is; None if it begins or ends within one."""
    touched = [one for one in sentences if one.start < span.end and span.start < one.end]
    if not touched or _bare(text[touched[0].start : span.start]) or _bare(text[span.end : touched[-1].end]):
        return None
    return Span(touched[0].start, touched[-1].end)


def _bare(text: str) -> str:
    return _AROUND.sub("", text)
