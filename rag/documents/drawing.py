"""A page of a PDF as a picture, with the places of a sentence on it; drawn by a process of its own.

A PDF comes from anyone, and drawing it runs far more of pdfium than reading it: that must not be able to hang or crash the one
who asks. The process lives for one page (a third of a second; some seconds where a scan is read anew, to find the sentence
in it), and gets the file's bytes, not its name.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.documents.limits import Limits
from rag.documents.memory import MB, limit_memory, memory_in_use
from rag.documents.ocr import tesseract_languages
from rag.documents.pdf_lines import page_lines
from rag.documents.pdf_places import Box, places
from rag.documents.pdf_scans import is_scan, scan_places
from rag.errors import DocumentError

_PIXELS = 1400  # across, and half as many again down, at most
_READ_SECONDS = 20  # for the words of a scan, which take two to five: someone is waiting for the page
_LARGEST_SCALE = 3.0  # pixels a point: small pages need no more


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page: its picture as WebP, its size in points, and the boxes of what was looked for."""

    picture: bytes
    width: float
    height: float
    boxes: tuple[Box, ...]


def draw_page(data: bytes, number: int, quotes: Sequence[str], limits: Limits | None = None) -> DrawnPage:
    """Draw a page (from 1) of a PDF's bytes, and find `quotes`, texts that were read from it.

    Raises:
        DocumentError: if it cannot be drawn, or not within the limits.
    """
    limits = Limits.in_force(limits)
    modules = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    request = json.dumps(
        {
            "page": number,
            "quotes": list(quotes),
            "memory_mb": limits.memory_mb,
            "languages": limits.ocr_languages,
        }
    )
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "rag.documents.drawing"],
            input=request.encode() + b"\n" + data,
            capture_output=True,
            check=False,
            timeout=limits.seconds,
            env={**os.environ, "PYTHONPATH": modules},
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise DocumentError(f"page {number} takes longer than {limits.seconds} s to draw") from None
    except OSError as error:
        raise DocumentError(f"page {number} cannot be drawn now ({error.strerror}); try again") from error
    head, _, picture = done.stdout.partition(b"\n")
    try:
        answer = json.loads(head)
        boxes = tuple(Box(**box) for box in answer["boxes"])
        return DrawnPage(picture, float(answer["width"]), float(answer["height"]), boxes)
    except (ValueError, TypeError, KeyError) as error:
        raise DocumentError(f"page {number} cannot be drawn: the PDF may be damaged") from error


def _main() -> None:
    """Answer one request: a line of JSON and a PDF come in, a line of JSON and a picture go out."""
    import pypdfium2

    request = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    limit_memory(memory_in_use() + request["memory_mb"] * MB)
    page = pypdfium2.PdfDocument(data)[request["page"] - 1]
    width, height = page.get_size()
    scale = min(_LARGEST_SCALE, _PIXELS / width, 1.5 * _PIXELS / height)
    boxes = [asdict(box) for quote in request["quotes"] for box in _places(page, quote, request["languages"])]
    picture = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(picture, "WEBP", quality=80)
    sys.stdout.buffer.write(json.dumps({"width": width, "height": height, "boxes": boxes}).encode() + b"\n")
    sys.stdout.buffer.write(picture.getvalue())


def _places(page: Any, quote: str, languages: str) -> list[Box]:
    """Return where a quote stands on a page; on a picture of text by reading it once more, where Tesseract is there."""
    found = places(page, quote)
    can_read = tesseract_languages(languages)
    if found or not can_read or not is_scan(page, page_lines(page)):
        return found
    return scan_places(page, quote, can_read, _READ_SECONDS)


if __name__ == "__main__":
    _main()
