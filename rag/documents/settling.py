"""One file, one reader → one `Document`: its title, language and date are settled here, whatever the format."""

import hashlib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import regex

from rag.documents.dates import find_date
from rag.documents.encodings import clean
from rag.documents.files import read_bytes
from rag.documents.limits import Limits
from rag.documents.parsed import Parsed
from rag.documents.titles import first_headline, title_from_name
from rag.errors import DocumentError
from rag.models import Document
from rag.text.languages import detect_language

_LONGEST_TITLE = 150  # characters: it is embedded with each sentence, and must leave room for it
_LONGEST_REASON = 120
_CONTROLS = regex.compile(r"[\p{Cc}\p{Zl}\p{Zp}]")
_UNPRINTABLE = regex.compile(r"[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]")


def document_of(path: Path, source: str, read: Callable[[bytes], Parsed], limits: Limits) -> Document:
    """Read the file with `read`, a format's reader, and settle what the file left open.

    Raises:
        DocumentError: The file cannot be read as a document; never another exception of the reader's.
        MemoryError: There was not enough.

    """
    data = read_bytes(path, limits)
    try:
        parsed = read(data)
    except DocumentError as error:  # some quote the file
        raise DocumentError(printable(str(error))) from error.__cause__
    except MemoryError:
        raise
    except Exception as error:  # a parser's own failure must not keep the other files from being read
        reason = printable(str(error))[:_LONGEST_REASON] or type(error).__name__
        raise DocumentError(f"cannot be read as {path.suffix} ({reason}); open it and save it anew") from error
    if not any(character.isalnum() for character in parsed.text):
        raise DocumentError("holds no text; expected at least one word: fill the file or leave it out")
    headline = first_headline(parsed.text) if parsed.is_prose else None
    title = clean(parsed.title or "").strip() or headline or title_from_name(clean(path.stem))
    return Document(
        id=hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:16],
        source=source,
        title=unicodedata.normalize("NFC", " ".join(title.split())[:_LONGEST_TITLE]),
        language=detect_language(parsed.own_words or parsed.text, default=parsed.language or "und"),
        date=parsed.date or (find_date(parsed.text) if parsed.is_prose else None),
        text=parsed.text,
        pages=parsed.pages,
        notes=parsed.notes,
    )


def printable(text: str) -> str:
    r"""Return `text` on one line that changes nothing on a terminal: control characters as `\n` or `\x1b`.

    >>> printable("two\nlines")
    'two\\nlines'
    """
    return _UNPRINTABLE.sub(lambda one: one[0].encode("unicode_escape").decode(), text)


def has_control_characters(name: str) -> bool:
    r"""Tell whether a file's name would break the line it is told in; bytes that are no UTF-8 are another matter.

    >>> has_control_characters("two\nlines.txt"), has_control_characters("one line.txt")
    (True, False)
    """
    return _CONTROLS.search(name) is not None
