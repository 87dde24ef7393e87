"""Dates in words: 3 May 2024, الثالث من أيار/مايو, Monday, the 1990s, الساعة الثالثة."""

from collections.abc import Iterator

from rag.facts.base import Text
from rag.facts.calendar_words import Words, words
from rag.facts.date_patterns import half_days
from rag.facts.moments import DateMention, Moment
from rag.facts.numerals import Numeral, numerals
from rag.facts.tokens import Tokens, tokenize
from rag.facts.units import units
from rag.models import Span

_ABBREVIATION = 2
_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_DAYS = 31
_BETWEEN = frozenset({"من", "de", "of", "d", "the", "شهر", "ب", "el", "del", "le", "den"})
"""What may stand between a day and its month."""

_BEFORE_YEAR = frozenset({"de", "del", "of", "عام", "سنه", "لعام", "من", "the", "لسنه"})
_LISTING = "و and y e et und и ve to الي al au a bis по до ila"
_AND = frozenset(_LISTING.split())
_SPACE = " \u00a0\u202f\t"
_DECADE_BEHIND = frozenset({"s", "er", "х", "е", "es", "ers", "lar", "ler"})
_DECADE_BEFORE = frozenset({"annees", "anos", "anni"})
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th", "er", "re", "º", "ª", "го", "е", "ое", "ый"})
_DAY_BEHIND = frozenset({"gunu", "gunki", "gecesi", "aksami", "sabahi"})
_QUARTERS = {"والنصف": 30, "والربع": 15, "والثلث": 20}


class _Reader:
    """Reads the dates in words of one text."""

    def __init__(self, text: Text) -> None:
        self.tokens: Tokens = tokenize(text)
        self.words: Words = words(self.tokens.language)
        found = numerals(text)
        self.starting: dict[int, Numeral] = {numeral.first: numeral for numeral in found}
        self.ending: dict[int, Numeral] = {numeral.last: numeral for numeral in found}

    def mentions(self) -> Iterator[DateMention]:
        index = 0
        while index < len(self.tokens):
            kind = self.tokens.items[index].kind
            behind = index
            if kind == "word" and self.words.known(self.tokens.items[index].key):
                for read in (self._month, self._weekday, self._decade_word, self._clock):
                    found, behind = read(index)
                    if found:
                        yield from found
                        break
            elif kind == "number":
                found, behind = self._year(index)
                yield from found
            index = max(behind, index + 1)

    def _span(self, first: int, last: int) -> Span:
        return Span(self.tokens.items[first].start, self.tokens.items[last - 1].end)

    def _gap(self, index: int, allowed: str) -> bool:
        return 0 < index < len(self.tokens) and not self.tokens.gap(index).strip(_SPACE + allowed)

    def _month(self, index: int) -> tuple[list[DateMention], int]:
        named = self.words.phrase(self.tokens, index, self.words.months)
        if named is None:
            return [], index
        month, behind = named
        while self._gap(behind, "/(") and (again := self.words.phrase(self.tokens, behind, self.words.months)):
            if again[0] != month:
                break
            behind = again[1]
        day, first = self._day_before(index)
        if day is None:
            day, behind = self._day_behind(behind)
        year, last = self._year_behind(behind)
        if year is None and day is None and (numeral := self._numeral_before(index)) and _is_year(numeral):
            year, first = int(numeral.values[0]), numeral.first
        if day is None and year is None and not self._trusted(index, named[1]):
            return [], index
        mentions = [DateMention(self._span(first, last), (Moment(year=year, month=month, day=day),))]
        if day is not None and first < index:
            mentions += self._days_before(first, year, month)
        return mentions, last

    def _trusted(self, index: int, behind: int) -> bool:
        name = (self.words.stem(self.tokens.key(index)), *(self.tokens.key(at) for at in range(index + 1, behind)))
        if not self.words.doubtful(self.tokens.items[index], name):
            return True
        capital = not self.tokens.items[index].text[0].islower()
        return capital and name in self.words.months and self.tokens.key(index - 1) in self.words.before

    def _numeral_before(self, index: int) -> Numeral | None:
        if not self._gap(index, ".,/-'’"):
            return None
        numeral = self.ending.get(index)
        if numeral is None and self.tokens.key(index - 1) in _ORDINAL_ENDINGS:
            return self.ending.get(index - 1)
        return numeral

    def _day_before(self, index: int) -> tuple[int | None, int]:
        at = index
        for _ in range(2):
            if self.tokens.key(at - 1) in _BETWEEN and self._gap(at, "'’"):
                at -= 1
        numeral = self._numeral_before(at)
        if numeral is None or not _is_day(numeral):
            return None, index
        return int(numeral.values[0]), numeral.first

    def _days_before(self, index: int, year: int | None, month: int) -> Iterator[DateMention]:
        """Yield the other days of a list or range: 3 and 5 May, 3–5 مايو."""
        while True:
            at = index
            if self.tokens.key(at - 1) in _AND and self._gap(at, ""):
                at -= 1
            elif not (self.tokens.gap(at).strip() in ("-", "–", "—", ",", "،") if at else False):
                return
            numeral = self.ending.get(at)
            if numeral is None or not _is_day(numeral) or not self._gap(at, "-–—,،."):
                return
            yield DateMention(
                self._span(numeral.first, at), (Moment(year=year, month=month, day=int(numeral.values[0])),)
            )
            index = numeral.first

    def _day_behind(self, index: int) -> tuple[int | None, int]:
        numeral = self.starting.get(index)
        if self.words.language != "en" or numeral is None or not _is_day(numeral) or not self._gap(index, "."):
            return None, index
        behind = numeral.last
        if self.tokens.key(behind) in _ORDINAL_ENDINGS and self.tokens.adjoins(behind):
            behind += 1
        return int(numeral.values[0]), behind

    def _year_behind(self, index: int) -> tuple[int | None, int]:
        at = index
        for _ in range(2):
            if self.tokens.key(at) in _BEFORE_YEAR and self._gap(at, ","):
                at += 1
        numeral = self.starting.get(at)
        if numeral is None or not _is_year(numeral) or not self._gap(at, ".,،"):
            return None, index
        return int(numeral.values[0]), numeral.last

    def _weekday(self, index: int) -> tuple[list[DateMention], int]:
        named = self.words.phrase(self.tokens, index, self.words.weekdays)
        if named is None or not self._is_weekday(index, named[1]):
            return [], index
        return [DateMention(self._span(index, named[1]), (Moment(weekday=named[0]),))], named[1]

    def _is_weekday(self, index: int, behind: int) -> bool:
        token = self.tokens.items[index]
        if self.words.language == "ar" and "ال" not in token.key[:4] and "لل" not in token.key[:3]:
            return False
        if not self.words.doubtful(token, (self.words.stem(token.key),)):
            return True
        if self.tokens.key(index - 1) in self.words.before:
            return True
        return (
            self.words.language in ("tr", "id") and token.text[0].isupper() and self.tokens.key(behind) in _DAY_BEHIND
        )

    def _decade_word(self, index: int) -> tuple[list[DateMention], int]:
        named = self.words.phrase(self.tokens, index, self.words.decades)
        if named is None:
            return [], index
        return [DateMention(self._span(index, named[1]), (Moment(decade=named[0]),))], named[1]

    def _clock(self, index: int) -> tuple[list[DateMention], int]:
        """Read الساعة الثالثة والنصف, "o'clock" and the like, whose hour is no digits with minutes."""
        if self.tokens.key(index) in self.words.clock:
            numeral = self.starting.get(index + 1)
            first = index
        elif (self.tokens.key(index),) in self.words.behind or (
            self.tokens.key(index),
            self.tokens.key(index + 1),
        ) in self.words.behind:
            numeral = self.ending.get(index)
            first = numeral.first if numeral else index
        else:
            return [], index
        if (
            numeral is None
            or not _is_hour(numeral)
            or self.tokens.text[self.tokens.items[numeral.last - 1].end :][:1] == ":"
        ):
            return [], index
        last = max(numeral.last, index + 1)
        hour = int(numeral.values[0])
        minute = int(numeral.values[0] % 1 * 60)
        if not minute and last < len(self.tokens):
            minute = _QUARTERS.get(self.tokens.items[last].text, 0)
            last += bool(minute)
        keys = (
            (self.tokens.key(last),),
            (self.tokens.key(last), self.tokens.key(last + 1)),
            (self.tokens.key(index),),
            (self.tokens.key(index), self.tokens.key(index + 1)),
        )
        morning, evening = (
            any(key in self.words.morning for key in keys),
            any(key in self.words.evening for key in keys),
        )
        moments = half_days(hour, minute, morning, evening)
        return [DateMention(self._span(first, last), moments)], last

    def _year(self, index: int) -> tuple[list[DateMention], int]:
        numeral = self.starting.get(index)
        if numeral is None:
            return [], index
        if decade := self._decade(numeral):
            return [decade], numeral.last
        if not _is_year(numeral) or not self.tokens.items[index].text.isdecimal() or self._is_counted(numeral):
            return [], index
        year = int(numeral.values[0])
        mentions = [DateMention(self._span(index, numeral.last), (Moment(year=year),))]
        if end := self._short_year(numeral.last, year):
            mentions.append(DateMention(self._span(numeral.last, numeral.last + 1), (Moment(year=end),)))
        return mentions, numeral.last + bool(end)

    def _short_year(self, index: int, year: int) -> int | None:
        """Return the year that two digits behind another year stand for: 2001–02."""
        if index >= len(self.tokens) or self.tokens.gap(index).strip() not in ("-", "–", "—", "/"):
            return None
        written = self.tokens.items[index].text
        if len(written) != len("02") or not written.isdecimal() or int(written) <= year % 100:
            return None
        return year // 100 * 100 + int(written)

    def _decade(self, numeral: Numeral) -> DateMention | None:
        value, last = numeral.values[0], numeral.last
        if value % 10 or not (_FIRST_YEAR <= value <= _LAST_YEAR or 20 <= value < 100):
            return None
        behind = self.tokens.key(last)
        marked = behind in _DECADE_BEHIND and not self.tokens.gap(last).strip("-'’")
        marked = marked or (behind.startswith("年代") and self.tokens.close(last))
        if not marked and self.tokens.key(numeral.first - 1) not in _DECADE_BEFORE:
            return None
        return DateMention(self._span(numeral.first, last + marked), (Moment(decade=int(value)),))

    def _is_counted(self, numeral: Numeral) -> bool:
        """Tell whether four digits count something: 2000 people, 1500 km, MiG-2000."""
        first, last = numeral.first, numeral.last
        before = self.tokens.gap(first) if first else " "
        if first and before in ("", "-") and self.tokens.items[first - 1].kind == "word":
            return (before == "" and self.tokens.key(first - 1) != "و") or self.tokens.items[first - 1].text[
                0
            ].isupper()
        if last < len(self.tokens) and self.tokens.items[last].text.endswith("ًا"):
            return True  # 1250 منزلًا
        known = units(self.tokens.language)
        if known.before(self.tokens, first):
            return True
        unit = known.behind(self.tokens, last)
        if unit is None or unit[0].name == "year":
            return False
        # One or two letters behind a year (m, g, ha, г.) are seldom a unit.
        return unit[0].name not in ("meter", "gram", "hectare") or len(self.tokens.key(last)) > _ABBREVIATION


def _is_day(numeral: Numeral) -> bool:
    if numeral.worded and numeral.soft and not numeral.ordinal:
        return False  # un mar, bir ara
    return not numeral.scaled and numeral.values[0] % 1 == 0 and 1 <= numeral.values[0] <= _DAYS


def _is_hour(numeral: Numeral) -> bool:
    return numeral.values[0] * 4 % 1 == 0 and 0 <= numeral.values[0] <= 24


def _is_year(numeral: Numeral) -> bool:
    """Tell whether a numeral is four plain digits, or words of a thousand and more, that can be a year."""
    value = numeral.values[0]
    return (
        not numeral.worded
        and not numeral.scaled
        and len(numeral.values) == 1
        and value == value.to_integral_value()
        and _FIRST_YEAR <= value <= _LAST_YEAR
    )


def written_in_words(text: Text) -> list[DateMention]:
    """Return the dates and times of a text that have words in them, and bare years."""
    return list(_Reader(text).mentions())
