"""The names of a claim, looked for in the evidence: people, places, organisations, products.

Without a model there is no telling for sure what a name is, so the evidence helps: a claim is close to what it cites, and a
word that stands where the evidence has another, between the same neighbours, was put in its place. What cannot be known
(a Chinese rendering of a foreign name, a name that is translated) is passed over.
"""

from functools import lru_cache

from rag.facts.alignment import Range
from rag.facts.base import Finding, Outcome, Text
from rag.facts.clues import clues
from rag.facts.matching import find_name, find_word, is_explained
from rag.facts.naming import Name, is_acronym, is_name_like, names_in
from rag.facts.places import named_in
from rag.facts.substitution import name_displaced, name_instead, substituted
from rag.facts.transliteration import similarity, skeleton
from rag.facts.words import Reading, cased, read
from rag.models import Span

_UNLIKE = 0.55
"""Below this similarity no word of the evidence can be the name in another script."""

_SHORTEST_SKELETON = 3

_CURRENCIES = (
    "dollar",
    "dolar",
    "cent",
    "pound",
    "franc",
    "دولار",
    "سنت",
    "جنيه",
    "доллар",
    "цент",
    "фунт",
    "डॉलर",
    "सेंट",
    "पाउंड",
    "元",
    "镑",
)


def check_names(claim: Text, evidence: Text) -> list[Finding]:
    """Return what the evidence says of each name of the claim; nothing of a name that cannot be judged.

    >>> claim = Text("Lavrov flew to Lyon.", "en")
    >>> [finding.reason for finding in check_names(claim, Text("On Monday Lavrov flew to Nantes.", "en"))]
    ['', 'source says Nantes, answer says Lyon']
    """
    mine, theirs = read(claim), read(evidence)
    if not mine.words or not theirs.words:
        return []
    names = names_in(claim)
    if not _one_language(claim, evidence):
        return [finding for name in names if (finding := _across(mine, theirs, evidence, name))]
    found = [finding for name in names if (finding := _within(mine, theirs, claim, evidence, name))]
    known = {index for name in names for index in range(name.first, name.last)}
    found += [_differs(mine, run, theirs, other) for run, other in substituted(mine, theirs, evidence, known)]
    return sorted(found, key=lambda finding: finding.claim.start)


def _one_language(claim: Text, evidence: Text) -> bool:
    return claim.language == evidence.language or (
        "und" in (claim.language, evidence.language) and _alphabet(claim) == _alphabet(evidence)
    )


@lru_cache(maxsize=512)
def _alphabet(text: Text) -> str:
    words = read(text).words[:100]
    letters = "".join(word.key[:1] for word in words if word.key[:1].isalpha())
    return max(("latin", "other"), key=lambda kind: sum((letter < "\u0300") == (kind == "latin") for letter in letters))


def _finding(mine: Reading, at: Range, outcome: Outcome, evidence: Span | None = None, reason: str = "") -> Finding:
    return Finding("name", outcome, _span(mine, at), evidence, reason)


def _span(reading: Reading, at: Range) -> Span:
    return Span(reading.words[at[0]].span.start, reading.words[at[1] - 1].span.end)


def _written(reading: Reading, at: Range) -> str:
    span = _span(reading, at)
    return " ".join(reading.text[span.start : span.end].split())


def _differs(mine: Reading, at: Range, theirs: Reading, other: Range) -> Finding:
    reason = f"source says {_written(theirs, other)}, answer says {_written(mine, at)}"
    return _finding(mine, at, "differs", _span(theirs, other), reason)


def _absent(mine: Reading, at: Range) -> Finding:
    return _finding(mine, at, "absent", None, f"the source does not name {_written(mine, at)}")


def _within(mine: Reading, theirs: Reading, claim: Text, evidence: Text, name: Name) -> Finding | None:
    """Check a name against evidence in the claim's language."""
    at = (name.first, name.last)
    place = find_name(mine, theirs, evidence, name)
    missing = _missing(mine, theirs, name.doubtful if place else (*name.core, *name.doubtful))
    run = (missing[0], missing[-1] + 1) if missing else at
    other = name_instead(mine, theirs, evidence, run) if missing else name_displaced(mine, theirs, evidence, at)
    if other:
        return _differs(mine, run, theirs, other)
    if place:
        return _finding(mine, at, "same", _span(theirs, place))
    certain = [index for index in missing if index in name.core and not is_explained(mine, index)]
    if not certain or _only_a_given_name(mine, name, certain):
        return None
    return _absent(mine, (certain[0], certain[-1] + 1)) if _worth_naming(mine, name, certain) else None


def _missing(mine: Reading, theirs: Reading, indices: tuple[int, ...]) -> list[int]:
    return [index for index in sorted(indices) if not find_word(mine.words[index], theirs)]


def _only_a_given_name(mine: Reading, name: Name, missing: list[int]) -> bool:
    """Tell whether the evidence has the family name, and only the given name is not in it."""
    return len(name.core) > len(missing) and all(mine.words[index].key in clues("given") for index in missing)


def _worth_naming(mine: Reading, name: Name, missing: list[int]) -> bool:
    if name.places:
        return not mine.words[name.first].han or name.last - name.first > 1
    return any(len(mine.words[index].key) > 1 for index in missing)


def _across(mine: Reading, theirs: Reading, evidence: Text, name: Name) -> Finding | None:
    """Check a name against evidence in another language: only what a table or the sound of it can tell."""
    at = (name.first, name.last)
    place = find_name(mine, theirs, evidence, name)
    if place:
        return _finding(mine, at, "same", _span(theirs, place))
    if name.places:
        known = all(named_in(place, evidence.language) for place in name.places)
        return _absent(mine, at) if known and not (_part_of_longer(mine, name) or _money(mine, name)) else None
    if not name.personal or any(word.han for word in (*theirs.words[:50], *mine.words[name.first : name.last])):
        return None
    unlike = [index for index in name.core if _nowhere(mine, index, theirs)]
    return _absent(mine, (unlike[0], unlike[-1] + 1)) if unlike else None


def _money(mine: Reading, name: Name) -> bool:
    """Tell whether a place is a part of the name of a currency: the country goes when it is translated."""
    around = [mine.words[index].key for index in (name.first - 1, name.last) if 0 <= index < len(mine.words)]
    return any(key.startswith(_CURRENCIES) for key in around)


def _part_of_longer(mine: Reading, name: Name) -> bool:
    """Tell whether a place is a part of a longer name, such as Bank of England or New York Times."""
    around = [index for index in (name.first - 1, name.last) if 0 <= index < len(mine.words)]
    return any(
        is_name_like(mine.words[index], mine.language) and not mine.words[index].opens and cased(mine.words[index].text)
        for index in around
    )


def _nowhere(mine: Reading, index: int, theirs: Reading) -> bool:
    word = mine.words[index]
    if len(skeleton(word.text)) < _SHORTEST_SKELETON or is_acronym(word):
        return False
    return all(similarity(word.text, other.text) < _UNLIKE for other in theirs.words if not other.function)
