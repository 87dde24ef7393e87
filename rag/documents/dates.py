"""Dates that a text states in full at its head: 2025-01-04, 4 January 2025, ٤ كانون الثاني ٢٠٢٥, 2025年1月4日.

Month names are CLDR's, through Babel; dateparser (1.5) was tried: it knows no Levantine or Maghrebi month names.
"""

import datetime
from collections.abc import Iterator
from functools import cache

import regex
from babel.dates import get_month_names

_LINES = 5
_MOST_WORDS = 8  # besides the date; a line with more is a sentence that tells of a day, not the day it was written
_ARABIC = "ar ar_LB ar_IQ ar_DZ ar_MA ar_MR"
_OTHERS = "bn cs da de el en es fa fi fr he hi hu id it nl no pl pt ro ru sv sw te th tr uk ur"
_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९", "0123456789" * 3)
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_DAY = r"(?P<day>\d{1,2})"
_ISO = regex.compile(r"(?<!\d)(?P<year>[12]\d{3})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d|-\d)")
_EAST_ASIAN = regex.compile(
    rf"(?<!\d)(?P<year>[12]\d{{3}})\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?{_DAY}\s?[日일号]"
)
_VIETNAMESE = regex.compile(rf"(?i)(?<!\d){_DAY} tháng (?P<month>\d{{1,2}})(?: năm|,) {_YEAR}")
_SENTENCE_END = regex.compile(r"[.!?؟。]$")
_DATELINE = regex.compile(r"[^\p{L}\p{N}]{0,3}(?:\([^)]{0,40}\)\s*)?[—–:\-]")


def iso_date(value: str) -> str | None:
    """Return `value` as `YYYY-MM-DD` if it begins with a full ISO 8601 date that exists.

    >>> iso_date("2025-01-04T10:00:00Z"), iso_date("2025-02-31"), iso_date("2025")
    ('2025-01-04', None, None)
    """
    return _as_iso(*value[:10].split("-")) if _ISO.match(value) else None


def find_date(text: str) -> str | None:
    """Return the date that one of the first lines of `text` gives, as `YYYY-MM-DD`; None if none does.

    The line must hold little else, or begin with it (`Beirut, 4 January 2025 — …`). A date without day or year, a
    relative one ("yesterday") and figures whose order is ambiguous (`4/1/2025`) are no dates here.

    >>> find_date("بيروت، ٤ كانون الثاني ٢٠٢٥"), find_date("Paris, le 1er août 2024")
    ('2025-01-04', '2024-08-01')
    >>> find_date("January 2025"), find_date("The treaty that ended the long war was signed on 4 January 1825.")
    (None, None)
    """
    head = [line.strip() for line in text[:10_000].splitlines() if line.strip()][:_LINES]
    return next((date for line in head for date in _dates(line[:500].translate(_EASTERN_DIGITS))), None)


def _dates(line: str) -> Iterator[str]:
    patterns = (_ISO, _EAST_ASIAN, _VIETNAMESE, *_named_patterns())
    matches = [match for pattern in patterns for match in pattern.finditer(line)]
    for match in sorted(matches, key=lambda match: match.start()):
        month = match["month"]
        number = month if month.isdigit() else str(_months()[_fold(month)])
        date = _as_iso(match["year"], number, match["day"])
        if date and _is_dateline(line[: match.start()], line[match.end() :]):
            yield date


def _is_dateline(before: str, after: str) -> bool:
    if len(before.split()) <= _MOST_WORDS // 2 and _DATELINE.match(after):
        return True
    words = len(before.split()) + len(after.split())
    return words <= _MOST_WORDS // 2 or (words <= _MOST_WORDS and not _SENTENCE_END.search(after))


def _as_iso(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _fold(name: str) -> str:
    return " ".join(name.casefold().rstrip(".").split())


@cache
def _months() -> dict[str, int]:
    months: dict[str, int] = {}
    for locale in f"{_ARABIC} {_OTHERS}".split():
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in get_month_names(width, context, locale).items():
                    # Should two languages use one name for different months, the first in the list keeps it.
                    if not any(character.isdigit() for character in name):
                        months.setdefault(_fold(name), number)
    return months


@cache
def _named_patterns() -> tuple[regex.Pattern[str], ...]:
    names = sorted(map(regex.escape, _months()), key=len, reverse=True)
    month = rf"(?P<month>{'|'.join(names)})"
    # Arabic gives both names of a month: آب/أغسطس 2024, شباط (فبراير) 2024.
    other = r"(?:\s?[/(]\s?[\p{L} ]{3,15}\)?)?"
    return (
        regex.compile(
            rf"(?i)(?<!\d){_DAY}(?:st|nd|rd|th|er|º|\.)?,?\s+(?:de\s+|of\s+)?{month}{other}\.?[,،]?\s+(?:de\s+)?{_YEAR}"
        ),
        regex.compile(rf"(?i)(?<!\w){month}\.?\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}"),
    )
