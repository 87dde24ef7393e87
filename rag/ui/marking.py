"""A piece of a source with what matters in it marked: what is quoted, what proves a sentence, what speaks against it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Kind = Literal["quote", "against", "proof"]
_TAGS: dict[Kind, str] = {"against": '<mark class="against">', "quote": "<mark>", "proof": '<mark class="proof">'}
"""Where marks lie upon one another the first of these is shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of characters that is marked, end exclusive."""

    start: int
    end: int
    kind: Kind


def marked(value: str, marks: Sequence[Mark], around: int, shown: Callable[[str], str]) -> str:
    """Return `value` from `around` characters before its first mark to as many after its last; `shown` escapes text.

    >>> marked("One. Two. Three.", [Mark(5, 9, "quote"), Mark(5, 8, "against")], 99, str)
    'One. <mark class="against">Two</mark><mark>.</mark> Three.'
    """
    marks = [Mark(max(0, one.start), min(len(value), one.end), one.kind) for one in marks]
    marks = [one for one in marks if one.start < one.end]
    if not marks:
        return shown(first(value, 2 * around))
    begin, end = min(one.start for one in marks), max(one.end for one in marks)
    cuts = sorted({begin, end, *(at for one in marks for at in (one.start, one.end))})
    middle = "".join(
        _marked_piece(shown(value[left:right]), [one.kind for one in marks if one.start <= left and right <= one.end])
        for left, right in pairwise(cuts)
    )
    return shown(last(value[:begin], around)) + middle + shown(first(value[end:], around))


def first(value: str, length: int) -> str:
    """Return the start of `value`, ended between two words where there are any."""
    if len(value) <= length:
        return value
    cut = value[:length]
    return cut[: max(cut.rfind(" "), cut.rfind("\n"), length * 2 // 3)].rstrip() + " …"


def last(value: str, length: int) -> str:
    """Return the end of `value`, begun between two words where there are any."""
    return first(value[::-1], length)[::-1]


def _marked_piece(shown: str, kinds: Sequence[Kind]) -> str:
    tag = next((_TAGS[kind] for kind in _TAGS if kind in kinds), None)
    return shown if tag is None else f"{tag}{shown}</mark>"
