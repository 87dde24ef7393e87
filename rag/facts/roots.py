"""The consonants that the forms of an Arabic word share."""

from functools import lru_cache

import regex

_VERB = regex.compile(r"^[وف]?س?[يتناا]?|(?:ت|وا|ون|ن|ا|ه|ها|هم)$")
_WEAK = regex.compile(r"[اويىءئؤ]")
_SHORTEST = 3


@lru_cache(maxsize=20_000)
def root_of(key: str) -> str:
    """Return the consonants of an Arabic verb that its forms share.

    >>> root_of("افتتحت"), root_of("تفتتح")
    ('فتتح', 'فتتح')
    """
    bare = _VERB.sub("", _VERB.sub("", key, count=1))
    return _WEAK.sub("", bare)


def same_root(one: str, other: str) -> bool:
    """Tell whether two words may be forms of one: a verb and its noun, an active and a passive.

    >>> same_root("اسقط", "اسقاط"), same_root("بايدن", "بوتين")
    (True, False)
    """
    root = root_of(one)
    return len(root) >= _SHORTEST and root == root_of(other)
