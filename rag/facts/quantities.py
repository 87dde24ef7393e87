"""Text → the quantities in it: a value, its unit and how exact it is said to be."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from rag.facts.base import Text
from rag.facts.bounds import Bound, bound_of, phrases
from rag.facts.dates import find_dates
from rag.facts.han_numerals import evaluate
from rag.facts.numerals import Numeral, numerals
from rag.facts.tokens import Tokens, tokenize
from rag.facts.units import Unit, units
from rag.models import Span

_TWO = Decimal(2)
_OFTEN_WORDS = frozenset({"十分", "千万", "百万", "万一", "一一"})
_SOME = frozenset(
    {
        "several",
        "few",
        "many",
        "some",
        "بضع",
        "بضعه",
        "عده",
        "plusieurs",
        "quelques",
        "varios",
        "varias",
        "mehrere",
        "einige",
    }
    | {"несколько", "нескольких", "birkac", "कई", "数", "几", "alcune", "alcuni", "varias", "beberapa", "چند"}
)
_DECADES = frozenset({"anos", "annees", "anni"})
_CENTURY = frozenset({"القرن", "قرن", "للقرن", "siecle", "siglo", "seculo", "secolo"})
_MARKS = frozenset({"-", "–", "—", "~", "〜", "～", ",", "،", "、", "至", "到", "/"})
_MEASURES = frozenset(
    "个個名人位次项項条條座架艘辆輛年月日天岁家场場国种種块台支张張只隻倍级級届点點层層件颗枚部所间篇"
    "本份组組批村省市县区院校道口头匹棵公米吨小周分秒元美度"
)
"""What makes a numeral of one character a count: measure words, and the beginnings of units."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a text, `span` with its unit and `number` without; `first` and `last` are the numeral's tokens.

    `soft`: said in a word that is often no quantity (one, two, first, altı), so that it is never missed; `part`: inside a word.
    `named`: the digits of a name, C3 or TiO2.
    """

    span: Span
    number: Span
    values: tuple[Decimal, ...]
    unit: Unit | None
    bound: Bound
    ordinal: bool
    fraction: bool
    soft: bool
    scaled: bool
    named: bool
    first: int
    last: int


@lru_cache(maxsize=512)
def find_quantities(text: Text) -> tuple[Quantity, ...]:
    """Return the quantities of a text, in its order; numbers in dates and times are none.

    >>> [(str(q.values[0]), q.unit and q.unit.name) for q in find_quantities(Text("نحو 3 ملايين دولار و15 في المئة", "ar"))]
    [('3000000', 'dollar'), ('15', 'percent')]
    """
    tokens = tokenize(text)
    taken = bytearray(len(text.text))
    for mention in find_dates(text):
        taken[mention.span.start : mention.span.end] = b"\1" * len(mention.span)
    found: list[Quantity] = []
    end = 0
    for numeral in numerals(text):
        start = tokens.items[numeral.first].start
        if taken[start] or start < end or not _counts(tokens, numeral):
            continue
        found.append(_quantity(tokens, numeral))
        end = found[-1].span.end
    return tuple(sorted([*_share_units(tokens, found), *_duals(tokens)], key=lambda one: one.span.start))


def _counts(tokens: Tokens, numeral: Numeral) -> bool:
    """Tell whether a numeral says how many: "several hundred" does not, nor does a Chinese one inside a word."""
    first = tokens.items[numeral.first]
    if numeral.worded and tokens.key(numeral.first - 1) in _SOME | _DECADES:
        return False
    if first.kind != "han" or tokens.language == "ko" or numeral.last - numeral.first > 1:
        return True
    before = tokens.text[first.start - 1 : first.start]
    if before == "第":
        return True
    behind = tokens.text[first.end : first.end + 1]
    if tokens.text.startswith("分之", first.end):
        return False
    return first.text not in _OFTEN_WORDS or behind in _MEASURES


def _in_a_name(tokens: Tokens, numeral: Numeral) -> bool:
    """Tell whether digits stand right behind a capitalised word."""
    if not tokens.adjoins(numeral.first) or tokens.items[numeral.first].kind != "number":
        return False
    before = tokens.items[numeral.first - 1]
    return before.kind == "word" and before.text[0].isupper()


def _bare_han(tokens: Tokens, numeral: Numeral) -> bool:
    """Tell whether a numeral is one Chinese character with no measure word behind it: it may be a part of a word."""
    first = tokens.items[numeral.first]
    if first.kind != "han" or numeral.last - numeral.first > 1 or len(first.text) > 1:
        return False
    return (
        tokens.text[first.end : first.end + 1] not in _MEASURES and tokens.text[first.start - 1 : first.start] != "第"
    )


def _quantity(tokens: Tokens, numeral: Numeral) -> Quantity:
    known = units(tokens.language)
    first, last = tokens.items[numeral.first], tokens.items[numeral.last - 1]
    start, end = first.start, last.end
    unit = known.before(tokens, numeral.first)
    values = _of_parts(tokens, numeral) or numeral.values
    behind = numeral.last
    before = numeral.first
    if unit:
        before -= 1
        start = tokens.items[before].start
        if tokens.key(behind) == "m" and tokens.adjoins(behind):
            values = tuple(value * 1_000_000 for value in values)
            end, behind = tokens.items[behind].end, behind + 1
    elif found := _unit_behind(tokens, numeral):
        unit, end = found
        while behind < len(tokens) and tokens.items[behind].start < end:
            behind += 1
    if (
        unit
        and unit.name == "meter"
        and tokens.items[behind - 1].key == "m"
        and tokens.adjoins(behind - 1)
        and numeral.last < behind
    ):
        values = (*values, *(value * 1_000_000 for value in values))
        unit = None
    return Quantity(
        span=Span(start, end),
        number=Span(first.start, last.end),
        values=values,
        unit=unit,
        bound=bound_of(tokens, before, behind),
        ordinal=numeral.ordinal,
        fraction=numeral.fraction or values[0] < numeral.values[0],
        soft=numeral.soft or numeral.part or _bare_han(tokens, numeral) or _of_a_century(tokens, numeral, unit),
        scaled=numeral.scaled,
        named=unit is None and _in_a_name(tokens, numeral),
        first=numeral.first,
        last=numeral.last,
    )


def _of_a_century(tokens: Tokens, numeral: Numeral, unit: Unit | None) -> bool:
    """Tell whether a numeral names a century, which another text may tell by its years."""
    return (unit is not None and unit.name == "century") or tokens.key(numeral.first - 1) in _CENTURY


def _of_parts(tokens: Tokens, numeral: Numeral) -> tuple[Decimal, ...]:
    """Return a third for the 一 of 三分之一; nothing for percent, and where no parts are named."""
    at = numeral.first - 2
    if at < 0 or tokens.key(at + 1) != "分之" or tokens.items[at].kind != "han" or tokens.key(at) == "百":
        return ()
    parts = evaluate([tokens.items[at].text])
    return (numeral.values[0] / parts,) if parts else ()


def _unit_behind(tokens: Tokens, numeral: Numeral) -> tuple[Unit, int] | None:
    """Return the unit behind a numeral; an identifier such as F-16 has none, nor has an ordinal."""
    first = numeral.first
    if (
        first
        and tokens.items[first - 1].kind == "word"
        and tokens.gap(first) in ("", "-")
        and tokens.items[first - 1].text[0].isupper()
    ):
        return None
    return None if numeral.ordinal else units(tokens.language).behind(tokens, numeral.last)


def _share_units(tokens: Tokens, found: list[Quantity]) -> list[Quantity]:
    """Give the members of a range or list the unit, and perhaps the scale, of its last one: 5 to 10 million dollars."""
    shared = list(found)
    for index in range(len(shared) - 2, -1, -1):
        this, behind = shared[index], shared[index + 1]
        if this.unit or this.ordinal or behind.ordinal or not (behind.unit or behind.scaled):
            continue
        if not _listed(tokens, this.last, behind):
            continue
        values = this.values
        if behind.scaled and not this.scaled and this.values[0] < 1000:
            scale = Decimal(1000) ** ((len(str(int(behind.values[0]))) - 1) // 3)
            values = (*values, *(value * scale for value in values))
        shared[index] = replace(this, unit=behind.unit, values=values)
    return shared


def _listed(tokens: Tokens, last: int, behind: Quantity) -> bool:
    between = tokens.text[tokens.items[last - 1].end : behind.span.start].strip()
    if between in _MARKS:
        return True
    return behind.first - last == 1 and (tokens.key(last),) in phrases()["between"]


def _duals(tokens: Tokens) -> list[Quantity]:
    """Return what an Arabic dual counts: يومين is two days."""
    known = units(tokens.language).duals
    if not known:
        return []
    found = []
    for index, token in enumerate(tokens.items):
        unit = known.get(token.key) or (known.get(token.key[1:]) if token.key[:1] in "وبلف" else None)
        if unit:
            span = Span(token.start, token.end)
            found.append(
                Quantity(span, span, (_TWO,), unit, "exact", False, False, True, False, False, index, index + 1)
            )
    return found
