"""Whether a single full stop ends a sentence: not after an abbreviation, an initial, an ordinal or a list number."""

import regex

from rag.text.abbreviations import (
    BEFORE_NUMBER,
    GERMAN_ORDINALS,
    LETTER_NAMES,
    MAY_END,
    MONTHS,
    ORDINAL_LANGUAGES,
    STARTERS,
    TITLES,
)

_TOKEN = regex.compile(r"[^\s\p{Ps}\"'“”„‟‘’‚‹›«»/،,–—]*$")
_DIGITS = regex.compile(r"\p{Nd}{1,2}")
_ROMAN = regex.compile(r"[IVX]{1,5}")
_LIST_NUMBER = regex.compile(r"\s*[\p{Ps}§#*]*(?:\p{Nd}{1,3}(?:\.\p{Nd}{1,3})*|[IVXivx]{1,5}|\p{L})")
_INITIALS = regex.compile(r"\p{L}\p{M}*(?:[.\-‐]+\p{L}{1,2})*")
_ARABIC_INITIALS = regex.compile(r"\p{Arabic}ـ?(?:\.\p{Arabic}ـ?)*|\p{Arabic}{1,3}(?:\.\p{Arabic}{1,3})+")
_THAI_ABBREVIATION = regex.compile(r"\p{Thai}{1,4}|.*\.\p{Thai}{1,4}")
_UNIT = regex.compile(r"[a-zA-Z]|[مه]|هـ")


def token_before(text: str, start: int, at: int) -> str:
    """Return the word that ends at `at`, as far as it lies after `start`; empty after white space.

    >>> token_before("see (Prof. X)", 0, 9)
    'Prof'
    """
    found = _TOKEN.search(text, max(start, at - 24), at)
    return found[0] if found else ""


def full_stop_ends(text: str, start: int, at: int, following: "regex.Match[str]", language: str) -> bool:
    """Return whether the full stop at `at` ends the sentence that began at `start`.

    `following` is a match on what comes after it, with the groups `open` (space, quotes), `word` and `tail` (one
    character).
    """
    token, word, tail = token_before(text, start, at), following["word"], following["tail"]
    if not token:
        return True
    if at - start <= 12 and "\n" not in following["open"] and _LIST_NUMBER.fullmatch(text, start, at):
        return False
    if _DIGITS.fullmatch(token) or _ROMAN.fullmatch(token):
        return _number_ends(token, word, tail, language)
    if token in LETTER_NAMES:
        return text[at] != "." and not _beside_letter_name(text, start, at, word, tail)
    token = token.lstrip("0123456789")  # 10:30p.m.
    if _is_title(token) or (word[:1].isnumeric() and (token in BEFORE_NUMBER or token.endswith("str"))):
        return False
    starter = word in STARTERS and tail != "."
    if token in MAY_END:
        return starter
    if _ARABIC_INITIALS.fullmatch(token) or _INITIALS.fullmatch(token):
        return starter or _ends_after_unit(text, start, at, token, word)
    return True


def _is_title(token: str) -> bool:
    capital = token.istitle() and token.lower() in TITLES
    capitals = len(token) > 1 and token.isupper() and token.title() in TITLES
    return token in TITLES or capital or capitals or _THAI_ABBREVIATION.fullmatch(token) is not None


def _number_ends(token: str, word: str, tail: str, language: str) -> bool:
    """Whether a full stop after a number of one or two digits, or a Roman one, ends a sentence."""
    if word.lower() in MONTHS or (word.isdigit() and tail == "."):
        return False
    if language in GERMAN_ORDINALS or (language in ORDINAL_LANGUAGES and _ROMAN.fullmatch(token)):
        return word in STARTERS
    return len(token) > 1 or not _ROMAN.fullmatch(token) or word in STARTERS


def _ends_after_unit(text: str, start: int, at: int, token: str, word: str) -> bool:
    """Whether a letter is no initial but the unit or the era of a number before it: `5 m.`, `1445 هـ.`, `300 ق.م.`."""
    preceded = text[max(start, at - len(token) - 4) : at - len(token)].rstrip()
    if not preceded[-1:].isdigit() or not word:
        return False
    return _UNIT.fullmatch(token) is not None or word[:1] in ("و", "ف")


def _beside_letter_name(text: str, start: int, at: int, word: str, tail: str) -> bool:
    """Whether the letter name before `at` stands in a row of such: `پی۔ ایچ۔ ڈی۔`."""
    if word in LETTER_NAMES and tail in (".", "۔"):
        return True
    before = text[max(start, at - 16) : at].split()[:-1]
    return bool(before) and before[-1][-1:] in (".", "۔") and before[-1][:-1] in LETTER_NAMES
