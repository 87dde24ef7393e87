"""What name the evidence has where the claim has another: the same neighbours, and both look like names."""

from rag.facts.alignment import Range, instead
from rag.facts.base import Text
from rag.facts.clues import clues
from rag.facts.common_words import has_common_han
from rag.facts.matching import find_word, held_share, same_place
from rag.facts.naming import is_name_like, name_words, strength
from rag.facts.roots import same_root
from rag.facts.spelling import same_spelling
from rag.facts.words import Reading, cased

_ALIKE = (
    0.85  # share of the claim's other words that has to be the evidence's, where only the place tells what is a name
)
_LONGEST_RUN = 4  # words that one substitution may span
_LONGEST_HAN_RUN = 8
_LOOKED_AT = 20
_COMMON_NOUN = ("ung", "ungen", "heit", "keit", "schaft", "tion", "tionen", "nis", "tum", "mus", "tät")


_WITH_ARTICLES = frozenset({"en", "fr", "es", "it", "pt"})
_ADVERBS = ("ing", "ly", "ed", "ment", "mente", "ant", "ando", "endo", "men", "people")
_NO_NAME = (_ADVERBS, (*_ADVERBS, "s"))
"""Endings of what begins a sentence without an article and is no name, in French and in the others: plurals, adverbs."""

_LEADING = {"en": ("ly",), "fr": ("ment",), "es": ("mente",), "it": ("mente",), "pt": ("mente",)}
_RUSSIAN_NAME = ("ов", "ев", "ова", "ева", "енко", "швили", "цкий")
_INFLECTED = ("e", "en", "er", "es", "em", "ein", "s")
_BEFORE_NAMES = frozenset(
    ["in", "aus", "nach", "von", "bei", "mit", "fur", "gegen", "und", "uber", "vor", "an", "durch", "sagte", "sagt"]
)


def name_instead(mine: Reading, theirs: Reading, evidence: Text, run: Range) -> Range | None:
    """Return the name that the evidence has in the place of the words `run` of the claim; None where there is none."""
    there = name_words(evidence)

    def fits(first: int, last: int, firm: bool) -> bool:
        new = [index for index in range(first, last) if not theirs.words[index].function]
        if not firm:
            new = [index for index in new if not find_word(theirs.words[index], mine)]
        if not new or new[0] != first or new[-1] != last - 1:
            return False
        if not any(_like_a_name(theirs, index, there) for index in new) or _related(mine, run, theirs, (first, last)):
            return False
        return _two_names(mine, run, theirs, (first, last))

    other = instead(mine, theirs, run, fits)
    return _trimmed(theirs, other, there) if other else None


def name_displaced(mine: Reading, theirs: Reading, evidence: Text, at: Range) -> Range | None:
    """Return the name that stands, beyond doubt, where the claim has one that the evidence has elsewhere."""
    there = name_words(evidence)

    def fits(first: int, last: int, firm: bool) -> bool:
        if not firm or last - first != at[1] - at[0]:
            return False
        ours, others = range(*at), range(first, last)
        alike = any(_same_word(mine, a, theirs, b) for a in ours for b in others)
        return (
            not alike
            and all(_like_a_name(theirs, index, there) for index in others)
            and not _related(mine, at, theirs, (first, last))
        )

    itself = instead(mine, theirs, at, lambda first, last, _: _is_itself(mine, at, theirs, (first, last)))
    return None if itself else instead(mine, theirs, at, fits)


def substituted(mine: Reading, theirs: Reading, evidence: Text, known: set[int]) -> list[tuple[Range, Range]]:
    """Return the runs of words that stand where a name should, and the names, in a script without capitals.

    `known` are the indices of the words that are checked as names already.
    """
    found: list[tuple[Range, Range]] = []
    for run in _strange_runs(mine, theirs, known):
        if not any(_may_be_name(mine, index) for index in range(*run)) or held_share(mine, theirs, run) < _ALIKE:
            continue
        other = name_instead(mine, theirs, evidence, run) or _instead_of_common(mine, theirs, run)
        if other and not (_ordinary_han(mine, run) and _ordinary_han(theirs, other)):
            found.append((run, other))
    return found


def _is_itself(mine: Reading, at: Range, theirs: Reading, other: Range) -> bool:
    return any(
        _same_word(mine, a, theirs, b) or same_place(mine, a, theirs, b) for a in range(*at) for b in range(*other)
    )


def _same_word(mine: Reading, a: int, theirs: Reading, b: int) -> bool:
    one, other = mine.words[a], theirs.words[b]
    return not one.forms.isdisjoint(other.forms) or same_spelling(one.key, other.key, mine.language)


def _trimmed(theirs: Reading, other: Range, there: frozenset[int]) -> Range:
    """Return the part of a range that is a name: its first run of words that look like one."""
    if theirs.words[other[0]].han:
        return other
    alike = [index for index in range(*other) if _like_a_name(theirs, index, there)]
    last = alike[0] + 1
    while last in alike or (last + 1 in alike and theirs.words[last].key in clues("particles")):
        last += 1
    return alike[0], last


def _like_a_name(reading: Reading, index: int, there: frozenset[int]) -> bool:
    word = reading.words[index]
    if word.key in clues("titles") or word.key in clues("generic"):
        return False
    if not cased(word.text):
        return index in there or strength(reading, index) > 0
    if not (is_name_like(word, reading.language) or index in there):
        return False
    return reading.language != "de" or _bare(reading, index)


def _bare(reading: Reading, index: int) -> bool:
    """Tell whether a German noun stands as names do: no article or adjective before it, no ending of abstract nouns."""
    word = reading.words[index]
    if strength(reading, index) > 1:
        return True
    before = reading.words[index - 1] if index and not word.starts else None
    after = reading.words[index + 1] if index + 1 < len(reading.words) else None
    if word.key.endswith(_COMMON_NOUN):
        return False
    if before is None or (before.capital and not before.function) or before.key in _BEFORE_NAMES:
        return True
    return (after is not None and after.capital and not after.starts) or not before.key.endswith(_INFLECTED)


def _two_names(mine: Reading, run: Range, theirs: Reading, other: Range) -> bool:
    """Tell whether what stands in one place in two texts is a name in both: one surely is, or both are rare words."""
    if _leads_in(mine, run) or _leads_in(theirs, other):
        return False
    ours = max(strength(mine, index) for index in range(*run))
    others = max(strength(theirs, index) for index in range(*other))
    if max(ours, others) > 1:
        return True
    if mine.language == "de" or not cased(mine.words[run[0]].text):
        return min(ours, others) > 0
    if _named_by_capital(mine, run) or _named_by_capital(theirs, other):
        return True
    words = (mine.words[run[0]], theirs.words[other[0]])
    if mine.language in _WITH_ARTICLES:
        return not any(word.key.endswith(_NO_NAME[mine.language != "fr"]) for word in words)
    return mine.language == "ru" and any(word.key.endswith(_RUSSIAN_NAME) for word in words)


def _leads_in(reading: Reading, at: Range) -> bool:
    """Tell whether one adverb, and a comma behind it, begins a sentence: "Additionally,"."""
    word = reading.words[at[0]]
    behind = reading.text[word.span.end : word.span.end + 1]
    adverb = word.key.endswith(_LEADING.get(reading.language, ()))
    return at[1] - at[0] == 1 and word.opens and behind == "," and adverb and strength(reading, at[0]) <= 1


def _named_by_capital(reading: Reading, at: Range) -> bool:
    """Tell whether a capital within a sentence, here or elsewhere in the text, says that this is a name."""
    elsewhere = (
        reading.words[place] for index in range(*at) for place in reading.find(reading.words[index])[:_LOOKED_AT]
    )
    return any(word.capital and not word.opens for word in elsewhere)


def _related(mine: Reading, run: Range, theirs: Reading, other: Range) -> bool:
    """Tell whether the two are in one country, forms of one Arabic root, or one the adjective or initials of the other."""
    here, there = range(*run), range(*other)
    if any(same_place(mine, a, theirs, b) for a in here for b in there):
        return True
    if mine.language == "ar" and any(same_root(mine.words[a].key, theirs.words[b].key) for a in here for b in there):
        return True
    initials = "".join(theirs.words[b].key[:1] for b in there)
    return any(mine.words[a].key == initials for a in here if len(initials) > 1)


def _ordinary_han(reading: Reading, at: Range) -> bool:
    """Tell whether Chinese characters are a common word, not a place."""
    words = reading.words[at[0] : at[1]]
    if not words[0].han:
        return False
    placed = not name_words(Text(reading.text, reading.language)).isdisjoint(range(*at))
    return not placed and has_common_han("".join(word.key for word in words))


def _strange_runs(mine: Reading, theirs: Reading, known: set[int]) -> list[Range]:
    runs: list[Range] = []
    for index, word in enumerate(mine.words):
        if index in known or word.function or find_word(word, theirs):
            continue
        if runs and runs[-1][1] == index and not word.opens:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return [run for run in runs if run[1] - run[0] <= (_LONGEST_HAN_RUN if mine.words[run[0]].han else _LONGEST_RUN)]


def _may_be_name(mine: Reading, index: int) -> bool:
    word = mine.words[index]
    return not word.text[0].isdigit() and not cased(word.text) and word.key not in clues("titles")


def _instead_of_common(mine: Reading, theirs: Reading, run: Range) -> Range | None:
    """Return what the evidence has where the claim has what looks like a name, whatever the evidence's looks like."""
    if not all(strength(mine, index) > 1 for index in range(*run)):
        return None

    def fits(first: int, last: int, _: bool) -> bool:
        words = theirs.words[first:last]
        return last - first == run[1] - run[0] and not any(
            word.function or word.key in clues("titles") or word.text[0].isdigit() or find_word(word, mine)
            for word in words
        )

    return instead(mine, theirs, run, fits)
