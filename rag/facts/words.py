"""Text → its words, with the forms that another spelling or inflection of the same word shares with them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import regex

from rag.facts.base import Text
from rag.models import Span
from rag.text.abbreviations import TITLES
from rag.text.folding import fold_text, strip_marks
from rag.text.function_words import function_words
from rag.text.terms import terms

_WORD = regex.compile(
    r"(?V1)\p{Han}|\p{Katakana}[\p{Katakana}ー]*+|\p{Hiragana}"
    r"|(\p{Lu})\1\.[ \u00a0]?(\p{Lu})\2\."  # EE. UU.
    r"|(?:\p{Lu}\.){2,}+|\p{N}[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}]]*+"
    r"|[[\p{L}\p{M}]--[\p{Han}\p{Hiragana}\p{Katakana}]]"
    r"[[\p{L}\p{M}\p{N}\u0640\u200c\u200d]--[\p{Han}\p{Hiragana}\p{Katakana}]]*+"
)
_BEFORE_START = regex.compile(r"(?:^|[.!?:;…؟。！？：؛\n\r•*#|।۔\]\[»”—–-])[\s\p{Ps}\p{Pi}\p{Pf}\"'¿¡*_#-]*+$")
_BEFORE_SENTENCE = regex.compile(r"(?:[.!?…؟。！？।۔]|[\n\r])[\s\p{P}]*+$")
_QUOTE = regex.compile(r"[\p{Pi}\"「『《„*_]\s?$")
_CASED = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}]")
_HAN = regex.compile(r"[\p{Han}\p{Hiragana}]")
_HYPHENS = ("-", "\u2010", "\u2011")
_LONGEST = 60
_LOOK_BACK = 12

_PROCLITICS = regex.compile(r"^(?:[وف](?=..))?(?:[بكل](?=..))?(?:ال(?=..))?")
_LL = regex.compile(r"^[وف]?لل(?=..)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word: where it stands, its folded `key` and all `forms` by which it may be found in another text.

    `capital`: it begins with an upper-case letter; `opens`: a sentence, a line or a quotation begins with it, so that the
    capital says little; `starts`: a sentence or a line does; `quoted`: a quotation mark stands right before it; `function`:
    it is a function word; `han`: it is a character of a script without spaces.
    """

    span: Span
    text: str
    key: str
    forms: frozenset[str]
    capital: bool
    opens: bool
    starts: bool
    quoted: bool
    function: bool
    han: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text, and at which of them each form stands (indices, ascending)."""

    text: str
    language: str
    words: tuple[Word, ...]
    where: dict[str, tuple[int, ...]]

    def find(self, word: Word) -> tuple[int, ...]:
        """Return the indices of the words that are `word` in some form."""
        if word.key in self.where and not word.han:
            return self.where[word.key]
        return next((self.where[form] for form in word.forms if form in self.where), ())


@lru_cache(maxsize=512)
def read(text: Text) -> Reading:
    """Return the words of a text.

    >>> [word.key for word in read(Text("The Élysée’s dogs", "en")).words]
    ['the', 'elysee', 's', 'dogs']
    """
    found = tuple(_with_pairs(_words(text)))
    where: dict[str, list[int]] = {}
    for index, word in enumerate(found):
        for form in word.forms:
            where.setdefault(form, []).append(index)
    for index, (word, behind) in enumerate(pairwise(found)):
        if behind.key[:1].isdecimal() and text.text[word.span.end : behind.span.start] in _HYPHENS:
            where.setdefault(word.key + behind.key, []).append(index)  # F-16 is F16 too
    return Reading(text.text, text.language, found, {form: tuple(at) for form, at in where.items()})


def _with_pairs(words: list[Word]) -> Iterator[Word]:
    """Yield the words; the forms of a Han character are the pairs that it makes with its neighbours."""
    for index, word in enumerate(words):
        if not word.han:
            yield word
            continue
        around = (words[max(0, index - 1)], word, words[min(index + 1, len(words) - 1)])
        touching = pairwise(around)
        pairs = {one.key + two.key for one, two in touching if one.span.end == two.span.start and one.han and two.han}
        yield replace(word, forms=frozenset(pairs or {word.key}))


def _words(text: Text) -> list[Word]:
    found: list[Word] = []
    for match in _WORD.finditer(text.text):
        start, end = match.span()
        before = text.text[max(0, start - _LOOK_BACK) : start]
        key, forms, function = forms_of(match[0][:_LONGEST], text.language)
        found.append(
            Word(
                span=Span(start, end),
                text=match[0],
                key=key,
                forms=forms,
                capital=match[0][0].isupper(),
                opens=_opens(before, start, found),
                starts=_starts(before, start, found),
                quoted=_QUOTE.search(before) is not None,
                function=function,
                han=_HAN.match(match[0]) is not None,
            )
        )
    return found


def _opens(before: str, start: int, found: list[Word]) -> bool:
    if not start or (not before.strip() and start <= _LOOK_BACK):
        return True
    if not _BEFORE_START.search(before):
        return bool(_QUOTE.search(before))
    if before.endswith("-") and found and found[-1].span.end == start - 1:
        return found[-1].opens  # al-Sairafi, F-16
    abbreviated = before.rstrip(" \u00a0").endswith(".") and found
    return not (abbreviated and (len(found[-1].text) == 1 or found[-1].text in TITLES))


def _starts(before: str, start: int, found: list[Word]) -> bool:
    if not found or (not before.strip() and start <= _LOOK_BACK):
        return True
    return _BEFORE_SENTENCE.search(before) is not None and _opens(before, start, found)


@lru_cache(maxsize=50_000)
def forms_of(text: str, language: str) -> tuple[str, frozenset[str], bool]:
    """Return the folded key of a word, its forms, and whether it is a function word."""
    key = "".join(strip_marks(fold_text(text, language)).replace(".", "").split())
    stems = terms(text, language).stems
    forms = {key or text, *(stems if len(stems) == 1 else ())}
    if key and "\u0600" <= key[0] <= "\u06ff":
        forms |= _without_proclitics(key, language)
    return key, frozenset(forms), key in function_words(language)


def _without_proclitics(key: str, language: str) -> set[str]:
    """Return an Arabic word without what is written on to its front: و ف, ب ك ل, the article."""
    if language not in ("ar", "und"):
        return set()
    bare = _LL.sub("", key) if _LL.match(key) else _PROCLITICS.sub("", key)
    forms = {bare, key[1:] if key[0] in "وفبكل" and len(key) > 3 else key}
    forms |= {form[2:] for form in tuple(forms) if form.startswith("ال") and len(form) > 4}
    forms |= {form[:-1] for form in tuple(forms) if form.endswith("ا") and len(form) > 4}  # the accusative
    return {form for form in forms if len(form) > 1}


def cased(text: str) -> bool:
    """Tell whether a word is of a script that has capitals."""
    return _CASED.match(text) is not None
