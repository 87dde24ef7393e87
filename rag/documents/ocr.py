"""Pictures of text → text, by Tesseract, where it is installed: a program of the system, no Python package."""

import shutil
import subprocess
from functools import cache

import regex

from rag.documents.encodings import clean
from rag.documents.joining import join_lines
from rag.documents.parsed import PARAGRAPH_BREAK

_DIRECTIONS = regex.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks that Tesseract puts around numbers


def tesseract_languages(wanted: str) -> str:
    """Return those of the languages (`ara+eng`) that Tesseract is installed with; "" where there is none, or no Tesseract.

    >>> tesseract_languages("")
    ''
    """
    return "+".join(language for language in wanted.split("+") if language and language in _installed())


@cache
def _installed() -> frozenset[str]:
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False)
    return frozenset(listed.stdout.split("\n")[1:])


def recognise(pixels: bytes, width: int, height: int, languages: str, seconds: float) -> str | None:
    """Return the text in a picture, its paragraphs apart by a blank line; None if it could not be had in time.

    `pixels` are grey, one byte each, `width * height` of them, a row after another from the top.
    """
    picture = b"P5\n%d %d\n255\n" % (width, height) + pixels
    command = ["tesseract", "-", "-", "-l", languages, "--dpi", "300"]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=seconds, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    text = _DIRECTIONS.sub("", done.stdout.decode("utf-8", "replace")).replace("\f", "\n\n")
    paragraphs = (paragraph.split("\n") for paragraph in regex.split(r"\n\s*\n", text))
    return clean(
        PARAGRAPH_BREAK.join(filter(None, (join_lines(map(str.strip, lines)).strip() for lines in paragraphs)))
    )
