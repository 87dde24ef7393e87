"""A page of a PDF → its lines: text, where they stand and how large they are.

Pages in Latin, Cyrillic or Chinese keep the text that pdfium extracts. On pages with Arabic or Hebrew the lines are put
together here, from where each letter stands.
"""

import bisect
import statistics
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import regex

from rag.documents.encodings import clean
from rag.documents.pdf_bidi import ligature, reading_order, unshape
from rag.documents.pdf_glyphs import Glyph, glyphs_of

_RTL_LETTERS = regex.compile(r"[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]")
_LETTERS = regex.compile(r"\p{L}")
_LINE_HEIGHT = 0.45  # of the font size: letters nearer than this to the baseline are on the line
_MARK_HEIGHT = 0.9
# Spaces measured .22 to .34 of the font size in Noto's Naskh, Sans and Kufi, gaps inside words up to .16.
_WORD_GAP = 0.17


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: where it stands and the size of its font, in points, the baseline from the bottom."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


def page_lines(page: Any) -> list[Line]:
    """Return the lines of a page, a `PdfPage`, in reading order."""
    textpage = page.get_textpage()
    try:
        return lines_of(textpage, page.get_rotation())
    finally:
        textpage.close()


def lines_of(textpage: Any, rotation: int = 0) -> list[Line]:
    """Return the lines of a page in reading order. `rotation` is the page's, in degrees clockwise."""
    text = textpage.get_text_range()
    glyphs = list(glyphs_of(textpage.raw, textpage.count_chars(), rotation))
    rtl_letters = len(_RTL_LETTERS.findall(text))
    if not rtl_letters:
        return list(_plain_lines(glyphs))
    rtl = 2 * rtl_letters >= len(_LETTERS.findall(text))
    return [line for row in _rows(glyphs) if (line := _read(row, rtl)).text]


def _plain_lines(glyphs: list[Glyph]) -> Iterator[Line]:
    line: list[Glyph] = []
    for glyph in (*glyphs, Glyph("\n", 0, 0, 0, 0, 0)):
        above = next((before for before in reversed(line) if before.size), None)
        # pdfium swallows the line's end after a hyphen.
        next_line = above and glyph.size and glyph.pen < above.pen and glyph.baseline < above.baseline - above.size / 2
        if glyph.text in "\r\n" or next_line:
            inked = [glyph for glyph in line if glyph.size]
            if inked and (text := clean("".join(glyph.text for glyph in line)).strip()):
                yield _line(text, inked)
            line = []
        if glyph.text not in "\r\n":
            line.append(glyph)


def _line(text: str, glyphs: list[Glyph]) -> Line:
    return Line(
        text=text,
        left=min(glyph.left for glyph in glyphs),
        right=max(glyph.right for glyph in glyphs),
        baseline=glyphs[0].baseline,
        size=statistics.median(glyph.size for glyph in glyphs),
    )


def _rows(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that follow each other on one baseline."""
    row: list[Glyph] = []
    baseline = 0.0
    for glyph in glyphs:
        if not glyph.size:
            if row and glyph.text not in "\r\n\0":
                row.append(glyph)
            continue
        reach = (_MARK_HEIGHT if glyph.is_mark else _LINE_HEIGHT) * glyph.size
        if row and abs(glyph.baseline - baseline) > reach:
            yield row
            row = []
        if not glyph.is_mark or not row:
            baseline = glyph.baseline
        row.append(glyph)
    if row:
        yield row


def _read(row: list[Glyph], rtl: bool) -> Line:
    # What the font had no glyph for has no width: it would be taken for a part of its neighbour.
    inked = [glyph for glyph in row if glyph.size and glyph.text != "\0"]
    if not any(_RTL_LETTERS.match(glyph.text) for glyph in inked):
        return _line(clean("".join(glyph.text for glyph in row)).strip(), inked)
    row = inked  # what pdfium made up stands anywhere
    bases = list(_with_ligatures([glyph for glyph in row if not glyph.is_mark]))
    if not bases:
        return _line("", row)
    marks = [glyph for glyph in row if glyph.is_mark]
    for mark in marks:
        _attach(mark, bases)
    clusters: list[str] = []
    for at, glyph in enumerate(bases):
        if at and not glyph.text.isspace() and not bases[at - 1].text.isspace():
            start = max(before.right for before in bases[max(0, at - 3) : at])
            # A letter may be moved aside to make room for a vowel sign.
            taken = sum(max(0.0, min(mark.right, glyph.pen) - max(mark.left, start)) for mark in marks)
            clusters += [" "] * (glyph.pen - start - taken > _WORD_GAP * glyph.size)
        clusters.append(glyph.text)
    text = reading_order(clusters, _is_rtl(clusters, rtl))
    return _line(clean(unshape(" ".join(text.split()))), row)


def _is_rtl(clusters: list[str], page_is_rtl: bool) -> bool:
    """Tell the direction of a line's paragraph; if it is mostly Latin, the side of its full stop shows it."""
    text = "".join(clusters).strip()
    rtl = len(_RTL_LETTERS.findall(text))
    if not rtl:
        return False
    if 2 * rtl >= len(_LETTERS.findall(text)):
        return page_is_rtl or unicodedata.bidirectional(text[0]) != "L"
    return page_is_rtl and not (text[0].isalnum() and text[-1] in ".!?:;")


def _with_ligatures(glyphs: list[Glyph]) -> Iterator[Glyph]:
    """Join what stands at the very same place: the letters of one glyph, a lam and an alef drawn as two."""
    held: Glyph | None = None
    for glyph in sorted(glyphs, key=lambda glyph: glyph.pen):
        if held is not None and glyph.pen - held.pen < 0.01 and not (held.text + glyph.text).isspace():
            held = replace(held, text=held.text + glyph.text, right=max(held.right, glyph.right))
            continue
        if held is not None:
            yield replace(held, text=ligature(held.text))
        held = glyph
    if held is not None:
        yield replace(held, text=ligature(held.text))


def _attach(mark: Glyph, bases: list[Glyph]) -> None:
    """Give a vowel sign to the letter below it: the last whose pen position is not right of the sign."""
    centre = (mark.left + mark.right) / 2
    at = max(0, bisect.bisect_right(bases, centre, key=lambda base: base.pen) - 1)
    base = bases[at]
    end = bases[at + 1].pen if at + 1 < len(bases) else base.right
    letters = [match.end() for match in regex.finditer(r"\P{M}\p{M}*", base.text)]
    # Of a ligature's letters, the first stands to the right.
    nth = int((end - centre) / ((end - base.pen) or 1) * len(letters))
    cut = letters[max(0, min(nth, len(letters) - 1))]
    bases[at] = replace(base, text=base.text[:cut] + mark.text + base.text[cut:])
