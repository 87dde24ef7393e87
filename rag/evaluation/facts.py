"""Sentences that state a fact: a figure, a date, a name, that a question can ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import regex
from babel.core import UnknownLocaleError
from babel.dates import get_month_names

from rag.models import Document, Span
from rag.text.sentences import sentence_spans

_SHORTEST, _LONGEST = 40, 260  # characters of a sentence
_SHORTEST_UNSPACED = 15  # where no spaces part the words, as in Chinese
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_END = regex.compile(r"[.!。！।۔…]\W*$")
# Not a part of a date, a clock time or a code; in Chinese a number touches the words around it.
_NUMBER = regex.compile(
    r"(?<![\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Devanagari}\p{N}.,:/-])\p{Nd}+(?:[.,٬٫\u00a0\u202f]\p{Nd}+)*"
    r"(?![\p{Nd}:/年月日号-])"
)
_NAME = regex.compile(r"(?<=[\p{Ll}\p{Nd},;] )\p{Lu}\p{Ll}+(?:[ -]\p{Lu}\p{Ll}+)+")
# Names in quotation marks, not speech: that has a stop in it.
_QUOTED = regex.compile(r"(?<=«)[^«».!?؟,،]{3,40}(?=»)|(?<=“)[^“”.!?。，]{3,40}(?=”)|(?<=《)[^《》]{2,30}(?=》)")
# What follows the date in "PARIS, 21 November –": the day of writing is no fact of the story.
_DATELINE = regex.compile(r"\)?[\s,]*(?:电|[—–-])")
_HAN_DATE = r"\p{Nd}{4}年(?:\p{Nd}{1,2}月(?:\p{Nd}{1,2}日)?)?|\p{Nd}{1,2}月\p{Nd}{1,2}日"
_YEAR = range(1000, 2101)
_WORTH = {"count": 3.0, "year": 2.0, "date": 2.0, "name": 1.5}


@dataclass(frozen=True, slots=True)
class Fact:
    """A part of a sentence that can be asked for: a `kind` out of `count`, `year`, `date`, `name`. `worth` ranks facts."""

    sentence: Span
    span: Span
    kind: str
    worth: float


def facts(document: Document) -> list[Fact]:
    """Return at most one fact of each sentence of a document, the ones most worth asking for first.

    >>> text = "The plant will give the whole coast 150,000 cubic metres of water a day."
    >>> [text[fact.span.start : fact.span.end] for fact in facts(Document("d", "d.txt", "", "en", None, text))]
    ['150,000']
    """
    found = [max(of, key=lambda fact: fact.worth) for of in map(list, _by_sentence(document)) if of]
    return sorted(found, key=lambda fact: -fact.worth)


def _by_sentence(document: Document) -> Iterator[Iterator[Fact]]:
    dates = _dates(document.language)
    for sentence in sentence_spans(document.text, document.language):
        text = document.text[sentence.start : sentence.end]
        shortest = _SHORTEST_UNSPACED if _UNSPACED.search(text) else _SHORTEST
        if shortest <= len(text) <= _LONGEST and _END.search(text) and "\n" not in text and text != document.title:
            yield _candidates(text, sentence, dates)


def _candidates(text: str, sentence: Span, dates: regex.Pattern[str] | None) -> Iterator[Fact]:
    found = [("date", match.span()) for match in (dates.finditer(text) if dates else ())]
    for pattern in (_NUMBER, _NAME, _QUOTED):
        for match in pattern.finditer(text):
            kind = ("year" if _is_year(match.group()) else "count") if pattern is _NUMBER else "name"
            if not any(start < match.end() and match.start() < end for _, (start, end) in found):
                found.append((kind, match.span()))
    figures = sum(kind != "name" for kind, _ in found)
    for kind, (start, end) in found:
        if kind == "date" and _DATELINE.match(text, end):
            continue
        if text.count(text[start:end]) == 1:  # else what is left of the sentence would give it away
            # A sentence of one figure asks for one thing; one of many figures asks "which of them?".
            worth = _WORTH[kind] - 0.25 * max(0, figures - 1) - 0.1 * (start == 0)
            yield Fact(sentence, Span(sentence.start + start, sentence.start + end), kind, worth)


def _is_year(text: str) -> bool:
    return text.isdecimal() and int(text) in _YEAR


@cache
def _dates(language: str) -> regex.Pattern[str] | None:
    """Return what a day and a month look like, perhaps with a year; None for a language whose months we do not know."""
    if language in ("zh", "ja"):
        return regex.compile(_HAN_DATE)
    try:
        months = get_month_names("wide", locale=language).values()
    except (UnknownLocaleError, ValueError):
        return None
    names = "|".join(regex.escape(name) for name in months if not regex.search(r"\p{Nd}", name))
    return (
        regex.compile(rf"(?<!\p{{Nd}})\p{{Nd}}{{1,2}}\.?(?: de)? (?:{names})(?:,? (?:de )?\p{{Nd}}{{4}})?\b")
        if names
        else None
    )
