"""Where another text has the same word: the same or another form of it, among the same words."""

from rag.facts.polarity import Negation, is_negative
from rag.facts.roots import root_of
from rag.facts.words import Reading

_NEAR = 6  # words on either side that make the surroundings of a word
ALIKE = 0.5  # share of the surroundings that has to be the same
WHOLE = 0.7  # share of all the claim's words, where the negated word is another
_FEWEST = 2
MOST = 40
_MOST_WORDS = 600


def best_place(mine: Reading, index: int, theirs: Reading, stem: str) -> int | None:
    """Return where `theirs` has the word among the most of the words that surround it; None where too few do."""
    places = [(likeness(mine, index, theirs, place), place) for place in places_of_word(mine, index, theirs, stem)]
    score, place = max(places, default=(0.0, 0))
    return place if score >= ALIKE else None


def places_of_word(mine: Reading, index: int, theirs: Reading, stem: str) -> list[int]:
    """Return where `theirs` has a word: any of its forms, or another form of the verb."""
    word = mine.words[index]
    found = [place for place in theirs.find(word)[:MOST] if not theirs.words[place].function]
    if word.han and index + 1 < len(mine.words):
        pair = word.key + mine.words[index + 1].key
        return [place for place in theirs.where.get(pair, ()) if theirs.words[place].key == word.key][:MOST]
    if found:
        return found
    if mine.language == "tr":
        return [place for place, other in enumerate(theirs.words[:_MOST_WORDS]) if _turkish(word.key, stem, other.key)]
    if mine.language == "ar":
        root = root_of(word.key)
        return [
            place
            for place, other in enumerate(theirs.words[:_MOST_WORDS])
            if len(root) > 1 and root_of(other.key) == root
        ]
    return []


def _turkish(key: str, stem: str, other: str) -> bool:
    """Tell whether two Turkish verbs are one, of which one carries the negation within."""
    if stem:
        return len(stem) > 1 and other.startswith(stem) and len(other) <= len(stem) + 7
    shared = next((size for size, pair in enumerate(zip(key, other, strict=False)) if pair[0] != pair[1]), 0)
    return shared >= 3 and other[shared : shared + 1] == "m"


def likeness(mine: Reading, index: int, theirs: Reading, place: int) -> float:
    """Return the share of the content words around a word that are around the other, too."""
    around = _content(mine, index)
    if len(around) < _FEWEST - 1:
        return 1.0 if len(mine.words) <= _NEAR else 0.0
    others: set[str] = set()
    for word in theirs.words[max(0, place - _NEAR - 2) : place + _NEAR + 3]:
        others |= word.forms
    shared = sum(not mine.words[at].forms.isdisjoint(others) for at in around)
    return shared / len(around)


def _content(reading: Reading, index: int) -> list[int]:
    first, last = sentence_at(reading, index)
    near = range(max(first, index - _NEAR), min(last, index + _NEAR + 1))
    return [at for at in near if at != index and not reading.words[at].function and not is_negative(reading, at)]


def sentence_at(reading: Reading, index: int) -> tuple[int, int]:
    """Return the range of the words of the sentence that holds a word."""
    first = last = index
    while first > 0 and not reading.words[first].starts and index - first < MOST:
        first -= 1
    last += 1
    while last < len(reading.words) and not reading.words[last].starts and last - index < MOST:
        last += 1
    return first, last


def place_beside(mine: Reading, theirs: Reading, negation: Negation) -> int | None:
    """Return the word of `theirs` before which stands what stands before the negated word, in a sentence much the same."""
    assert negation.target is not None
    first, last = sentence_at(mine, negation.first)
    content = [at for at in range(first, last) if not mine.words[at].function and at != negation.target]
    if len(content) < _FEWEST + 1:
        return None
    anchors = [at for at in (negation.target + 1, negation.target - 2, negation.first - 1) if first <= at < last]
    for at in anchors:
        for place in theirs.find(mine.words[at])[:3]:
            begin, end = sentence_at(theirs, place)
            others = set().union(*(word.forms for word in theirs.words[begin:end]))
            shared = sum(not mine.words[of].forms.isdisjoint(others) for of in content)
            if (
                not mine.words[at].function
                and shared >= WHOLE * len(content)
                and end - begin <= 1.4 * (last - first) + 1
            ):
                return place
    return None
