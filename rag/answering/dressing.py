"""What models dress an answer in: lists, emphasis, fences, markers on lines of their own."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from rag.text.abbreviations import MONTHS, ORDINAL_LANGUAGES
from rag.text.markers import markers, without_markers

MARK = r"[\[［【]+[^\[\]［］【】\n]{1,30}[\]］】]+(?:\([^\s()]*[/#.][^\s()]*\))?"
_BULLET = regex.compile(r"[^\S\n]*+(?:[-*•–]|#{1,6}|\p{Nd}{1,2}\))[^\S\n]+(?=\S)")
_NUMBER = regex.compile(r"[^\S\n]*+(?:\*\*)?(\p{Nd}{1,2})[.．](?:\*\*)?[^\S\n]+(?=\S)")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_FENCE = regex.compile(r"[^\S\n]*+(?:`{3,}|~{3,})[^\n]*+")
_EMPHASIS = regex.compile(r"(\*\*|(?<![\w.])__|`{1,2})(?=\S)((?:(?!\1).)+?)(?<=\S)\1(?!\w)")
_WRAPPED = regex.compile(rf"(?<![\p{{Latin}}\p{{N}}])([*_(（]{{1,3}}+)(?:(?:{MARK})[\s,;،、]*+)++([*_)）]{{1,3}}+)")
_CLOSING = regex.compile(r"(?<=[.!?؟。！？])(?:\*{1,3}|_{1,2}|`)(?=\s|$|[\[［【(（])")
_COMMA = regex.compile(r"(?<=[\]］】][)*_]{0,3})[^\S\n]*+[,;،、][^\S\n]*+(?=[\[［【])")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without its dress.

    `raw[i]` is where `text[i]` stood, `kept` tells for each character whether it still does, and `numbers` are where numbered
    lines begin, and their numbers.
    """

    text: str
    raw: tuple[int, ...]
    kept: tuple[bool, ...]
    numbers: tuple[tuple[int, int], ...]

    def raw_end(self, end: int) -> int:
        """Return where what ends at `end` of `text` ended, with the dress that follows it at once."""
        at = self.raw[end - 1] + 1 if end else 0
        while at < len(self.kept) and not self.kept[at]:
            at += 1
        return at

    def number_before(self, end: int, otherwise: int) -> int:
        """Return the number of the last numbered line that begins before `end` of what was undressed."""
        at = bisect_left(self.numbers, (end, 0))
        return self.numbers[at - 1][1] if at else otherwise


def undress(text: str, language: str = "und", *, begins_line: bool = True, number: int = 0) -> Plain:
    r"""Return a text without marks of lists, emphasis and code; a line of nothing but markers joins the one before it.

    Args:
        text: of an answer, or a part of one.
        language: that it is in.
        begins_line: whether its first line is a whole one.
        number: of the numbered line before it, 0 if there is none.

    >>> undress("1. **It** opened.\n[1]\n2. It is 2**10. ([2]), [3]").text
    'It opened. [1]\nIt is 2**10. [2] [3]'
    """
    chars = list(text)
    numbers = _undress_lines(text, chars, language, begins_line=begins_line, number=number)
    for found in _EMPHASIS.finditer(text):
        width = len(found[1])
        _drop(chars, found.start(), found.start() + width)
        _drop(chars, found.end() - width, found.end())
    for found in _WRAPPED.finditer(text):
        _drop(chars, *found.span(1))
        _drop(chars, *found.span(2))
    for found in _CLOSING.finditer(text):  # of emphasis that began in a sentence before
        _drop(chars, *found.span())
    for found in _COMMA.finditer(text):
        _drop(chars, *found.span(), " ")
    raw = tuple(at for at, one in enumerate(chars) if one)
    return Plain("".join(chars), raw, tuple(map(bool, chars)), tuple(numbers))


def _undress_lines(
    text: str, chars: list[str], language: str, *, begins_line: bool, number: int
) -> list[tuple[int, int]]:
    """Drop what a line begins with, and line ends before markers; return where numbered lines begin, and their numbers."""
    numbers = []
    above = None  # where the last line that says something ends
    for start, end in _lines(text):
        if start > 0 or begins_line:
            if _FENCE.fullmatch(text, start, end):
                _drop(chars, start, end)
                continue
            if found := _BULLET.match(text, start, end):
                _drop(chars, start, found.end())
            elif (found := _NUMBER.match(text, start, end)) and _counts_on(found, number, language):
                number += 1
                numbers.append((start, number))
                _drop(chars, start, found.end())
        if above is not None and _is_markers(text[start:end]):
            _drop(chars, above, start, " ")
        above = end if text[start:end].strip() else above
    return numbers


def _is_markers(line: str) -> bool:
    return next(markers(line), None) is not None and not any(map(str.isalnum, without_markers(line)))


def _drop(chars: list[str], start: int, end: int, instead: str = "") -> None:
    chars[start:end] = [instead, *[""] * (end - start - 1)]


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _counts_on(found: "regex.Match[str]", number: int, language: str) -> bool:
    """Tell whether a line's number is the next one, and not a day: "1. Mai", and where months are written small "1. května"."""
    following = _WORD.match(found.string, found.end())
    is_day = following is not None and (
        following[0].lower() in MONTHS or (language in ORDINAL_LANGUAGES and following[0][0].islower())
    )
    return int(found[1]) == number + 1 and not is_day
