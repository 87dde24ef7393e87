"""Pictures of text → text, by Tesseract, where it is installed: a program of the system, no Python package."""

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

import regex

from rag.documents.encodings import clean
from rag.documents.joining import join_lines
from rag.documents.parsed import PARAGRAPH_BREAK

_DIRECTIONS = regex.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks that Tesseract puts around numbers
_WORD = "5"  # the level of words in Tesseract's table of what it found


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
    found = _tesseract(pixels, width, height, languages, seconds, "txt")
    if found is None:
        return None
    text = _DIRECTIONS.sub("", found).replace("\f", "\n\n")
    paragraphs = (paragraph.split("\n") for paragraph in regex.split(r"\n\s*\n", text))
    return clean(
        PARAGRAPH_BREAK.join(filter(None, (join_lines(map(str.strip, lines)).strip() for lines in paragraphs)))
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a picture, where it stands, in pixels from the left and upper edge, and the line that it is on."""

    text: str
    line: tuple[int, ...]
    left: int
    top: int
    right: int
    bottom: int


def recognise_words(pixels: bytes, width: int, height: int, languages: str, seconds: float) -> list[Word]:
    """Return the words in a picture, those that `recognise` reads, in its order; none if they could not be had in time."""
    table = io.StringIO(_tesseract(pixels, width, height, languages, seconds, "tsv") or "")
    return [
        Word(_DIRECTIONS.sub("", row["text"]), line, left, top, left + int(row["width"]), top + int(row["height"]))
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        if row["level"] == _WORD
        for line in [(int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))]
        for left, top in [(int(row["left"]), int(row["top"]))]
    ]


def _tesseract(pixels: bytes, width: int, height: int, languages: str, seconds: float, kind: str) -> str | None:
    """Return what Tesseract writes of a picture, as `txt` or `tsv`; None if it fails, or takes longer."""
    picture = b"P5\n%d %d\n255\n" % (width, height) + pixels
    command = ["tesseract", "-", "-", "-l", languages, "--dpi", "300", kind]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=seconds, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout.decode("utf-8", "replace")
