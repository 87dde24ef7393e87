"""How exact a number is said to be: about, more than, at most, in every language at once."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from rag.facts.tokens import Tokens, key_of

Bound = Literal["exact", "around", "over", "under"]

_TABLE = Path(__file__).with_name("bounds.toml")
_LONGEST = 4


@cache
def phrases() -> dict[str, frozenset[tuple[str, ...]]]:
    """Return the phrases of `bounds.toml`, by what they say, as keys of tokens."""
    tables = tomllib.loads(_TABLE.read_text("utf-8"))
    return {
        name: frozenset(tuple(key_of(part) for part in phrase.strip("'").split("_")) for phrase in listed.split())
        for name, listed in tables.items()
    }


def bound_of(tokens: Tokens, first: int, last: int) -> Bound:
    """Return how exact the tokens from `first` up to `last` are said to be, by the words before and behind them."""
    tables = phrases()
    before: list[str] = []
    for at in range(first - 1, max(-1, first - 1 - _LONGEST), -1):
        if tokens.gap(at + 1).strip(" \u00a0\u202f'’-("):
            break
        before.insert(0, _bare(tokens, at))
    for length in range(len(before), 0, -1):
        phrase = tuple(before[-length:])
        for bound in ("over", "under", "around"):
            if phrase in tables[bound]:
                return bound
    behind = tuple(tokens.key(at) for at in range(last, last + 2))
    for length in (2, 1):
        if behind[:length] in tables["over_after"]:
            return "over"
        if behind[:length] in tables["around_after"]:
            return "around"
    return _bound_unspaced(tokens, first)


def _bare(tokens: Tokens, index: int) -> str:
    key = tokens.key(index)
    if (
        tokens.language == "ar"
        and key not in ("و", "ب")
        and key[:1] in ("ب", "ل", "و")
        and (key[1:],) in phrases()["around"]
    ):
        return key[1:]
    return key


def _bound_unspaced(tokens: Tokens, first: int) -> Bound:
    key = tokens.key(first - 1) if tokens.language in ("zh", "ja") and tokens.adjoins(first) else ""
    if not key:
        return "exact"
    for bound in ("over", "under", "around"):
        if any(
            key.endswith(phrase[0])
            for phrase in phrases()[bound]
            if len(phrase) == 1 and "\u4e00" <= phrase[0][0] <= "\u9fff"
        ):
            return bound
    return "exact"
