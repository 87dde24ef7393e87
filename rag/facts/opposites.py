"""Words that say the contrary: rose and fell, opened and closed, before and after."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rag.facts.base import Text
from rag.facts.polarity import phrase
from rag.facts.words import Reading, forms_of, read

_HAN = ("zh", "ja")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of pair `number`: `left` or not."""

    number: int
    left: bool

    def other(self) -> "Side":
        """Return the opposite side."""
        return Side(self.number, not self.left)


@lru_cache(maxsize=512)
def sides(text: Text) -> dict[Side, list[int]]:
    """Return where a text has words of either side of each pair of opposites (the index of the first of its words)."""
    reading = read(text)
    table = _forms(reading.language)
    found: dict[Side, list[int]] = {}
    for index, word in enumerate(reading.words):
        for side in _at(reading, index, table) if word.han else _of(word.key, reading.language, table):
            found.setdefault(side, []).append(index)
    return found


def _of(key: str, language: str, table: dict[str, frozenset[Side]]) -> frozenset[Side]:
    if key in table:
        return table[key]
    _, forms, _ = forms_of(key, language)
    return next((table[form] for form in sorted(forms) if form in table), frozenset())


def _at(reading: Reading, index: int, table: dict[str, frozenset[Side]]) -> frozenset[Side]:
    pair = "".join(word.key for word in reading.words[index : index + 2])
    return table.get(pair, frozenset())


@cache
def _forms(language: str) -> dict[str, frozenset[Side]]:
    """Return the sides that each word of the table, and in languages with stems each stem, belongs to."""
    found: dict[str, set[Side]] = {}
    for number, pair in enumerate(_tables().get(language, [])):
        for left, words in zip((True, False), pair.split("|"), strict=True):
            for word in words.split():
                key = "".join(phrase(word, language))
                found.setdefault(key[:2] if language in _HAN else key, set()).add(Side(number, left))
    return {key: frozenset(of) for key, of in found.items()}


@cache
def _tables() -> dict[str, list[str]]:
    tables: dict[str, list[str]] = tomllib.loads(files("rag.facts").joinpath("opposites.toml").read_text("utf-8"))[
        "pairs"
    ]
    return tables
