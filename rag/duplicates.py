"""Does one passage say nothing that another does not? A report that two papers took from one agency need not be read twice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from rag.models import Passage
from rag.text.folding import fold_text
from rag.text.terms import words

_Said = frozenset[tuple[str, ...]]


def without_repeats(passages: Iterable[Passage], k: int) -> list[Passage]:
    """Return the first `k` passages that say something of their own, ranked; `repeated_in` of each names who repeats it.

    A passage is repeated if every sentence of it stands, word for word, in an earlier one of another document: case,
    punctuation, vowel marks and the like aside. Nothing less will do: reports that differ in a figure or in a "not" are what a
    reader must see side by side.
    """
    return [
        replace(first, rank=rank, repeated_in=tuple(dict.fromkeys(passage.source for passage in repeats)))
        for rank, (first, *repeats) in enumerate(with_repeats(passages, k), start=1)
    ]


def with_repeats(passages: Iterable[Passage], k: int) -> list[list[Passage]]:
    """Return the first `k` passages that say something of their own, each followed by those that repeat it."""
    groups: list[list[Passage]] = []
    said: list[_Said] = []
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for passage in passages:
        mine = _sentences(passage)
        again = next(
            (at for at in _candidates(mine, holders, len(said)) if _repeats(passage, mine, groups[at][0], said[at])),
            None,
        )
        if again is not None:
            groups[again].append(passage)
        elif len(groups) < k:
            for sentence in mine:
                holders[sentence].append(len(groups))
            said.append(mine)
            groups.append([passage])
    return groups


def _candidates(mine: _Said, holders: dict[tuple[str, ...], list[int]], count: int) -> Iterable[int]:
    """Return the places of those that hold one of the sentences; of all where there is none to hold."""
    return holders.get(next(iter(mine)), ()) if mine else range(count)


def _repeats(passage: Passage, mine: _Said, other: Passage, theirs: _Said) -> bool:
    return passage.document != other.document and bool(passage.sentences) and mine <= theirs


def _sentences(passage: Passage) -> _Said:
    return frozenset(_words(sentence.text, passage.language) for sentence in passage.sentences) - {()}


@lru_cache(maxsize=4096)
def _words(text: str, language: str) -> tuple[str, ...]:
    return tuple(words(fold_text(text, language)))
