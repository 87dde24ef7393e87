"""What of the system's own a test needs, or else is skipped, saying so."""

from pathlib import Path

import pytest

from rag.documents.ocr import tesseract_languages

NASKH = Path("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf")


def needs_tesseract(languages: str) -> None:
    if tesseract_languages(languages) != languages:
        pytest.skip(f"no Tesseract with {languages} to read scans with: install tesseract-ocr and tesseract-ocr-ara")


def needs_naskh() -> None:
    if not NASKH.is_file():
        pytest.skip(f"no {NASKH}: install fonts-noto-core")
