"""Dates and times written in digits: 2024-05-03, 3/5/2024, 2024年5月3日, 14:30."""

from collections.abc import Iterator
from datetime import date

import regex

from rag.facts.moments import DateMention, Moment
from rag.models import Span

_HAN_DIGITS = "〇零一二三四五六七八九十"
_YEAR = r"(?:1[0-9]|20|21)\d\d"
_ISO = regex.compile(r"(?<![\d.,/-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d/-])(?!\.\d)")
_NUMERIC = regex.compile(r"(?<![\d.,/-])(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d/-])(?!\.\d)")
_HAN = regex.compile(
    rf"(?:(?P<year>(?<!\d)\d{{4}}|[{_HAN_DIGITS}]{{4}})\s?(?:年|년)\s?)?"
    rf"(?:(?P<month>(?<!\d)\d{{1,2}}|(?<![{_HAN_DIGITS}百千])[{_HAN_DIGITS}]{{1,2}})\s?(?:月(?!球|亮|饼)|월)份?\s?)?"
    rf"(?:(?P<day>(?<!\d)\d{{1,2}}|(?<![{_HAN_DIGITS}百千])[{_HAN_DIGITS}]{{1,3}})\s?(?:日(?!元|本|語|语)|号|號|일(?!간)))?"
)
_HAN_START = regex.compile(rf"(?:\d{{1,4}}|[{_HAN_DIGITS}]{{1,4}})\s?[年月日号號년월일]")
_HAN_WEEKDAY = regex.compile(
    r"(?:星期|礼拜|禮拜|週|(?<![一二两三四五六七八九十几每\d])周)([一二三四五六日天])(?![年期])|([月火水木金土日])曜日"
)
_CLOCK = regex.compile(
    r"(?<![\d.,:/])([01]?\d|2[0-4])(?:(?P<colon>:)|\s?[hH]\s?|[點点]|시\s?|(?P<dot>\.))([0-5]\d)(?![\d:/])(?!\.\d)"
    r"(?:\s?(?P<behind>uhr|[ap]\.?\s?m\b))?",
    regex.IGNORECASE,
)
_HAN_CLOCK = regex.compile(
    r"(上午|凌晨|早上|下午|晚上|午後|午前|오전|오후)?\s?(?<!\d)(\d{1,2})(?:[點点时時]|시)(?:(\d{1,2})[分분]|(半))?"
)
_HINDI_CLOCK = regex.compile(r"(?<!\d)(\d{1,2})\s?बजकर\s?(\d{1,2})\s?मिनट")
_NOON = 12 * 60
_DAY = 24 * 60


def written_in_digits(text: str) -> Iterator[DateMention]:
    """Yield the dates and times of a text that are written in digits; two of them may share characters."""
    for match in _ISO.finditer(text):
        yield from _date(match, [(match[1], match[3], match[4])])
    for match in _NUMERIC.finditer(text):
        year = match[4] if len(match[4]) > 2 else str(2000 + int(match[4]))
        yield from _date(match, [(year, match[3], match[1]), (year, match[1], match[3])])
    yield from _han(text)
    yield from _clocks(text)


def half_days(hour: int, minute: int, morning: bool = False, evening: bool = False) -> tuple[Moment, ...]:
    """Return the times of day that an hour may mean: both halves of the day, where nothing tells which."""
    at = (hour % 24) * 60 + minute
    if hour > 12 or hour == 0:
        return (Moment(minute=at),)
    if evening:
        return (Moment(minute=at % _NOON + _NOON),)
    if morning:
        return (Moment(minute=at % _NOON),)
    return Moment(minute=at), Moment(minute=(at + _NOON) % _DAY)


def _date(match: regex.Match[str], orders: list[tuple[str, str, str]]) -> Iterator[DateMention]:
    readings = []
    for year, month, day in orders:
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        moment = Moment(year=found.year, month=found.month, day=found.day)
        if moment not in readings:
            readings.append(moment)
    if readings:
        yield DateMention(Span(*match.span()), tuple(readings))


def _han(text: str) -> Iterator[DateMention]:
    at = 0
    while start := _HAN_START.search(text, at):
        match = _HAN.match(text, start.start())
        at = start.end()
        if match is None or not match[0]:
            continue
        year, month, day = (_number(match[name]) for name in ("year", "month", "day"))
        if not month and match[0].endswith(("号", "號")):
            continue  # 1号 is also the first of a series
        if (month or 1) > 12 or (day or 1) > 31 or not (year or month or day):
            continue
        at = max(at, match.end())
        yield DateMention(Span(match.start(), match.end()), (Moment(year=year, month=month, day=day),))
    for match in _HAN_WEEKDAY.finditer(text):
        weekday = 1 + (
            "一二三四五六日".find(match[1].replace("天", "日")) if match[1] else "月火水木金土日".find(match[2])
        )
        yield DateMention(Span(*match.span()), (Moment(weekday=weekday),))


def _number(written: str | None) -> int | None:
    if not written:
        return None
    if written.isdecimal():
        return int(written)
    digits = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0}
    if "十" not in written:
        return int("".join(str(digits[character]) for character in written))
    tens, _, ones = written.partition("十")
    return (digits[tens] if tens else 1) * 10 + (digits[ones[0]] if ones else 0)


def _clocks(text: str) -> Iterator[DateMention]:
    for match in _CLOCK.finditer(text):
        behind = (match["behind"] or "").lower()
        if match["dot"] and not behind:
            continue
        moments = half_days(int(match[1]), int(match[4]), behind.startswith("a"), behind.startswith("p"))
        yield DateMention(Span(*match.span()), moments)
    for match in _HINDI_CLOCK.finditer(text):
        if int(match[1]) <= 24 and int(match[2]) < 60:
            yield DateMention(Span(*match.span()), half_days(int(match[1]), int(match[2])))
    for match in _HAN_CLOCK.finditer(text):
        if int(match[2]) <= 24:
            half = match[1] or ""
            evening = half in ("下午", "晚上", "午後", "오후")
            minute = 30 if match[4] else int(match[3] or 0)
            yield DateMention(
                Span(*match.span()), half_days(int(match[2]), minute % 60, bool(half) and not evening, evening)
            )
