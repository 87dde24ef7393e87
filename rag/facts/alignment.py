"""What another text says in the place of some words: between the same neighbours, at the same end of a sentence."""

from collections.abc import Callable, Iterator

from rag.facts.words import Reading

_REACH = 3  # neighbours looked at on either side
_WIDEST = 5  # words that may stand in the place
_WIDEST_HAN = 8  # characters
_MOST = 30  # places looked at, so that long texts cost linear time
_ENOUGH = 1.9
_ONE_SIDED = 2.4
_FIRM = 3.0
_FIRM_SIDE = 0.5

Range = tuple[int, int]


def instead(claim: Reading, evidence: Reading, at: Range, fits: Callable[[int, int, bool], bool]) -> Range | None:
    """Return the range of words that `evidence` has where `claim` has the words `at`; None where nothing is in their place.

    Neighbours that match count 1, function words and the end of a sentence 0.5; both sides have to match, or one of
    them well. `fits` says whether a range of the evidence may stand there, and is told whether both sides match well.
    """
    best: tuple[float, Range] | None = None
    for first, last, score, firm in _places(claim, evidence, at):
        if (best is None or score > best[0]) and fits(first, last, firm):
            best = score, (first, last)
    return best[1] if best else None


def _places(claim: Reading, evidence: Reading, at: Range) -> Iterator[tuple[int, int, float, bool]]:
    first, last = at
    han = claim.words[first].han
    widest, unlike = (_WIDEST_HAN, _WIDEST) if han else (_WIDEST, 1)
    for start in _starts(claim, evidence, first):
        left = _left(claim, evidence, first, start)
        for end in range(start + 1, min(start + widest, len(evidence.words)) + 1):
            right = _right(claim, evidence, last, end)
            narrow = abs((end - start) - (last - first)) <= unlike
            if (left and right and left + right >= _ENOUGH) or (narrow and max(left, right) >= _ONE_SIDED):
                firm = min(left, right) >= _FIRM_SIDE and left + right >= _FIRM
                yield start, end, left + right - 0.1 * abs((end - start) - (last - first)), firm
            if end < len(evidence.words) and evidence.words[end].starts:
                break
    yield from _backwards(claim, evidence, at)


def _backwards(claim: Reading, evidence: Reading, at: Range) -> Iterator[tuple[int, int, float, bool]]:
    """Yield the places that only what follows them shows."""
    first, last = at
    if last >= len(claim.words):
        return
    for end in evidence.find(claim.words[last])[:_MOST]:
        start = end - (last - first)
        right = _right(claim, evidence, last, end)
        if start >= 0 and right >= _ONE_SIDED:
            yield start, end, right + _left(claim, evidence, first, start), False


def _starts(claim: Reading, evidence: Reading, first: int) -> Iterator[int]:
    if first and not claim.words[first].starts:
        yield from (index + 1 for index in evidence.find(claim.words[first - 1])[:_MOST])
    else:
        yield from [index for index, word in enumerate(evidence.words[:2000]) if word.starts][:_MOST]


def _left(claim: Reading, evidence: Reading, first: int, start: int) -> float:
    score = 0.0
    for back in range(1, _REACH + 1):
        mine, theirs = first - back + 1, start - back + 1
        if mine >= len(claim.words) or theirs >= len(evidence.words):
            return score
        if claim.words[mine].starts or evidence.words[theirs].starts or not mine or not theirs:
            both = (claim.words[mine].starts or not mine) and (evidence.words[theirs].starts or not theirs)
            return score + (0.5 if both else 0.0)
        if not _same(claim, evidence, mine - 1, theirs - 1):
            return score
        score += 0.5 if claim.words[mine - 1].function else 1.0
    return score


def _right(claim: Reading, evidence: Reading, last: int, end: int) -> float:
    score = 0.0
    for ahead in range(_REACH):
        mine, theirs = last + ahead, end + ahead
        mine_ends = mine >= len(claim.words) or claim.words[mine].starts
        theirs_ends = theirs >= len(evidence.words) or evidence.words[theirs].starts
        if mine_ends or theirs_ends:
            return score + (0.5 if mine_ends and theirs_ends else 0.0)
        if not _same(claim, evidence, mine, theirs):
            return score
        score += 0.5 if claim.words[mine].function else 1.0
    return score


def _same(claim: Reading, evidence: Reading, mine: int, theirs: int) -> bool:
    one, other = claim.words[mine], evidence.words[theirs]
    return one.key == other.key or not one.forms.isdisjoint(other.forms)
