"""Pages of a PDF that are pictures of text: told apart, and read by Tesseract where it is installed."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from rag.documents.limits import Limits
from rag.documents.ocr import recognise, recognise_words
from rag.documents.pdf_lines import Line
from rag.documents.pdf_places import Box, held

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
    text = recognise(*_pixels(page), languages, 0.8 * limits.seconds)
    limits.progress()
    return text


def scan_places(page: pypdfium2.PdfPage, quote: str, languages: str, seconds: float) -> list[Box]:
    """Return a box for each line of a page's picture that holds a part of `quote`, a text that `read_scan` read from it.

    The page is read anew, which gives the same words; there are no boxes if that takes longer than `seconds`.
    """
    pixels, width, height = _pixels(page)
    words = recognise_words(pixels, width, height, languages, seconds)
    wanted = {index for index, _, _ in held([word.text for word in words], quote)}
    points = page.get_width() / width
    boxes = []
    for _, line in groupby((word for index, word in enumerate(words) if index in wanted), lambda word: word.line):
        part = list(line)
        left, top = min(word.left for word in part), min(word.top for word in part)
        right, bottom = max(word.right for word in part), max(word.bottom for word in part)
        boxes.append(Box(left * points, top * points, (right - left) * points, (bottom - top) * points))
    return boxes


def _pixels(page: pypdfium2.PdfPage) -> tuple[bytes, int, int]:
    """Return a page as grey pixels, a byte each, with the picture's width and height."""
    scale = min(_DPI / 72, _LARGEST / max(1.0, *page.get_size()))
    bitmap = page.render(scale=scale, grayscale=True)
    width, height = bitmap.width, bitmap.height
    pixels = np.ascontiguousarray(bitmap.to_numpy()).reshape(height, width).tobytes()
    bitmap.close()
    return pixels, width, height


def listed(numbers: Sequence[int]) -> str:
    """Return page numbers as people write them.

    >>> listed([1]), listed([2, 3, 4, 7])
    ('page 1 is a scan', 'pages 2-4, 7 are scans')
    """
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    ranges = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page {ranges} is a scan" if len(numbers) == 1 else f"pages {ranges} are scans"
