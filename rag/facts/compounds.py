"""Quantities said in two units, as one: two years and four months are 28 months."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from rag.facts.base import Text
from rag.facts.quantities import Quantity
from rag.models import Span

_BETWEEN = regex.compile(r"[\s,،]*(?:and|و|et|y|e|und|и|ve|और|零|又)?\s*")
_IN_PARTS = frozenset({"calendar", "time", "length", "mass"})


@dataclass(frozen=True, slots=True)
class Compound:
    """Two quantities that stand side by side, and what they add up to, in the unit of the second."""

    parts: tuple[Quantity, Quantity]
    whole: Quantity


def compounds(text: Text, quantities: Sequence[Quantity]) -> list[Compound]:
    """Return the neighbours among a text's quantities that are one quantity in a larger and a smaller unit.

    >>> from rag.facts.quantities import find_quantities
    >>> said = Text("It took two years and four months.", "en")
    >>> [str(one.whole.values[0]) for one in compounds(said, find_quantities(said))]
    ['28']
    """
    return [
        Compound((one, other), whole)
        for one, other in pairwise(quantities)
        if _BETWEEN.fullmatch(text.text[one.span.end : other.span.start]) and (whole := _sum(one, other))
    ]


def _sum(one: Quantity, other: Quantity) -> Quantity | None:
    if one.unit is None or other.unit is None or one.unit.dimension != other.unit.dimension:
        return None
    if one.unit.dimension not in _IN_PARTS or one.unit.factor <= other.unit.factor or one.ordinal or other.ordinal:
        return None
    value = one.values[0] * one.unit.factor / other.unit.factor + other.values[0]
    span = Span(one.span.start, other.span.end)
    return replace(other, span=span, number=span, values=(value,), first=one.first, soft=False, fraction=False)
