"""A sentence that was read from a PDF's page → where on the page it stands."""

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from rag.documents.pdf_glyphs import Glyph, glyphs_of
from rag.documents.pdf_lines import Line, lines_of
from rag.text.languages import direction

_ABOVE, _BELOW = 0.95, 0.3  # of the font size: how far a line reaches from its baseline
_FINE = 100  # steps a point
_FEWEST = 8  # letters of a line that tell, where the sentence as a whole is not found


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a drawn page: points from its left and upper edge."""

    x: float
    y: float
    width: float
    height: float


def places(page: Any, quote: str) -> list[Box]:
    """Return a box for each line of a page (a `PdfPage`) that holds a part of `quote`, a text that was read from it."""
    textpage = page.get_textpage()
    try:
        rotation = page.get_rotation()
        lines = lines_of(textpage, rotation)
        glyphs = [one for one in glyphs_of(textpage.raw, textpage.count_chars(), rotation) if one.size]
    finally:
        textpage.close()
    return [
        _on_paper(page, rotation, begin, line.baseline - _BELOW * line.size, end, line.baseline + _ABOVE * line.size)
        for line, first, last in _parts(lines, quote)
        for begin, end in [_extent(line, glyphs, first, last)]
    ]


def _on_paper(page: Any, rotation: int, left: float, bottom: float, right: float, top: float) -> Box:
    """Return the box of a rectangle in the letters' coordinates, which are the page's, turned as `glyphs_of` turns them."""
    width, height = page.get_size()
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for across, up in ((left, bottom), (right, top)):
        at = {0: (across, up), 90: (-up, across), 180: (-across, -up), 270: (up, -across)}[rotation]
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, round(width * _FINE), round(height * _FINE), 0, *at, x, y)
        corners.append((x.value / _FINE, y.value / _FINE))
    (x1, y1), (x2, y2) = corners
    return Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def _letters(text: str) -> str:
    """Return the letters and figures of a text, without what a layout adds to it or takes away."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def held(texts: Sequence[str], quote: str) -> Iterator[tuple[int, float, float]]:
    """Yield which of the texts, read one after another, hold the letters of a quote, and from which share of theirs to which.

    >>> list(held(["He said: it", "was la-", "te."], "It was late"))
    [(0, 0.75, 1.0), (1, 0.0, 1.0), (2, 0.0, 1.0)]
    """
    each, wanted = [_letters(text) for text in texts], _letters(quote)
    begin = "".join(each).find(wanted) if wanted else -1
    if begin < 0:
        return
    end, passed = begin + len(wanted), 0
    for index, own in enumerate(each):
        first, last = max(begin - passed, 0), min(end - passed, len(own))
        if first < last:
            yield index, first / len(own), last / len(own)
        passed += len(own)


def _parts(lines: Sequence[Line], quote: str) -> Iterator[tuple[Line, float, float]]:
    """Yield the lines that hold a part of the quote, and from which share (0…1) of their letters to which."""
    whole = list(held([line.text for line in lines], quote))
    yield from ((lines[index], first, last) for index, first, last in whole)
    if not whole:  # a running head or a note may stand between its lines: then the lines that are part of it
        wanted = _letters(quote)
        for line in lines:
            own = _letters(line.text)
            if len(own) >= _FEWEST and own in wanted:
                yield line, 0.0, 1.0


def _extent(line: Line, glyphs: Sequence[Glyph], first: float, last: float) -> tuple[float, float]:
    """Return from where to where a share of a line's letters reaches, in the order in which they are read."""
    row = [
        glyph
        for glyph in glyphs
        if abs(glyph.baseline - line.baseline) < line.size / 2
        and line.left - 1 <= glyph.left
        and glyph.right <= line.right + 1
    ]
    row.sort(key=lambda glyph: glyph.left, reverse=direction(line.text) == "rtl")
    each = [glyph for glyph in row for _ in _letters(glyph.text)]
    part = each[round(first * len(each)) : round(last * len(each))]
    if not part or (first, last) == (0.0, 1.0):
        return line.left, line.right
    return min(glyph.left for glyph in part), max(glyph.right for glyph in part)
