"""Whether a claim denies what the evidence says, or says what the evidence denies.

A claim is close to its evidence: the word that one of the two negates is looked for in the other, where most of the words
around it are the same, and the two must agree. Opposites (rose, fell) are compared in the same way. Across languages
nothing is said: a negation is translated in too many ways.
"""

from functools import lru_cache

import regex

from rag.facts.base import Finding, Text
from rag.facts.matching import held_share
from rag.facts.opposites import sides
from rag.facts.polarity import Negation, begins_phrase, is_negative, knows, negations
from rag.facts.surroundings import ALIKE, MOST, WHOLE, best_place, likeness, place_beside, places_of_word, sentence_at
from rag.facts.words import Reading, read
from rag.models import Span

_ALIKE = 0.75
"""Share of the claim's other words that has to be the evidence's: a claim in words of its own may deny in its own way, too."""
_AFTER_COMMA = regex.compile(r"[,–—]\s*(?:and|but|et|mais|y|pero|e|ma|mas|und|aber)?\s*$")


def check_negation(claim: Text, evidence: Text) -> list[Finding]:
    """Return where the claim says the contrary of the evidence: a sentence, or the few that match the claim best.

    >>> [found.reason for found in check_negation(Text("The bridge opened.", "en"), Text("The bridge did not open.", "en"))]
    ['source says “not open”, answer says “opened”']
    """
    if claim.language != evidence.language or not knows(claim.language):
        return []
    mine, theirs = read(claim), read(evidence)
    if not mine.words or not theirs.words:
        return []
    found = [*_negated(mine, theirs, claim, evidence), *_asserted(mine, theirs, claim, evidence)]
    if not found:
        found = _opposed(mine, theirs, claim, evidence)
    return _apart([one for one in found if held_share(mine, theirs, _words(mine, one.claim)) >= _ALIKE])


def _words(reading: Reading, span: Span) -> tuple[int, int]:
    inside = [at for at, word in enumerate(reading.words) if word.span.start < span.end and span.start < word.span.end]
    return inside[0], inside[-1] + 1


def _apart(found: list[Finding]) -> list[Finding]:
    """Return the findings in order, one where several touch the same words of the claim (ne … pas)."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda finding: (finding.claim.start, -len(finding.claim))):
        if not kept or finding.claim.start >= kept[-1].claim.end:
            kept.append(finding)
    return kept


def _contrasts(reading: Reading, negation: Negation) -> bool:
    """Tell whether a negation only sets one thing against another: "the service, not the office"."""
    start = reading.words[negation.first].span.start
    return (
        begins_phrase(reading, negation.last)
        and _AFTER_COMMA.search(reading.text[max(0, start - 8) : start]) is not None
    )


def _negated(mine: Reading, theirs: Reading, claim: Text, evidence: Text) -> list[Finding]:
    """Return what the claim negates and the evidence does not."""
    found: list[Finding] = []
    denied = _targets(evidence)
    for negation in negations(claim):
        if negation.target is None or negation.denial or _contrasts(mine, negation):
            continue
        place = best_place(mine, negation.target, theirs, negation.stem)
        if place is None:
            place = place_beside(mine, theirs, negation)
            if place is None or _any_negation(theirs, evidence, place):
                continue
        if (
            place not in denied
            and not _clouded(theirs, evidence, place)
            and not _other_negation(theirs, evidence, place, mine)
        ):
            found.append(_finding(mine, _extent(negation), theirs, (place, place + 1)))
    return found


def _asserted(mine: Reading, theirs: Reading, claim: Text, evidence: Text) -> list[Finding]:
    """Return what the evidence negates and the claim does not."""
    found: list[Finding] = []
    denied = _targets(claim)
    for negation in negations(evidence):
        if negation.target is None or _contrasts(theirs, negation):
            continue
        place = best_place(theirs, negation.target, mine, negation.stem)
        if place is None:
            place = None if negation.denial else place_beside(theirs, mine, negation)
            if place is None or _any_negation(mine, claim, place):
                continue
        if place in denied or _as_many(theirs, evidence, negation.first, mine, claim, place):
            continue
        if _clouded(mine, claim, place) or _other_negation(mine, claim, place, theirs):
            continue
        if _denied_in_a_word(mine, theirs, place):
            continue
        if _said_elsewhere(mine, theirs, place, evidence):
            continue
        found.append(_finding(mine, (place, place + 1), theirs, _extent(negation)))
    return found


def _extent(negation: Negation) -> tuple[int, int]:
    target = negation.first if negation.target is None else negation.target
    return min(negation.first, target), max(negation.last, target + 1)


@lru_cache(maxsize=512)
def _targets(text: Text) -> frozenset[int]:
    return frozenset(negation.target for negation in negations(text) if negation.target is not None)


def _clouded(reading: Reading, text: Text, place: int) -> bool:
    """Tell whether a negation or a negative word is so near a word that its polarity is unclear."""
    near = range(max(0, place - 3), min(len(reading.words), place + 3))
    if any(is_negative(reading, index) for index in near if index != place):
        return True
    return any(negation.first in near or negation.last - 1 in near for negation in negations(text))


def _other_negation(reading: Reading, text: Text, place: int, other: Reading) -> bool:
    """Tell whether the sentence of a word negates something that the other text has not: it may say the same in its way."""
    first, last = sentence_at(reading, place)
    return any(
        first <= negation.first < last
        and (negation.target is None or not places_of_word(reading, negation.target, other, negation.stem))
        for negation in negations(text)
    )


def _denied_in_a_word(reading: Reading, other: Reading, place: int) -> bool:
    """Tell whether the sentence of a word has a negative word (refused, lacks) that the other text has not."""
    first, last = sentence_at(reading, place)
    return any(is_negative(reading, at) and not other.find(reading.words[at]) for at in range(first, last))


def _as_many(mine: Reading, text: Text, index: int, theirs: Reading, other: Text, place: int) -> bool:
    """Tell whether two sentences have as many negations: then what they negate may only be worded in another order."""
    return _count(mine, text, index) == _count(theirs, other, place)


def _count(reading: Reading, text: Text, index: int) -> int:
    first, last = sentence_at(reading, index)
    return sum(first <= negation.first < last for negation in negations(text))


def _any_negation(reading: Reading, text: Text, place: int) -> bool:
    """Tell whether the sentence of a word has any negation in it, or a negative word."""
    first, last = sentence_at(reading, place)
    if any(first <= negation.first < last for negation in negations(text)):
        return True
    return any(is_negative(reading, index) for index in range(first, last))


def _said_elsewhere(mine: Reading, theirs: Reading, place: int, evidence: Text) -> bool:
    """Tell whether the evidence says the claim's word elsewhere without negating it, among the same words."""
    denied = _targets(evidence)
    return any(
        other not in denied and not _clouded(theirs, evidence, other) and likeness(mine, place, theirs, other) >= ALIKE
        for other in places_of_word(mine, place, theirs, "")
    )


def _opposed(mine: Reading, theirs: Reading, claim: Text, evidence: Text) -> list[Finding]:
    """Return the words of the claim for which the evidence has the opposite, among the same words."""
    here, there = sides(claim), sides(evidence)
    found: list[Finding] = []
    for side, indices in here.items():
        if side.other() in here or side in there or side.other() not in there:
            continue
        index = indices[0]
        places = [(likeness(mine, index, theirs, place), place) for place in there[side.other()][:MOST]]
        score, place = max(places)
        agree = (index in _near_targets(claim)) == (place in _near_targets(evidence))
        if score >= WHOLE and agree:
            found.append(
                _finding(mine, (index, index + _width(mine, index)), theirs, (place, place + _width(theirs, place)))
            )
    return found


def _near_targets(text: Text) -> frozenset[int]:
    return _targets(text) | {negation.last for negation in negations(text)}


def _width(reading: Reading, index: int) -> int:
    return 2 if reading.words[index].han and index + 1 < len(reading.words) else 1


def _finding(mine: Reading, at: tuple[int, int], theirs: Reading, other: tuple[int, int]) -> Finding:
    here, there = _span(mine, at), _span(theirs, other)
    reason = f"source says “{_written(theirs, there)}”, answer says “{_written(mine, here)}”"
    return Finding("negation", "differs", here, there, reason)


def _span(reading: Reading, at: tuple[int, int]) -> Span:
    return Span(reading.words[at[0]].span.start, reading.words[at[1] - 1].span.end)


def _written(reading: Reading, span: Span) -> str:
    return " ".join(reading.text[span.start : span.end].split())
