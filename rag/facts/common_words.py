"""Words that are hardly names, for the scripts without capitals.

The tables in `common/` are the whole words of the vocabulary of multilingual-e5-small (MIT), which XLM-RoBERTa learnt from
a crawl of the web (Conneau et al. 2020): 10,000 words that are frequent enough to be pieces of their own. Foreign names
seldom are; those that are (محمد, باريس) are known by other tables.
"""

from functools import cache
from importlib.resources import files

from rag.text.terms import light_arabic, terms

_SHORTEST_STEM = 3


@cache
def _words(script: str) -> frozenset[str]:
    return frozenset(files("rag.facts").joinpath("common", f"{script}.txt").read_text("utf-8").split())


@cache
def _arabic_stems() -> frozenset[str]:
    return frozenset(stem for stem in map(light_arabic, _words("arabic")) if len(stem) >= _SHORTEST_STEM)


@cache
def _german_stems() -> frozenset[str]:
    return frozenset(terms(" ".join(_words("capitals")), "de").stems)


def is_common(key: str, forms: frozenset[str]) -> bool:
    """Tell whether a folded word without capitals, in any of its forms, is one of the common ones.

    >>> is_common("المحطه", frozenset({"محطه"})), is_common("لافروف", frozenset({"لافروف"}))
    (True, False)
    """
    if not key:
        return True
    if "\u0600" <= key[0] <= "\u06ff":
        return any(form in _words("arabic") or light_arabic(form) in _arabic_stems() for form in {key, *forms})
    if key[0] < "\u0300":
        return key in _words("capitals") or not forms.isdisjoint(_german_stems())
    return any(form in _words("devanagari") for form in {key, *forms})


def has_common_han(run: str) -> bool:
    """Tell whether a run of Chinese characters has a common word in it.

    >>> has_common_han("解释说"), has_common_han("孙立群")
    (True, False)
    """
    return any(run[start : start + 2] in _words("han") for start in range(len(run) - 1))
