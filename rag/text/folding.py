"""What the spellings of one word have in common: Unicode's compatibility and case folding, and Arabic's variants.

After NFKC and case folding comes what search in Arabic does since Larkey, Ballesteros & Connell (SIGIR 2002): one alef,
one yeh, one heh, no vowel signs. A character folds alone or with the marks after it, never by its neighbours, so that a
span of folded text is a span of the text. A hamza of its own stays (ماء is not ما); one on a seat goes (مسؤول, مسوول).
"""

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import regex

from rag.models import Span

_DOTLESS = frozenset({"tr", "az"})
"""Languages whose small I has no dot."""

_SIGNS = (
    "\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff"
)
_POINTS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
_INVISIBLE = r"[\p{Cf}\p{Variation_Selector}\u034f--[\p{Prepended_Concatenation_Mark}\u200b]]"
_UNREAD = rf"{_INVISIBLE}{_SIGNS}{_POINTS}\u0640"
"""What is left out: controls, vowel signs, tatweel. U+200B goes between words (Khmer), so it becomes a space."""

_SEATED_HAMZA = "\u0653\u0654\u0655"
_JOINING = "\u1161-\u1175\u11a8-\u11c2\u3131-\u318e\uff9e\uff9f\uffa1-\uffdc\ufcf2-\ufcf4\ufe70-\ufe7f"
"""No marks, but they fold together with the character before: jamo, half-width kana, Arabic signs on a tatweel."""

_SEGMENT = regex.compile(rf"(?V1s).[\p{{M}}{_UNREAD}{_JOINING}]*+")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


_UNSAID = regex.compile(rf"[{_SIGNS}{_POINTS}]|(?<=\w)\u0640+(?=\w)")


class _Table(dict[int, str | int | None]):
    """A table for `str.translate` that learns the characters it leaves alone: a miss is ten times as slow as a hit."""

    def __missing__(self, code: int) -> int:
        self[code] = code
        return code


_CHARACTERS = "".join(map(chr, chain(range(0x20000), range(0xE0000, 0xE0200))))
_LEFT_OUT = dict.fromkeys(map(ord, regex.findall(rf"(?V1)[{_UNREAD}]", _CHARACTERS)))
_DIGITS = {ord(character): str(int(character)) for character in _CHARACTERS if character.isdecimal()}
# A raised digit is a footnote or an exponent, not one more digit of the number before it.
_FIRST = _Table(_LEFT_OUT | {ord(digit): f" {value}" for value, digit in enumerate(_RAISED)})
_THEN = _Table(
    _LEFT_OUT
    | dict.fromkeys(map(ord, _SEATED_HAMZA))
    | _DIGITS
    | str.maketrans("أإآٱٲٳىیؤئۀەہھۂۃةکڪۓ’‘ʼʻ׳״٫٬،\u200b", "ااااااييويهههههههككے'''''\".,, ")
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text, and for each of its characters (and its end) the offset in the text that the character came from."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> Span:
        """Return the span of the original text that `self.text[start:end]` was folded from.

        The marks that were left out belong to the character before them. Where one character became several (ﷺ) the
        span holds it whole.

        Raises:
            ValueError: where `start` and `end` are not a range of the folded text.

        >>> folded = fold("«الكِتـــابُ»")
        >>> span = folded.original(1, 7)
        >>> folded.text[1:7], "«الكِتـــابُ»"[span.start : span.end]
        ('الكتاب', 'الكِتـــابُ')
        """
        if not 0 <= start <= end <= len(self.text):
            message = f"{start}:{end} is no range of folded text of {len(self.text)} characters"
            raise ValueError(message)
        first = self.offsets[start]
        return Span(first, self.offsets[bisect_right(self.offsets, self.offsets[end - 1])] if end > start else first)


def fold(text: str, language: str = "und") -> Folded:
    """Fold `text` and remember where each character came from: `fold(text).text == fold_text(text)`.

    >>> fold("Straße").offsets
    (0, 1, 2, 3, 4, 4, 5, 6)
    """
    if text.isascii():
        return Folded(fold_text(text, language), tuple(range(len(text) + 1)))
    pieces: list[str] = []
    offsets: list[int] = []
    for match in _SEGMENT.finditer(text):
        piece = _fold_segment(match[0], language in _DOTLESS)
        pieces.append(piece)
        offsets += [match.start()] * len(piece)
    return Folded("".join(pieces), (*offsets, len(text)))


def fold_text(text: str, language: str = "und") -> str:
    """Return `text` folded. `language` (ISO 639-1) matters for the Turkish and Azeri I only.

    >>> fold_text("ﻣﺤﻄّـــﺔ ١٥٠٬٠٠٠"), fold_text("Straße"), fold_text("ILIK İL", "tr"), fold_text("İL")
    ('محطه 150,000', 'strasse', 'ılık il', 'il')
    """
    return _fold(text, language in _DOTLESS)


def _fold(text: str, dotless: bool) -> str:
    if text.isascii():
        return (text.replace("I", "ı") if dotless else text).lower()
    text = unicodedata.normalize("NFKC", text.translate(_FIRST)).replace("İ", "i")
    if dotless:
        text = text.replace("I", "ı")
    # Case folding and leaving out may bring together what composes: normalised again, folding twice changes nothing.
    text = unicodedata.normalize("NFKC", text.casefold()).replace("i\u0307", "i")
    return unicodedata.normalize("NFKC", text.translate(_THEN))


_fold_segment = lru_cache(maxsize=16_384)(_fold)


def without_signs(text: str) -> str:
    """Return text without what most writers leave out: vowel signs of Arabic and Hebrew, and tatweel within words.

    >>> without_signs("كم مَخطوطةً في المكتـــبة سنة ١٤٤٥ هـ؟")
    'كم مخطوطة في المكتبة سنة ١٤٤٥ هـ؟'
    """
    return text if text.isascii() else _UNSAID.sub("", text)


def _unmarked() -> _Table:
    """Map each Latin and Greek letter with marks to the letter, and the marks themselves to nothing."""
    table = _Table(dict.fromkeys(range(0x300, 0x370)))
    for code in chain(range(0xC0, 0x250), range(0x370, 0x400), range(0x1E00, 0x2000)):
        letter = unicodedata.normalize("NFD", chr(code))[0]
        if letter != chr(code) and letter.isalpha():
            table[code] = letter
    table.update(zip(map(ord, "ıøłđħðёѐѝ"), "ioldhdееи", strict=True))
    table.update({ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"})
    return table


_UNMARKED = _unmarked()
_DEVANAGARI = regex.compile(r"\p{Devanagari}")
_NASAL = regex.compile(r"[ङञणनम]्(?=[क-ह])|ँ")


def strip_marks(folded: str) -> str:
    """Return folded text as people type it in a hurry: é is e, ё is е, ø is o, the Devanagari nasals are one sign.

    The marks that make another letter in Cyrillic (й, ї, ў) and all vowel signs of Indic scripts stay.

    >>> strip_marks("événement ångström ёлка йод việt हिन्दी")
    'evenement angstrom елка йод viet हिंदी'
    """
    if folded.isascii():
        return folded
    if _DEVANAGARI.search(folded):
        folded = _NASAL.sub("ं", folded).replace("़", "")
    return folded.translate(_UNMARKED)
