"""The letters of a PDF's page: what they are, where they stand and how large they are."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium
import regex

_LINE_END_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})  # what pdfium makes of them


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter, or a ligature's letters; `pen` is where it starts, in points; `size` 0 means that pdfium made it up."""

    text: str
    pen: float
    left: float
    right: float
    baseline: float
    size: float

    @property
    def is_mark(self) -> bool:
        """Whether it is a vowel sign or an accent that belongs to a letter."""
        return bool(regex.match(r"\p{M}", self.text))


def glyphs_of(page: Any, count: int, rotation: int) -> Iterator[Glyph]:
    """Yield the characters of a page (a raw `FPDF_TEXTPAGE`) in pdfium's order, turned by the page's `rotation`."""
    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(page, index)
        pdfium.FPDFText_GetCharOrigin(page, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(page, index, box)
        pdfium.FPDFText_GetMatrix(page, index, matrix)
        scale = (matrix.c**2 + matrix.d**2) ** 0.5
        size = pdfium.FPDFText_GetFontSize(page, index) * scale
        pen, baseline, left, right = x.value, y.value, box.left, box.right
        if rotation == 90:
            pen, baseline, left, right = baseline, -pen, box.bottom, box.top
        elif rotation == 180:
            pen, baseline, left, right = -pen, -baseline, -box.right, -box.left
        elif rotation == 270:
            pen, baseline, left, right = -baseline, pen, -box.top, -box.bottom
        # A character that pdfium made up (a space, a line end) has no height.
        text = "-" if code in _LINE_END_HYPHENS else chr(code)
        yield Glyph(text, pen, left, right, baseline, size if box.top > box.bottom else 0.0)
