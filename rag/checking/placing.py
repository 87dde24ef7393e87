"""A short answer ("In 1963.", "Lyon") to a question: does it stand where the evidence answers that question?"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from rag.checking.claims import Claim, Evidence
from rag.facts.base import Text
from rag.facts.words import Reading, Word, read

_REACH = 8.0
"""How many words away from one of the question's words a word is still half as near (and a third more)."""
_BOUNDARY = 8
"""As how many words the boundary of a sentence counts."""
_MOST_WORDS = 2000
_NOWHERE = {"answer_near": 0.0, "answer_lead": 0.0, "answer_rank": 0.0}


def place_of_answer(claim: Claim, evidence: Evidence) -> dict[str, float]:
    """Return how near the claim's words are to the question's in the evidence, and beside other words of their kind.

    `answer_near` is 0…1; `answer_lead` how much nearer (−1…1) they are than the nearest other word that could be an answer: a
    figure if they are one, a name if they are; `answer_rank` the share of those that are farther. All are 0 without a question,
    and where the evidence has neither.
    """
    if not claim.question:
        return dict(_NOWHERE)
    said, asked = read(Text(claim.text, claim.language)), read(Text(claim.question, claim.language))
    reading = read(Text(evidence.text, evidence.language))
    near = _nearness(asked, reading)
    places = _places(said, reading)
    if near is None or not places:
        return dict(_NOWHERE)
    own = max(float(near[place]) for place in places)
    mine = {place for word in said.words for place in reading.find(word)}
    others = [
        float(near[index])
        for index, word in enumerate(reading.words[:_MOST_WORDS])
        if index not in mine and not word.function and _kind(word) == _kind(reading.words[places[0]])
    ]
    return {
        "answer_near": own,
        "answer_lead": own - max(others, default=0.0),
        "answer_rank": sum(one < own for one in others) / len(others) if others else 1.0,
    }


def _nearness(asked: Reading, reading: Reading) -> npt.NDArray[np.float64] | None:
    """Return for each word how near the question's words are, 0…1; None where the evidence has none of them."""
    count = min(len(reading.words), _MOST_WORDS)
    sentences = np.cumsum([word.starts for word in reading.words[:count]])
    positions = np.arange(count) + _BOUNDARY * sentences
    total, found = np.zeros(count), 0
    words = list(_content(asked))
    for word in words:
        places = np.array([place for place in reading.find(word) if place < count])
        if len(places):
            found += 1
            distance = np.abs(positions[:, None] - positions[places][None, :]).min(axis=1)
            total += np.exp(-distance / _REACH) * (distance > 0)
    return total / len(words) if found else None


def _content(reading: Reading) -> Iterator[Word]:
    seen: set[str] = set()
    for word in reading.words:
        if not word.function and word.key not in seen:
            seen.add(word.key)
            yield word


def _places(said: Reading, reading: Reading) -> list[int]:
    """Return where the rarest of the claim's words stands."""
    found = [reading.find(word) for word in _content(said)] or [reading.find(word) for word in said.words]
    rarest = min((places for places in found if places), key=len, default=())
    return [place for place in rarest if place < _MOST_WORDS]


def _kind(word: Word) -> tuple[bool, bool]:
    return any(character.isdecimal() for character in word.text), word.capital
