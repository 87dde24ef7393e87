"""Dates, years, weekdays and times of day: whether the evidence gives those of the claim."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from rag.facts.base import Finding, Text
from rag.facts.date_patterns import written_in_digits
from rag.facts.date_words import written_in_words
from rag.facts.moments import DateMention, Moment
from rag.facts.numerals import numerals
from rag.facts.tokens import tokenize
from rag.models import Span

_ORDER = ("day", "month", "year", "decade", "weekday", "minute")


@lru_cache(maxsize=512)
def find_dates(text: Text) -> tuple[DateMention, ...]:
    """Return the dates and times of a text, in its order.

    >>> [mention.readings[0].parts() for mention in find_dates(Text("في الثالث من أيار/مايو 2024", "ar"))]
    [{'year': 2024, 'month': 5, 'day': 3}]
    """
    found: list[DateMention] = []
    end = 0
    for mention in sorted(written_in_digits(text.text), key=lambda one: (one.span.start, -one.span.end)):
        if mention.span.start >= end:
            found.append(mention)
            end = mention.span.end
    worded = written_in_words(text)
    if found:
        taken = bytearray(len(text.text))
        for mention in found:
            taken[mention.span.start : mention.span.end] = b"\1" * len(mention.span)
        worded = [mention for mention in worded if not any(taken[mention.span.start : mention.span.end])]
    return tuple(sorted([*found, *worded], key=lambda one: one.span.start))


def check_dates(claim: Text, evidence: Text, published: str | None = None) -> list[Finding]:
    """Return what the evidence says of each date and time of the claim.

    `published` is the ISO 8601 date of the source: a date of the claim that agrees with it is `same`, and so is one whose year
    only it gives. A date differs where the evidence has none that agrees and one that contradicts it.

    >>> [f.reason for f in check_dates(Text("It opened on 5 May.", "en"), Text("افتتح في 3 مايو 2024", "ar"))]
    ['source says 3 مايو 2024, answer says 5 May']
    """
    mentions = find_dates(claim)
    if not mentions:
        return []
    known = find_dates(evidence)
    day = _day(published)
    return [_finding(mention, claim, known, evidence, day) for mention in mentions]


def _day(published: str | None) -> Moment | None:
    try:
        found = date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
    return Moment(year=found.year, month=found.month, day=found.day, weekday=found.isoweekday())


def _finding(
    mention: DateMention, claim: Text, known: tuple[DateMention, ...], evidence: Text, day: Moment | None
) -> Finding:
    for other in known:
        if any(_says(mine, theirs, known, day) for mine in mention.readings for theirs in other.readings):
            return Finding("date", "same", mention.span, other.span)
    if day and any(_is_day_of(day, mine, known) for mine in mention.readings):
        return Finding("date", "same", mention.span, None)
    if any(_fits_weekday(mine, known, day) for mine in mention.readings):
        return Finding("date", "same", mention.span, None)
    if span := _as_number(mention, evidence):
        return Finding("date", "same", mention.span, span)
    other_says = _nearest(mention, known)
    written = _written(claim, mention.span)
    if other_says is None:
        return Finding("date", "absent", mention.span, None, f"the source has no date {written}")
    theirs_written = _written(evidence, other_says.span)
    if any(_agree(mine, theirs) for mine in mention.readings for theirs in other_says.readings):
        return Finding(
            "date", "absent", mention.span, None, f"source says only {theirs_written}, answer says {written}"
        )
    return Finding(
        "date", "differs", mention.span, other_says.span, f"source says {theirs_written}, answer says {written}"
    )


def _is_day_of(day: Moment, mine: Moment, known: Iterable[DateMention]) -> bool:
    """Tell whether a date is the one that the source is of.

    A mere month, year or weekday only where the source has no other one: there it may stand for that.
    """
    if not _agree(mine, day) or _shared(mine, day) < len(mine.parts()):
        return False
    parts = mine.parts().keys()
    return mine.day is not None or not any(parts <= one.parts().keys() for other in known for one in other.readings)


def _as_number(mention: DateMention, evidence: Text) -> Span | None:
    """Return where the evidence has a bare year of the claim as a number: it may have counted something."""
    year = mention.readings[0].year
    if year is None or len(mention.readings[0].parts()) > 1:
        return None
    tokens = tokenize(evidence).items
    for numeral in numerals(evidence):
        if year in numeral.values:
            return Span(tokens[numeral.first].start, tokens[numeral.last - 1].end)
    return None


def _written(text: Text, span: Span) -> str:
    return " ".join(text.text[span.start : span.end].split())


def _agree(mine: Moment, theirs: Moment) -> bool:
    """Tell whether two moments share a part and contradict each other in none."""
    return _shared(mine, theirs) > 0 and not _contradicts(mine, theirs)


def _shared(mine: Moment, theirs: Moment) -> int:
    own, other = mine.parts(), theirs.parts()
    if "decade" in own and "year" in other:
        return int(_same_decade(own["decade"], other["year"]))
    if "year" in own and "decade" in other:
        return int(own["year"] % 10 == 0 and _same_decade(other["decade"], own["year"]))
    return sum(_equal(name, value, other[name]) for name, value in own.items() if name in other)


def _contradicts(mine: Moment, theirs: Moment) -> bool:
    other = theirs.parts()
    return any(not _equal(name, value, other[name]) for name, value in mine.parts().items() if name in other)


def _equal(name: str, mine: int, theirs: int) -> bool:
    return mine == theirs or (name == "decade" and mine % 100 == theirs % 100 and min(mine, theirs) < 100)


def _same_decade(decade: int, year: int) -> bool:
    return year // 10 * 10 == decade or (decade < 100 and year % 100 // 10 * 10 == decade)


def _says(mine: Moment, theirs: Moment, known: Iterable[DateMention], day: Moment | None) -> bool:
    """Tell whether `theirs` agrees, and what it leaves out stands elsewhere in the evidence."""
    if not _agree(mine, theirs):
        return False
    missing = {name: value for name, value in mine.parts().items() if name not in theirs.parts()}
    if "decade" in missing or "weekday" in missing or "decade" in theirs.parts():
        return True
    return all(_elsewhere(name, value, known, day) for name, value in missing.items())


def _elsewhere(name: str, value: int, known: Iterable[DateMention], day: Moment | None) -> bool:
    if day and name == "year" and day.year == value:
        return True
    return any(getattr(moment, name) == value for mention in known for moment in mention.readings)


def _fits_weekday(mine: Moment, known: Iterable[DateMention], day: Moment | None) -> bool:
    """Tell whether a weekday of the claim is that of a full date of the evidence, which names none itself."""
    if mine.weekday is None or any(moment.weekday for mention in known for moment in mention.readings):
        return False
    return day is not None or any(
        moment.day is not None and (moment.year is None or _weekday(moment) == mine.weekday)
        for mention in known
        for moment in mention.readings
    )


def _weekday(moment: Moment) -> int | None:
    try:
        return date(moment.year or 0, moment.month or 0, moment.day or 0).isoweekday()
    except ValueError:
        return None


def _nearest(mention: DateMention, known: Iterable[DateMention]) -> DateMention | None:
    """Return the evidence's date that is most like the claim's: of the same parts, most of them equal."""
    best, best_score = None, 0.0
    for other in known:
        score = max(_likeness(mine, theirs) for mine in mention.readings for theirs in other.readings)
        if score > best_score:
            best, best_score = other, score
    return best


def _likeness(mine: Moment, theirs: Moment) -> float:
    own, other = mine.parts(), theirs.parts()
    common = [name for name in _ORDER if name in own and name in other]
    if not common:
        return 0.0
    equal = sum(_equal(name, own[name], other[name]) for name in common)
    far = sum(abs(own[name] - other[name]) for name in common if name in ("year", "day", "minute"))
    return 1 + 3 * equal + len(common) - 0.3 * abs(len(own) - len(other)) + 1 / (2 + far)
