"""Two quantities: whether they say the same, could say the same, and how far apart they are."""

from decimal import Decimal

from rag.facts.bounds import Bound
from rag.facts.quantities import Quantity
from rag.facts.units import Unit

_AROUND = Decimal("0.05")
_BEYOND = Decimal("1.5")
_EXACT = Decimal("1e-9")
_HUNDRED = Decimal(100)


def compatible(mine: Unit | None, theirs: Unit | None) -> bool:
    """Tell whether two units may be said of the same number: equal, convertible, or one of them unknown."""
    if mine is None or theirs is None or mine == theirs:
        return True
    if mine.dimension != theirs.dimension:
        return _named_after(mine, theirs)
    return mine.dimension != "money" or _in_cents(mine, theirs) or _in_cents(theirs, mine)


def _in_cents(mine: Unit, theirs: Unit) -> bool:
    return mine.name == "cent" and theirs.name in ("dollar", "euro")


def same_value(mine: Quantity, theirs: Quantity) -> bool:
    """Tell whether the evidence's value is the claim's, or bears out its "about" or "more than"."""
    if _percent(mine) != _percent(theirs) and (mine.fraction or theirs.fraction):
        return any(
            _equal(one * (1 if _percent(mine) else _HUNDRED), two * (1 if _percent(theirs) else _HUNDRED))
            for one in mine.values
            for two in theirs.values
        )
    factor = _factor(mine.unit, theirs.unit)
    return any(_says(mine, theirs.bound, one * factor, two) for one in mine.values for two in theirs.values)


def _named_after(mine: Unit, theirs: Unit) -> bool:
    """Tell whether one unit is said with the other's name: 180 km (an hour), 70 miles (square)."""
    return mine.name in theirs.name or theirs.name in mine.name


def _percent(quantity: Quantity) -> bool:
    return quantity.unit is not None and quantity.unit.name == "percent"


def _factor(mine: Unit | None, theirs: Unit | None) -> Decimal:
    """Return what turns values of one unit into those of the other, 1 where nothing does."""
    if mine is None or theirs is None or mine.dimension != theirs.dimension:
        return Decimal(1)
    return mine.factor / theirs.factor


def _equal(one: Decimal, two: Decimal) -> bool:
    return one == two or abs(one - two) <= _EXACT * max(abs(one), abs(two))


def _says(mine: Quantity, bound: Bound, one: Decimal, two: Decimal) -> bool:
    """Tell whether the evidence's `two` is the claim's `one`, or what it is a rounding or a bound of."""
    if _equal(one, two):
        return True
    if mine.scaled and _figures(one) >= 2 and _figures(one) < _figures(two) and _rounded(two, one) == one:
        return True
    if mine.bound == bound:
        return False  # more than 80, more than 8
    if mine.bound == "over":
        return one <= two <= one * _BEYOND
    if mine.bound == "under":
        return two <= one <= two * _BEYOND
    return mine.bound == "around" and _figures(one) < _figures(two) and abs(one - two) <= _AROUND * two


def _figures(value: Decimal) -> int:
    """Return how many significant figures a value has: 2 for 3,400,000."""
    return len(value.normalize().as_tuple().digits)


def _rounded(value: Decimal, like: Decimal) -> Decimal:
    exponent = like.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or abs(value.adjusted() - exponent) > 20:
        return value
    return value.quantize(Decimal(1).scaleb(exponent))


def comparable(quantity: Quantity, other: Quantity) -> bool:
    """Tell whether one quantity could have been said in place of the other."""
    if quantity.ordinal != other.ordinal or quantity.fraction != other.fraction:
        return False
    return quantity.unit is None or other.unit is None or quantity.unit.dimension == other.unit.dimension


def distance(quantity: Quantity, other: Quantity) -> float:
    """Return how many powers of ten lie between two values."""
    one, two = quantity.values[0], other.values[0]
    if not one or not two:
        return 3.0
    return float(abs(abs(one).log10() - abs(two).log10()))
