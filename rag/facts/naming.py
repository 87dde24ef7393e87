"""Which words of a text are names.

Where there are capitals, they tell (not at the beginning of a sentence, and little in German); elsewhere the places of
CLDR, titles, particles, quotation marks and tables of given names do.
"""

from dataclasses import dataclass
from functools import lru_cache

import regex

from rag.facts.base import Text
from rag.facts.clues import calendar, clues
from rag.facts.common_words import is_common
from rag.facts.places import ambiguous, beginnings, gazetteer, normal, places_of
from rag.facts.words import Reading, Word, cased, read

_JOINED = regex.compile(r"[ \u00a0.’'‘·•‧-]{0,2}")
_LONGEST_PLACE = 4
_LONGEST_HAN = 8
_LONGEST_NAME = 12
_ACRONYM = regex.compile(r"\p{Lu}\p{N}*\p{Lu}[\p{Lu}\p{N}]*|(?:\p{Lu}\.){2,}|\p{Lu}[\p{L}]*\p{N}[\p{L}\p{N}]*")
_EVERY_NOUN = frozenset({"de", "lb"})
"""Languages that write every noun with a capital."""

_HAN_KIND = regex.compile(r"\p{Han}{0,5}?(?:公司|集团|科技|能源|银行|大学|[市省县州岛河镇])")
_SURE, _RARE = 2, 1
_APOSTROPHE = frozenset({"tr", "az"})
"""Languages that put an apostrophe between a name, and nothing else, and its ending."""

_APOSTROPHES = ("'", "’")
_HEADLINE = 0.6


@dataclass(frozen=True, slots=True)
class Name:
    """A name: the words `first` to `last` (exclusive), those `core` that make it, and those that may be words.

    `places` are the places that it can be; `personal` where a title or a given name says that it is somebody's.
    """

    first: int
    last: int
    core: tuple[int, ...]
    doubtful: tuple[int, ...] = ()
    places: frozenset[str] = frozenset()
    personal: bool = False


@lru_cache(maxsize=512)
def names_in(text: Text) -> tuple[Name, ...]:
    """Return the names of a text, in order.

    >>> text = Text("On Monday Sergei Lavrov flew from Brazil to the UN.", "en")
    >>> [" ".join(read(text).words[i].text for i in range(name.first, name.last)) for name in names_in(text)]
    ['Sergei Lavrov', 'Brazil', 'UN']
    """
    reading = read(text)
    found = list(_places(reading))
    taken = {index for name in found for index in range(name.first, name.last)}
    found += [name for name in _capitalised(reading) if name.core or name.doubtful]
    # A place within a longer name (Bank of England) is a part of it; on its own it is known as a place.
    alone = {(name.first, name.last) for name in found if name.places}
    return tuple(
        sorted(
            (
                name
                for name in found
                if name.places or not ({*name.core, *name.doubtful} <= taken or (name.first, name.last) in alone)
            ),
            key=lambda name: (name.first, name.last),
        )
    )


@lru_cache(maxsize=512)
def name_words(text: Text) -> frozenset[int]:
    """Return the indices of the words of a text that belong to names."""
    return frozenset(index for name in names_in(text) for index in range(name.first, name.last))


def _places(reading: Reading) -> list[Name]:
    found: list[Name] = []
    index = 0
    while index < len(reading.words):
        name = _place_at(reading, index)
        if name:
            found.append(name)
        index = name.last if name else index + 1
    return found


def _place_at(reading: Reading, index: int) -> Name | None:
    word = reading.words[index]
    longest = _LONGEST_HAN if word.han else _LONGEST_PLACE
    if word.function and not word.capital:
        return None
    for size in range(min(longest, len(reading.words) - index), 0, -1):
        last = index + size
        if size > 1 and not _adjoin(reading, index, last):
            continue
        places = _named(reading, index, last)
        if places:
            return Name(index, last, tuple(range(index, last)), places=places)
    return None


def _adjoin(reading: Reading, first: int, last: int) -> bool:
    pairs = zip(reading.words[first : last - 1], reading.words[first + 1 : last], strict=True)
    return all(_JOINED.fullmatch(reading.text, one.span.end, other.span.start) for one, other in pairs)


def _named(reading: Reading, first: int, last: int) -> frozenset[str]:
    words = reading.words[first:last]
    if words[0].han:
        name = "".join(word.key for word in words)
        return (
            gazetteer(reading.language).get(name, frozenset())
            if len(name) > 1 and name not in ambiguous()
            else frozenset()
        )
    if len(words) > 1:
        capital = words[0].capital or not cased(words[0].text)
        joined = normal(" ".join(word.key for word in words))
        places = gazetteer(reading.language)
        return (places.get(joined) or places.get(_bare_front(joined), frozenset())) if capital else frozenset()
    return _single(words[0], reading.language)


def _bare_front(name: str) -> str:
    return name[1:] if name[:1] in "وبلكف" and len(name) > 4 else name


def _single(word: Word, language: str) -> frozenset[str]:
    key = normal(word.text) if "." in word.text else word.key
    if key in ambiguous() and not cased(word.text):
        return frozenset()
    if not cased(word.text):
        return places_of(key, language)
    if len(key) <= 3 and not word.text.replace(".", "").isupper():
        return frozenset()
    if word.capital:
        return places_of(key, language)
    starts = beginnings(language)
    return places_of(key, language) if any(key[:size] in starts for size in range(5, len(key) + 1)) else frozenset()


def _capitalised(reading: Reading) -> list[Name]:
    found: list[Name] = []
    headline = _is_headline(reading)
    index = 0
    while index < len(reading.words):
        last = _run(reading, index)
        if last > index:
            found.append(_sorted(reading, index, last, headline))
        index = max(last, index + 1)
    return found


def _run(reading: Reading, first: int) -> int:
    """Return the end of the run of capitalised words, with particles between them, that begins at `first`."""
    last = first
    words = reading.words
    while last < len(words) and last - first < _LONGEST_NAME and (last == first or not words[last].opens):
        ahead = last
        joins = last > first and not is_acronym(words[last - 1])  # the EU and the White House are two
        while joins and ahead < len(words) and ahead - last < 2 and words[ahead].key in clues("particles"):
            ahead += 1
        ahead = ahead if ahead < len(words) and is_name_like(words[ahead], reading.language) else last
        if not is_name_like(words[ahead], reading.language) or (
            last > first and not _adjoin(reading, last - 1, ahead + 1)
        ):
            break
        last = ahead + 1
    return last


def is_name_like(word: Word, language: str) -> bool:
    """Tell whether a word looks like a name or a part of one by its capitals."""
    if not cased(word.text) or not word.capital or word.text == "I" or word.key in calendar(language):
        return False
    return not word.function or is_acronym(word)


def is_acronym(word: Word) -> bool:
    """Tell whether a word is written as acronyms are: NATO, U.N., F16."""
    return _ACRONYM.fullmatch(word.text) is not None


def _is_headline(reading: Reading) -> bool:
    content = [word for word in reading.words if cased(word.text) and not word.function and not word.opens]
    return len(content) >= 4 and sum(word.capital for word in content) >= _HEADLINE * len(content)


def _sorted(reading: Reading, first: int, last: int, headline: bool) -> Name:
    """Return the name of a run, its words told apart: those that make it, and those that may be ordinary words."""
    core: list[int] = []
    doubtful: list[int] = []
    personal = False
    for index in range(first, last):
        word = reading.words[index]
        given = word.key in clues("given")
        personal = personal or given or follows_title(reading, index)
        if word.key in clues("titles") or word.key in clues("particles") or word.key in clues("generic"):
            continue
        certain = _certain(reading, index) or given
        weak = word.opens or headline or reading.language in _EVERY_NOUN
        (doubtful if weak and not certain else core).append(index)
    return Name(first, last, tuple(core), tuple(doubtful), personal=personal)


def _certain(reading: Reading, index: int) -> bool:
    word = reading.words[index]
    if is_acronym(word) and not _shouted(reading):
        return True
    if reading.language in _APOSTROPHE and reading.text[word.span.end : word.span.end + 1] in _APOSTROPHES:
        return True
    before = reading.words[index - 1] if index and _adjoin(reading, index - 1, index + 1) else None
    if before is None or word.opens:
        return False
    return before.key in clues("given") and before.capital


def _shouted(reading: Reading) -> bool:
    letters = [word for word in reading.words[:60] if cased(word.text)]
    return len(letters) > 2 and sum(word.text.isupper() for word in letters) > len(letters) / 2


def follows_title(reading: Reading, index: int) -> bool:
    """Tell whether a title or a role stands right before a word."""
    return index > 0 and reading.words[index - 1].key in clues("titles") and _near(reading, index)


def _near(reading: Reading, index: int) -> bool:
    gap = reading.text[reading.words[index - 1].span.end : reading.words[index].span.start]
    return len(gap) <= 3 and not regex.search(r"[,،;:؛\n!?؟]", gap)


def strength(reading: Reading, index: int) -> int:
    """Return how much a word of a text looks like a name where capitals do not tell: 2 surely, 1 it is rare, 0 it is common."""
    word = reading.words[index]
    if word.function or not word.forms.isdisjoint(clues("titles") | clues("roles")):
        return 0
    if word.han:
        return _SURE if _looks_chinese(reading, index) else 0
    if not word.forms.isdisjoint(clues("given")) or _single(word, reading.language) or word.quoted:
        return _SURE
    if _introduced(reading, index) or (cased(word.text) and is_acronym(word)):
        return _SURE
    return 0 if is_common(word.key, word.forms) else _RARE


def _introduced(reading: Reading, index: int) -> bool:
    """Tell whether the word before says that a name follows: a title, a particle, a given name, a verb of saying."""
    word = reading.words[index]
    if not index or not _near(reading, index):
        return False
    before = reading.words[index - 1]
    if before.key in clues("particles") or not before.forms.isdisjoint(clues("given")):
        return True
    bare = not word.key.startswith("ال") and not is_common(word.key, word.forms)
    return bare and (before.key in clues("titles") or not before.forms.isdisjoint(clues("saying")))


def _looks_chinese(reading: Reading, index: int) -> bool:
    """Tell whether a Chinese character may be of a name: a surname, one that writes foreign sounds, a firm's or a city's."""
    if reading.words[index].key in clues("han", "surnames") | clues("han", "sounds"):
        return True
    return _HAN_KIND.match(reading.text, reading.words[index].span.end) is not None
