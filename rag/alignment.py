"""An earlier version of a text and this one: which of its chunks still stand there, sentence by sentence."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from rag.models import Chunk

_MOST = 25_000_000
"""Pairs of sentences that are compared at most; beyond that, what lies between the common beginning and end counts as new."""


def kept_runs(previous: Sequence[Chunk], sentences: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the chunks of an earlier version stand in the sentences of this one: first, after the last; ascending.

    Of each chunk count the sentences that the one before it does not hold already.

    >>> from rag.models import Span
    >>> chunks = [Chunk("d", 0, 0, 5, "A. B.", None, (Span(0, 2), Span(3, 5))), Chunk("d", 1, 6, 8, "C.", None, (Span(6, 8),))]
    >>> kept_runs(chunks, ["New.", "A.", "B.", "C."]), kept_runs(chunks, ["A.", "New.", "B.", "C."])
    ([(1, 3), (3, 4)], [(3, 4)])
    """
    runs: list[tuple[int, int]] = []
    earlier: list[str] = []
    for chunk, end in zip(previous, [-1, *(chunk.end for chunk in previous)], strict=False):
        own = [span for span in chunk.sentences if span.start >= end]
        runs.append((len(earlier), len(earlier) + len(own)))
        earlier += [chunk.text[span.start - chunk.start : span.end - chunk.start] for span in own]
    places = _places(earlier, sentences)
    kept = []
    for begin, end in runs:
        first = places.get(begin)
        if begin < end and first is not None and all(places.get(at) == first + at - begin for at in range(begin, end)):
            kept.append((first, first + end - begin))
    return kept


def _places(earlier: Sequence[str], later: Sequence[str]) -> dict[int, int]:
    """Return where each sentence that stayed was and is now, both ascending."""
    shorter = min(len(earlier), len(later))
    head = next((at for at in range(shorter) if earlier[at] != later[at]), shorter)
    tail = next((at for at in range(shorter - head) if earlier[-1 - at] != later[-1 - at]), shorter - head)
    places = {at: at for at in range(head)}
    middle, new = earlier[head : len(earlier) - tail], later[head : len(later) - tail]
    if len(middle) * len(new) <= _MOST:
        for block in SequenceMatcher(None, middle, new).get_matching_blocks():
            places |= {head + block.a + at: head + block.b + at for at in range(block.size)}
    places |= {len(earlier) - tail + at: len(later) - tail + at for at in range(tail)}
    return places
