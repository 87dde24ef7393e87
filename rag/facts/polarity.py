"""Which words of a text are negated: the negators of each language, and the word that each of them negates."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import regex

from rag.facts.base import Text
from rag.facts.words import Reading, forms_of, read

_REACH = 5  # words from a negator to what it negates
_TURKISH = regex.compile(
    r"(?P<stem>\p{L}{2,}?)m(?:[aeiu]yor\p{L}*|[ae](?:d[iu]\p{L}{0,3}|mis\p{L}*|y?[ae]c[ae][gk]\p{L}*|z(?:l[ae]r|d\p{L}+|s\p{L}+)?"
    r"|dan|den|y[ae]n\p{L}*|y[ai]p|l[iy]\p{L}*))"
)
_PERSIAN = regex.compile(r"نمی\p{L}*")
_AT_THE_END = frozenset({"de", "nl"})
"""Languages in which the negator may end the sentence."""

_INFIXED = {"tr": _TURKISH, "fa": _PERSIAN}


@dataclass(frozen=True, slots=True)
class Negation:
    """A negator, the words `first` to `last` (exclusive), and the index of the word it negates; None where it is unclear.

    `denial`: somebody denies it. `stem` is the stem of a verb that carries the negation itself (Turkish gel-me-di).
    """

    first: int
    last: int
    target: int | None
    denial: bool = False
    stem: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    negators: frozenset[tuple[str, ...]]
    skips: frozenset[tuple[str, ...]]
    denials: frozenset[tuple[str, ...]]
    negative: frozenset[tuple[str, ...]]
    only: frozenset[str]
    after: frozenset[str]
    of_a_phrase: frozenset[str]


@lru_cache(maxsize=512)
def negations(text: Text) -> tuple[Negation, ...]:
    """Return the negations of a text, in order; none in a language without a table.

    >>> text = Text("The bridge was not opened, not only because of the rain.", "en")
    >>> [read(text).words[found.target].text for found in negations(text)]
    ['opened']
    """
    table = _table(text.language)
    reading = read(text)
    found: list[Negation] = []
    index = 0
    while table and index < len(reading.words):
        size = _phrase_at(reading, index, table.skips)
        if size:
            index += size
            continue
        negation = _negation_at(reading, index, table)
        if negation:
            found.append(negation)
        index = negation.last if negation else index + 1
    return tuple(found)


def is_negative(reading: Reading, index: int) -> bool:
    """Tell whether a negative word begins at an index: one that negates by its meaning, such as refuse or lack."""
    table = _table(reading.language)
    return table is not None and bool(_phrase_at(reading, index, table.negative))


def begins_phrase(reading: Reading, index: int) -> bool:
    """Tell whether a word begins a phrase without a verb: what a negator negates before an article or a preposition."""
    table = _table(reading.language)
    return table is not None and index < len(reading.words) and reading.words[index].key in table.of_a_phrase


def knows(language: str) -> bool:
    """Tell whether there is a table of negation for a language."""
    return _table(language) is not None


def _negation_at(reading: Reading, index: int, table: _Table) -> Negation | None:
    word = reading.words[index]
    infixed = _INFIXED.get(reading.language)
    if infixed and (match := infixed.fullmatch(word.key)):
        return Negation(index, index + 1, index, stem=match.groupdict().get("stem") or "")
    for phrases in (table.negators, table.denials):
        size = _phrase_at(reading, index, phrases)
        if size:
            denial = phrases is table.denials
            return _aimed(reading, index, index + size, table, denial)
    return None


def _aimed(reading: Reading, first: int, last: int, table: _Table, denial: bool) -> Negation | None:
    if reading.words[first].key in table.after:
        if any(word.key in table.only for word in reading.words[max(0, first - _REACH) : first]):
            return None  # sadece … değil: not only
        return Negation(first, last, _before(reading, first))
    if any(word.key in table.only for word in reading.words[last : last + _REACH]) and not denial:
        return None  # لا ... سوى, ne ... que: only
    target = _ahead(reading, last, table)
    if target is None and reading.language in _AT_THE_END:
        target = _before(reading, first)
    return Negation(first, last, target, denial)


def _ahead(reading: Reading, last: int, table: _Table) -> int | None:
    for index in range(last, min(last + _REACH, len(reading.words))):
        word = reading.words[index]
        if word.starts:
            return None
        if not word.function and not _phrase_at(reading, index, table.negators):
            return index
    return None


def _before(reading: Reading, first: int) -> int | None:
    for index in range(first - 1, max(first - _REACH, -1), -1):
        word = reading.words[index]
        if not word.function:
            return index
        if word.starts:
            return None
    return None


def _phrase_at(reading: Reading, index: int, phrases: frozenset[tuple[str, ...]]) -> int:
    """Return how many words the longest of the phrases that stands at an index has, 0 where none does."""
    keys: list[str] = []
    longest = 0
    for word in reading.words[index : index + 5]:
        keys.append(word.key)
        if tuple(keys) in phrases:
            longest = len(keys)
    return longest


@cache
def _table(language: str) -> _Table | None:
    row = _tables().get(language)
    if row is None:
        return None
    return _Table(
        negators=_phrases(row.get("negators", ""), language),
        skips=_phrases(row.get("skips", ""), language),
        denials=_phrases(row.get("denials", ""), language),
        negative=_phrases(row.get("negative", ""), language),
        only=frozenset(key for (key,) in _phrases(row.get("only", ""), language) if key),
        after=frozenset(key for (key,) in _phrases(row.get("after", ""), language)),
        of_a_phrase=frozenset(key for (key,) in _phrases(row.get("of_a_phrase", ""), language)),
    )


def _phrases(text: str, language: str) -> frozenset[tuple[str, ...]]:
    return frozenset(phrase(entry, language) for entry in text.split())


def phrase(entry: str, language: str) -> tuple[str, ...]:
    """Return the keys of the words of an entry; those of a Chinese one are its characters."""
    pieces = list(entry) if language in ("zh", "ja") else entry.split("_")
    return tuple(forms_of(piece, language)[0] for piece in pieces)


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("rag.facts").joinpath("negation.toml").read_text("utf-8"))
