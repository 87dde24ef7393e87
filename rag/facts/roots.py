"""The consonants that the forms of an Arabic word share."""

from functools import lru_cache

import regex

_VERB = regex.compile(r"^[وف]?س?[يتناا]?|(?:ت|وا|ون|ن|ا|ه|ها|هم)$")
_WEAK = regex.compile(r"[اويىءئؤ]")
_SHORTEST = 3


@lru_cache(maxsize=20_000)
def root_of(key: str) -> str:
    """Return the consonants of an Arabic verb that its forms share.

    >>> root_of("افتتحت") == root_of("تفتتح")
    True
    """
    bare = _VERB.sub("", _VERB.sub("", key, count=1))
    return _WEAK.sub("", bare)


def same_root(one: str, other: str) -> bool:
    """Tell whether two words may be forms of one: their consonants are the same, three at least.

    >>> same_root("اسقط", "اسقاط"), same_root("بايدن", "بوتين")
    (True, False)
    """
    consonants = _WEAK.sub("", one)
    return len(consonants) >= _SHORTEST and consonants == _WEAK.sub("", other)
