"""Letters as they stand on a line of a page, from left to right → the text as it is read.

The inverse of the Unicode bidirectional algorithm (UAX #9) for one line of Arabic, Hebrew or Persian with Latin names
and numbers in it. A PDF stores glyphs where they are painted, and producers and readers order them differently: in
Chrome's Arabic PDFs pdfium returns every second word reversed. The positions are the only thing that all agree on.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache

import regex

_MIRROR = str.maketrans("()[]{}«»‹›<>", ")(][}{»«›‹><")
_OPENING, _CLOSING = frozenset("([{«‹"), frozenset(")]}»›")
# Letters that do not join the letter after them: inside a ligature they can only come last.
_NEVER_FIRST = frozenset("اأإآٱدذرزژوؤةىء")
_PRESENTATION_FORMS = regex.compile(r"[\uFB1D-\uFDFF\uFE70-\uFEFC]+")


def unshape(text: str) -> str:
    """Return `text` with presentation forms (letters as shapes, U+FB1D–FDFF and U+FE70–FEFC) replaced by letters.

    >>> unshape("ﻣﺮﺣﺒﺎ ½") == "مرحبا ½"
    True
    """
    return _PRESENTATION_FORMS.sub(lambda forms: unicodedata.normalize("NFKC", forms.group()), text)


def ligature(letters: str) -> str:
    """Return the letters of one glyph in reading order: pdfium reverses them together with the line they are in.

    >>> ligature("ال") == ligature("لا") == "لا"
    True
    """
    turned = letters[::-1]
    if letters == turned or (letters in _ligatures() and turned not in _ligatures()):
        return letters
    misplaced = any(letter in _NEVER_FIRST for letter in letters[:-1])
    fits = not any(letter in _NEVER_FIRST for letter in turned[:-1])
    return turned if (misplaced and fits) or turned in _ligatures() else letters


@cache
def _ligatures() -> frozenset[str]:
    known = {unicodedata.normalize("NFKC", chr(code)) for code in range(0xFBEA, 0xFDF3)}
    return frozenset(known | {"لله"})


def reading_order(clusters: Sequence[str], rtl: bool) -> str:
    """Return a line's letter clusters (a base and its marks, ordered from left to right on the page) as text.

    `rtl` is the direction of the paragraph.

    >>> reading_order(list("DPG يلامجإلا جتانلا"), rtl=True)
    'الناتج الإجمالي DPG'
    >>> reading_order(list(".2024/05/12 يف"), rtl=True)
    'في 2024/05/12.'
    """
    kinds = [_kind(cluster) for cluster in clusters]
    if not rtl:
        return "".join(_embedded(clusters, kinds))
    runs: list[str] = []
    start = 0
    while start < len(clusters):
        end = _ltr_end(clusters, kinds, start)
        runs.append("".join(clusters[start:end]) if end > start + 1 else clusters[start])
        start = end
    runs.reverse()
    return _face_brackets(runs)


def _kind(cluster: str) -> str:
    bidi = unicodedata.bidirectional(cluster[0])
    return {"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N"}.get(bidi, "-")


def _ltr_end(clusters: Sequence[str], kinds: Sequence[str], start: int) -> int:
    """Return where the left-to-right run from `start` ends: Latin words with what lies between them, or one number."""
    kind, end = kinds[start], start + 1
    if kind not in {"L", "N"}:
        return end
    position = end
    while position < len(clusters) and kinds[position] != "R":
        if kinds[position] == "L" and position == end:
            kind, end = "L", position + 1  # 4K, 3D
        elif kinds[position] in ({"L", "N"} if kind == "L" else {"N"}):
            between = clusters[end:position]
            # Only a single separator keeps a number together (12.5, 7/2019, 10:30); `10 - 20` are two numbers.
            if kind == "N" and between and (len(between) > 1 or between[0] not in ".,:/٫٬"):
                break
            end = position + 1
        position += 1
    return end


def _embedded(clusters: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Return a left-to-right line: only the right-to-left words in it are turned round, with what lies between them."""
    ordered: list[str] = []
    start = 0
    while start < len(clusters):
        end = start + 1
        if kinds[start] == "R":
            position = end
            while position < len(clusters) and kinds[position] not in {"L", "N"}:
                end = position + 1 if kinds[position] == "R" else end
                position += 1
            ordered.append(reading_order(clusters[start:end], rtl=True))
        else:
            ordered.append(clusters[start])
        start = end
    return ordered


def _face_brackets(runs: list[str]) -> str:
    """Turn brackets the right way, as the spaces around them tell.

    Some producers store a bracket as it looks, some as it is meant, and pdfium mirrors some.
    """
    for at, run in enumerate(runs):
        if run not in _OPENING and run not in _CLOSING:
            continue
        free_before = at == 0 or runs[at - 1].isspace()
        free_after = at + 1 == len(runs) or not runs[at + 1][0].isalnum()
        glued_after = at + 1 < len(runs) and (runs[at + 1][0].isalnum() or runs[at + 1] in "\"'")
        if (free_before and glued_after and run in _CLOSING) or (not free_before and free_after and run in _OPENING):
            runs[at] = run.translate(_MIRROR)
    return "".join(runs)
