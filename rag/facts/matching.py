"""A name of the claim found in the evidence: the word itself, a spelling of it, its sound, its initials, its country."""

from dataclasses import dataclass
from functools import lru_cache

from rag.facts.alignment import Range
from rag.facts.base import Text
from rag.facts.naming import Name, is_acronym, is_name_like, names_in
from rag.facts.places import country_of, gazetteer, places_of
from rag.facts.spelling import same_spelling
from rag.facts.transliteration import ALIKE, similarity
from rag.facts.words import Reading, Word, cased, read

_MOST_WORDS = 600  # words of the evidence that a name is compared with one by one
_MOST_HAN = 3000
_MOST_PLACES = 50
_SHORTEST = 3
_TELLING = 4


def find_word(word: Word, reading: Reading) -> tuple[int, ...]:
    """Return the indices of the words of `reading` that are `word`; Chinese characters go by pairs, elsewhere by forms."""
    found = reading.find(word)
    if found or len(word.key) < _SHORTEST or word.han or not name_candidate(word):
        return found
    return _spelt(word.key, word.text, Text(reading.text, reading.language))


def held_share(mine: Reading, theirs: Reading, but: Range) -> float:
    """Return the share (0…1) of the content words of `mine`, those at `but` left out, that `theirs` has too.

    Where it is low, the claim says it in its own words, and what stands in the place of a word tells little.
    """
    content = [word for index, word in enumerate(mine.words) if not word.function and not but[0] <= index < but[1]]
    return sum(bool(find_word(word, theirs)) for word in content) / len(content) if content else 1.0


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The words of a text that may be names: by their first letter, those with capitals, those of scripts without."""

    by_letter: dict[str, tuple[int, ...]]
    cased: tuple[int, ...]
    caseless: tuple[int, ...]


@lru_cache(maxsize=512)
def _candidates(text: Text) -> _Candidates:
    reading = read(text)
    by_letter: dict[str, list[int]] = {}
    sides: tuple[list[int], list[int]] = ([], [])
    for index, word in enumerate(reading.words[:_MOST_WORDS]):
        if name_candidate(word):
            by_letter.setdefault(word.key[:1], []).append(index)
            sides[0 if cased(word.text) else 1].append(index)
    return _Candidates({key: tuple(of) for key, of in by_letter.items()}, tuple(sides[0]), tuple(sides[1]))


@lru_cache(maxsize=20_000)
def _spelt(key: str, text: str, evidence: Text) -> tuple[int, ...]:
    """Return where the evidence has another spelling of a word, or the sound of it in a script with or without capitals."""
    reading, candidates = read(evidence), _candidates(evidence)
    for index in candidates.by_letter.get(key[:1], ()):
        if same_spelling(key, reading.words[index].key, evidence.language):
            return (index,)
    others = candidates.caseless if cased(text) else candidates.cased
    return _sounding(text, reading, others)


def _sounding(text: str, reading: Reading, indices: tuple[int, ...]) -> tuple[int, ...]:
    return next(((index,) for index in indices if similarity(text, reading.words[index].text) >= ALIKE), ())


def name_candidate(word: Word) -> bool:
    """Tell whether a word may be a name: not one in small letters where there are capitals."""
    return not word.function and (word.capital or not cased(word.text))


def find_name(mine: Reading, theirs: Reading, evidence: Text, name: Name) -> Range | None:
    """Return the range of the words of the evidence that are the name; None where a part of it is missing."""
    if name.places:
        place = _place_in(name.places, evidence)
        if place:
            return place
    indices = name.core or name.doubtful
    found = [
        find_word(mine.words[index], theirs) or _other_alphabet(mine.words[index].text, evidence) for index in indices
    ]
    if indices and all(found):
        return _closest(found)
    return _spelled_out(mine, theirs, name) or _abbreviated(mine, theirs, name) or _single_characters(name, theirs)


def _closest(found: list[tuple[int, ...]]) -> Range:
    """Return the range of the words nearest to the first place of the rarest."""
    anchor = min(found, key=len)[0]
    near = [min(places[:_MOST_PLACES], key=lambda place: abs(place - anchor)) for places in found]
    first, last = min(near), max(near) + 1
    return (first, last) if last - first <= len(found) + 3 else (anchor, anchor + 1)


@lru_cache(maxsize=20_000)
def _other_alphabet(text: str, evidence: Text) -> tuple[int, ...]:
    """Return where the evidence has the sound of a word with capitals in another alphabet that has them (Cyrillic, Latin)."""
    reading = read(evidence)
    others = (index for index in _candidates(evidence).cased if _block(reading.words[index].text) != _block(text))
    return _sounding(text, reading, tuple(others)) if cased(text) and len(text) >= _SHORTEST else ()


def _block(text: str) -> int:
    """Return the alphabet of a word, by its first letter: 0 Latin, 1 Greek, 2 Cyrillic and the like."""
    return sum(text[0] >= limit for limit in ("\u0370", "\u0400", "\u0530"))


def _place_in(places: frozenset[str], evidence: Text) -> Range | None:
    """Return where the evidence names one of the places, the country that it is in, or, of a country, a place in it."""
    direct, within = _named_places(evidence)
    for place in sorted(places):
        for found in (direct.get(place), direct.get(country_of(place)), within.get(place)):
            if found:
                return found
    return None


@lru_cache(maxsize=512)
def _named_places(evidence: Text) -> tuple[dict[str, Range], dict[str, Range]]:
    """Return where the evidence names each place first, and where a place in each country."""
    direct: dict[str, Range] = {}
    within: dict[str, Range] = {}
    for name in names_in(evidence):
        for place in name.places:
            direct.setdefault(place, (name.first, name.last))
            within.setdefault(country_of(place), (name.first, name.last))
    return direct, within


def _one_place(mine: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether two sets of places share one, or one of them is the country that the other lies in."""
    if mine & others:
        return True
    countries = {place for place in mine if country_of(place) == place}
    their_countries = {place for place in others if country_of(place) == place}
    return any(country_of(place) in their_countries for place in mine) or any(
        country_of(place) in countries for place in others
    )


def same_place(mine: Reading, index: int, theirs: Reading, other: int) -> bool:
    """Tell whether two words name one country, its people, or a city in it."""
    one = places_of(mine.words[index].key, mine.language)
    two = places_of(theirs.words[other].key, theirs.language)
    return bool(one and two) and _one_place(one, two)


def _spelled_out(mine: Reading, theirs: Reading, name: Name) -> Range | None:
    """Return where the evidence spells out an acronym of the claim: UN, United Nations; FPGA, field-programmable gate array."""
    if len(name.core) != 1 or not is_acronym(mine.words[name.core[0]]):
        return None
    letters = mine.words[name.core[0]].key
    return _initials_at(theirs.text, theirs.language).get(letters) or _in_small_letters(letters, theirs)


def _in_small_letters(letters: str, theirs: Reading) -> Range | None:
    """Return where words of one sentence have these initials, capitals or not; of fewer than four letters any might."""
    if len(letters) < _TELLING:
        return None
    words = theirs.words[: _MOST_WORDS * 4]
    for kept in (range(len(words)), [index for index, word in enumerate(words) if not word.function]):
        initials = "".join(words[index].key[:1] or " " for index in kept)
        at = initials.find(letters)
        while at >= 0:
            first, last = kept[at], kept[at + len(letters) - 1] + 1
            if not any(word.starts for word in words[first + 1 : last]):
                return first, last
            at = initials.find(letters, at + 1)
    return None


def is_explained(mine: Reading, index: int) -> bool:
    """Tell whether a word is an acronym that stands, here or elsewhere, in brackets behind its words: those are looked for."""
    key = mine.words[index].key
    return len(key) > 1 and is_acronym(mine.words[index]) and any(_explains(mine, at) for at in mine.where[key])


def _explains(mine: Reading, index: int) -> bool:
    word = mine.words[index]
    before = mine.words[max(0, index - 2 * len(word.key)) : index]
    every = "".join(one.key[:1] for one in before)
    content = "".join(one.key[:1] for one in before if not one.function)
    bracketed = mine.text[: word.span.start].endswith(("(", "（"))
    return bracketed and (every.endswith(word.key) or content.endswith(word.key))


def _abbreviated(mine: Reading, theirs: Reading, name: Name) -> Range | None:
    """Return where the evidence has the initials of a name that the claim spells out."""
    words = [mine.words[index] for index in range(name.first, name.last) if not mine.words[index].function]
    initials = "".join(word.key[:1] for word in words)
    if len(initials) < 2 or initials not in theirs.where:
        return None
    index = theirs.where[initials][0]
    return (index, index + 1) if is_acronym(theirs.words[index]) else None


@lru_cache(maxsize=256)
def _initials_at(text: str, language: str) -> dict[str, Range]:
    reading = read(Text(text, language))
    found: dict[str, Range] = {}
    for first, word in enumerate(reading.words[: _MOST_WORDS * 4]):
        if not cased(word.text) or not word.capital:
            continue
        letters = ""
        for index in range(first, min(first + 8, len(reading.words))):
            other = reading.words[index]
            if other.function and not is_name_like(other, language):
                continue
            letters += other.key[:1]
            if len(letters) > 1:
                found.setdefault(letters, (first, index + 1))
    return found


def _single_characters(name: Name, theirs: Reading) -> Range | None:
    """Return where Chinese evidence has the one character that stands for a country: 美, 俄, 德."""
    if not name.places or theirs.language not in ("zh", "ja"):
        return None
    for place in name.places:
        for index in _characters(country_of(place), theirs):
            return index, index + 1
    return None


def _characters(country: str, theirs: Reading) -> list[int]:
    names = {name for name, places in gazetteer(theirs.language).items() if len(name) == 1 and country in places}
    return [index for index, word in enumerate(theirs.words[:_MOST_HAN]) if word.key in names]
