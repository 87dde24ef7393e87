"""Pages of a PDF that are pictures of text: told apart, and read by Tesseract where it is installed."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from rag.documents.limits import Limits
from rag.documents.ocr import recognise
from rag.documents.pdf_lines import Line

_DPI = 300
_LARGEST = 5_000  # pixels a side: whatever size a page says it has
_FEW_LETTERS = 80  # a stamp or a page number that a scanner's program put over the picture
_MOST_OF_THE_PAGE = 0.6


def is_scan(page: pypdfium2.PdfPage, lines: Sequence[Line]) -> bool:
    """Tell whether a page is a picture: no text beside it, or next to none on top of one that fills the page."""
    letters = sum(character.isalnum() for line in lines for character in line.text)
    if letters > _FEW_LETTERS:
        return False
    covered = 0.0
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = picture.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
        if not letters:
            return True
    width, height = page.get_size()
    return bool(covered > _MOST_OF_THE_PAGE * width * height)


def read_scan(page: pypdfium2.PdfPage, languages: str, limits: Limits) -> str | None:
    """Return the text of a page that is a picture; None if it could not be read in time."""
    scale = min(_DPI / 72, _LARGEST / max(1.0, *page.get_size()))
    bitmap = page.render(scale=scale, grayscale=True)
    pixels = np.ascontiguousarray(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    text = recognise(pixels.tobytes(), bitmap.width, bitmap.height, languages, 0.8 * limits.seconds)
    bitmap.close()
    limits.progress()
    return text


def listed(numbers: Sequence[int]) -> str:
    """Return page numbers as people write them.

    >>> listed([1]), listed([2, 3, 4, 7])
    ('page 1 is a scan', 'pages 2-4, 7 are scans')
    """
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    ranges = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page {ranges} is a scan" if len(numbers) == 1 else f"pages {ranges} are scans"
