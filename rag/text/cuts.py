"""Cutting an over-long stretch of text into parts of about the same length, at the places that hurt least."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import regex

from rag.models import Span

_CLAUSE = regex.compile(r"(?:[,;:،؛·]|\.\.+|…|[–—])[\p{Pe}\p{Pf}\"']*(?=\s)|[、，；：]")
_SPACE = regex.compile(r"\s+")
_CLUSTER = regex.compile(r"\X")


def cut_evenly(text: str, span: Span, parts: int) -> list[Span]:
    """Cut `span` into about `parts` spans without white space at their ends; together they hold all its characters.

    Each cut is the nearest one to an even division: after clause punctuation if there is some near by, else at white
    space near by, else between grapheme clusters. Only a span that is one cluster is cut between its code points.

    Raises:
        ValueError: for fewer than two parts, or a span of fewer than two characters.

    >>> text = "one two three, four five six seven"
    >>> [text[part.start : part.end] for part in cut_evenly(text, Span(0, len(text)), 2)]
    ['one two three,', 'four five six seven']

    """
    if parts < 2 or len(span) < 2:
        message = f"cannot cut {len(span)} characters into {parts} parts: at least two of each are needed"
        raise ValueError(message)
    clauses = _offsets(_CLAUSE, text, span)
    spaces = _offsets(_SPACE, text, span)
    clusters: list[int] | None = None
    length = len(span) / parts
    cuts = [span.start]
    for ideal in (span.start + round(length * part) for part in range(1, parts)):
        cut = _nearest(clauses, ideal, length / 2) or _nearest(spaces, ideal, length / 2)
        if cut is None:
            clusters = _cluster_offsets(text, span) if clusters is None else clusters
            cut = _nearest(clusters, ideal, len(span)) or span.start
        if cut > cuts[-1]:
            cuts.append(cut)
    cuts.append(span.end)
    return [part for start, end in pairwise(cuts) if (part := stripped(text, start, end))]


def stripped(text: str, start: int, end: int) -> Span | None:
    """Return `text[start:end]` without the white space at its ends, None if nothing is left."""
    piece = text[start:end]
    bare = piece.strip()
    if not bare:
        return None
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(bare))


def inside_cluster(text: str, at: int) -> bool:
    r"""Return whether the character before `at`, white space or punctuation, is one grapheme cluster with what follows.

    >>> inside_cluster("e. \u0301", 3), inside_cluster("e. a", 3)
    (True, False)
    """
    cluster = _CLUSTER.match(text, at - 1)
    return cluster is not None and cluster.end() > at


def _offsets(pattern: "regex.Pattern[str]", text: str, span: Span) -> list[int]:
    """Return the offsets inside `span` after each match, where no grapheme cluster goes on."""
    ends = (match.end() for match in pattern.finditer(text, span.start, span.end))
    return [end for end in ends if end < span.end and not inside_cluster(text, end)]


def _cluster_offsets(text: str, span: Span) -> list[int]:
    offsets = [match.start() for match in _CLUSTER.finditer(text, span.start, span.end)][1:]
    return offsets or list(range(span.start + 1, span.end))


def _nearest(offsets: Sequence[int], ideal: int, within: float) -> int | None:
    """Return the offset nearest to `ideal` and no farther than `within`, None if there is none."""
    at = bisect_left(offsets, ideal)
    near = min(offsets[max(0, at - 1) : at + 1], key=lambda offset: abs(offset - ideal), default=None)
    return near if near is not None and abs(near - ideal) <= within else None
