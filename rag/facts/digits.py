"""Digits as they are written, whatever groups them and marks their decimals → the values they may stand for."""

import unicodedata
from decimal import Decimal
from functools import lru_cache

import regex

from rag.text.folding import fold_text

_COMMA = "bg cs da de el es fa fi fr hr hu id it nb nl no pl pt ro ru sk sl sr sv tr uk und vi"
DECIMAL_COMMA = frozenset(_COMMA.split())
"""Languages that write 1,5 for one and a half."""

_LONGEST = 400
_PRECISION = 20
_SPACES = regex.compile(r"[\s\u00a0\u202f\u2009'’]")
_GROUPED = regex.compile(
    r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*+(?:[.,]\d++)?+|\d{1,2}(?:,\d\d(?!\d))++,\d{3}(?:\.\d++)?+"
)
_NO_DIGIT = regex.compile(r"\D")
_PLAIN = regex.compile(r"\d++(?:[.,]\d++)?+")


@lru_cache(maxsize=20_000)
def values(written: str, language: str) -> tuple[Decimal, ...]:
    """Return what a run of digits may stand for, the likelier reading first.

    What is no number (1.2.3) has the value of all its digits, so that one changed digit still tells.

    >>> [str(value) for value in values("١٬٥٠٠", "ar") + values("1.500", "en") + values("1,5", "de")]
    ['1500', '1500', '1.500', '1.5']
    """
    if "٬" in written:
        written = written.replace("٬", "")
    only_decimal = "٫" in written
    text = _SPACES.sub("", fold_text(written[:_LONGEST]))
    if text.isdecimal():
        return (_whole(text),)
    found = []
    if not only_decimal and not text.startswith("0") and (match := _GROUPED.fullmatch(text)):
        found.append(_grouped(text, match[1] or ","))
    if (match := _PLAIN.fullmatch(text)) and (not found or _may_be_decimal(text, language)):
        found.append(Decimal(text.replace(",", ".")[:_PRECISION]))
    return tuple(found) or (_whole(_NO_DIGIT.sub("", text)),)


def _may_be_decimal(text: str, language: str) -> bool:
    """Tell whether the mark before three digits may be a decimal one: `1.500` in English, `1,500` in French."""
    return ("," in text) == (language in DECIMAL_COMMA)


def _whole(digits: str) -> Decimal:
    """Return the value of digits; a run longer than any number is known by its end."""
    return Decimal(digits[-_PRECISION:])


def _grouped(text: str, mark: str) -> Decimal:
    whole = text.replace(mark, "")
    return Decimal(whole.replace(",", ".")[:_PRECISION])


def fraction(sign: str) -> Decimal | None:
    """Return the value of one of the signs ½ ¼ ¾ ⅓ ⅔.

    >>> fraction("¾"), fraction("%")
    (Decimal('0.75'), None)
    """
    value = unicodedata.numeric(sign, None) if len(sign) == 1 else None
    return None if value is None else Decimal(str(value))
