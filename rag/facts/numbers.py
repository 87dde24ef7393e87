"""Numbers with their units: whether the evidence says those of the claim."""

from collections.abc import Sequence
from decimal import Decimal

from rag.facts.agreement import comparable, compatible, distance, same_value
from rag.facts.base import Finding, Text
from rag.facts.compounds import Compound, compounds
from rag.facts.dates import find_dates
from rag.facts.neighbours import neighbours
from rag.facts.quantities import Quantity, find_quantities
from rag.models import Span

_SMALL = 2
_ITS_PLACE = 2


def check_numbers(claim: Text, evidence: Text) -> list[Finding]:
    """Return what the evidence says of each quantity of the claim; words such as "one" count only where they contradict.

    >>> [f.reason for f in check_numbers(Text("Eighty ships left.", "en"), Text("غادرت 8 سفن الميناء", "ar"))]
    ['source says 8, answer says Eighty']
    """
    quantities = find_quantities(claim)
    if claim.language == evidence.language:  # then C3 and C5 are compared as names
        quantities = tuple(one for one in quantities if not one.named)
    if not quantities:
        return []
    known = find_quantities(evidence)
    known = (*known, *(one.whole for one in compounds(evidence, known)))
    said = {quantity.values[0] for quantity in quantities}
    whole = _as_one(claim, quantities, known)
    parts = {part.span for one, _ in whole for part in one.parts}
    found = (_finding(quantity, claim, known, evidence, said) for quantity in quantities if quantity.span not in parts)
    return [*(_same(one.whole, other) for one, other in whole), *(one for one in found if one is not None)]


def _as_one(claim: Text, quantities: Sequence[Quantity], known: Sequence[Quantity]) -> list[tuple[Compound, Quantity]]:
    """Return the claim's quantities in two units that the evidence has as a whole."""
    found = []
    for one in compounds(claim, quantities):
        equal = (other for other in known if same_value(one.whole, other) and compatible(one.whole.unit, other.unit))
        if other := next(equal, None):
            found.append((one, other))
    return found


def _finding(
    quantity: Quantity, claim: Text, known: Sequence[Quantity], evidence: Text, said: set[Decimal]
) -> Finding | None:
    equal = [other for other in known if same_value(quantity, other)]
    fitting = [other for other in equal if compatible(quantity.unit, other.unit)]
    if fitting:
        instead = _in_its_place(quantity, claim, fitting, known, evidence, said)
        return _differs(quantity, claim, instead, evidence) if instead else _same(quantity, fitting[0])
    if quantity.soft and quantity.values[0] == 1:
        return None
    if not quantity.unit and (span := _in_a_date(quantity, evidence)):
        return Finding("number", "same", quantity.span, span)
    if not quantity.soft and equal:
        return _differs(quantity, claim, equal[0], evidence)
    other_says = _nearest(quantity, claim, known, evidence)
    if other_says is not None:
        return _differs(quantity, claim, other_says, evidence)
    if _forgiven(quantity, evidence):
        return None
    written = _written(claim, quantity.span if quantity.unit else quantity.number)
    return Finding("number", "absent", quantity.span, None, f"the source has no number {written}")


def _same(quantity: Quantity, other: Quantity) -> Finding:
    return Finding("number", "same", quantity.span, other.span)


def _in_its_place(
    quantity: Quantity,
    claim: Text,
    equal: Sequence[Quantity],
    known: Sequence[Quantity],
    evidence: Text,
    said: set[Decimal],
) -> Quantity | None:
    """Return the quantity that the evidence has between the claim's own words, where its equal stands among others.

    That is a claim of three missiles shot down where the source says eight shot down, and three somewhere else.
    """
    behind, before = neighbours(claim, quantity)
    for other in equal:
        theirs_behind, theirs_before = neighbours(evidence, other)
        if behind & theirs_behind or before & theirs_before or (quantity.unit is not None and other.unit is not None):
            return None
    for other in known:
        theirs_behind, theirs_before = neighbours(evidence, other)
        shared = len(behind & theirs_behind) + len(before & theirs_before)
        if not behind & theirs_behind or shared < _ITS_PLACE:
            continue
        if other.values[0] not in said and not other.soft and comparable(quantity, other):
            return other
    return None


def _differs(quantity: Quantity, claim: Text, other: Quantity, evidence: Text) -> Finding:
    whole = (quantity.unit is not None and other.unit is not None and quantity.unit != other.unit) or (
        _written(claim, quantity.number) == _written(evidence, other.number)
    )
    theirs = _written(evidence, other.span if whole else other.number)
    mine = _written(claim, quantity.span if whole else quantity.number)
    return Finding("number", "differs", quantity.span, other.span, f"source says {theirs}, answer says {mine}")


def _written(text: Text, span: Span) -> str:
    return " ".join(text.text[span.start : span.end].split())


def _forgiven(quantity: Quantity, evidence: Text) -> bool:
    """Tell whether a quantity may be left unsaid: one, two, a half; a dual says two in Arabic with no number."""
    if quantity.soft or quantity.fraction:
        return True
    return quantity.values[0] <= _SMALL and (quantity.values[0] == 1 or evidence.language == "ar")


def _in_a_date(quantity: Quantity, evidence: Text) -> Span | None:
    """Return where the evidence has the number as a year or the day of a date."""
    for mention in find_dates(evidence):
        for moment in mention.readings:
            if any(value in (moment.year, moment.day) for value in quantity.values):
                return mention.span
    return None


def _nearest(quantity: Quantity, claim: Text, known: Sequence[Quantity], evidence: Text) -> Quantity | None:
    """Return the evidence's quantity that stands where the claim's does: same unit, same neighbouring words, near value."""
    mine_behind, mine_before = neighbours(claim, quantity)
    best, best_score = None, 0.0
    for other in known:
        if not comparable(quantity, other):
            continue
        behind, before = neighbours(evidence, other)
        near = (
            3 * len(mine_behind & behind)
            + len(mine_before & before)
            + 0.5 * len((mine_behind | mine_before) & (behind | before))
        )
        alike = quantity.unit is not None and other.unit is not None
        if ((quantity.soft or other.soft) and not near and not alike) or (
            quantity.soft and not mine_behind & behind and not alike
        ):
            continue
        if not near and not alike and (quantity.unit is None) != (other.unit is None):
            continue
        score = 0.01 + near + 4 * alike + 1 / (1 + distance(quantity, other))
        if score > best_score:
            best, best_score = other, score
    return best
