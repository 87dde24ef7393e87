"""When do two strings say the same? Folding, the gold string in a sentence, token F1 and exact match."""

import string
from collections import Counter

import regex

from rag.text.folding import fold_text

# Scripts that put no spaces between words are compared by characters, as MLQA (arXiv 1910.07475) does for Chinese.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_TOKENS = regex.compile(rf"{_UNSPACED}\p{{M}}*|(?:(?!{_UNSPACED})[\w\p{{M}}])+")
_PUNCTUATION = regex.compile(rf"[\p{{P}}{regex.escape(string.punctuation)}]+")
_ARTICLES = frozenset({"a", "an", "the"})
_CASED = r"[\p{Latin}\p{Greek}\p{Cyrillic}]"
_BEFORE = (
    (r"\d", r"(?<!\d|\d[.,])"),
    (_CASED, rf"(?<!{_CASED})"),
    (r"\p{Arabic}", r"(?<!\p{Arabic})[وف]?(?:لل|[بكلس]?(?:ال)?)"),
)
_AFTER = (
    (r"\d$", r"(?!\d|[.,]\d)"),
    (rf"(?<!{_CASED}){_CASED}{{1,3}}$", rf"s?(?!{_CASED})"),
    (r"(?<!\p{Arabic})\p{Arabic}{1,3}$", r"ا?(?!\p{Arabic})"),
)
"""How a gold string begins or ends, and what may stand before it, or must not follow."""


def fold(text: str) -> str:
    """Fold as lexical search does (case, digits of all scripts, vowel signs, Arabic's variants), and white space.

    >>> fold("«١٥٠  ألف»") == fold("«150 ألف»")
    True
    """
    return " ".join(fold_text(text).split())


def holds(text: str, gold: str) -> bool:
    """Tell whether the gold string stands in `text`, after folding.

    A number must be the whole number, and a word of a cased script or an Arabic one must begin there: "5" is not in "15", "Mir"
    is not in "Samir". What Arabic writes at a word's beginning (و, ال) may go before, and endings may follow ("Ankara'da"),
    but not a short word: "Ali" is not in "Alice".

    >>> holds("تنتج ١٥٠ ألف متر", "150 ألف"), holds("It grew by 1.5 %", "5"), holds("Samir left", "Mir")
    (True, False, False)
    """
    folded = fold(gold)
    if not folded:
        return False
    before = next((boundary for first, boundary in _BEFORE if regex.match(first, folded)), "")
    after = next((boundary for last, boundary in _AFTER if regex.search(last, folded)), "")
    return regex.search(before + regex.escape(folded) + after, fold(text)) is not None


def tokens(text: str, language: str) -> list[str]:
    """Return the words of a text as SQuAD's evaluation does: folded, without punctuation, English also without articles.

    >>> tokens("The Nile, in Egypt!", "en"), tokens("15万立方米", "zh")
    (['nile', 'in', 'egypt'], ['15', '万', '立', '方', '米'])
    """
    words = _TOKENS.findall(_PUNCTUATION.sub("", fold(text)))
    return [word for word in words if word not in _ARTICLES] if language == "en" else words


def token_f1(text: str, gold: str, language: str) -> float:
    """Return the harmonic mean (0…1) of the precision and the recall of the words of `text` (arXiv 1606.05250, 6.1).

    >>> round(token_f1("in the year 1963", "1963", "en"), 3)
    0.5
    """
    found, expected = tokens(text, language), tokens(gold, language)
    if not found or not expected:
        return float(found == expected)
    common = sum((Counter(found) & Counter(expected)).values())
    return 2 * common / (len(found) + len(expected))


def exact_match(text: str, gold: str, language: str) -> bool:
    """Tell whether both are the same words."""
    return tokens(text, language) == tokens(gold, language)
