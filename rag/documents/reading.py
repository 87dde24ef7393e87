"""`read_document`: one file → one `Document`."""

import hashlib
import unicodedata
from collections.abc import Callable
from pathlib import Path

from rag.documents.dates import find_date
from rag.documents.html import read_html
from rag.documents.markdown import read_markdown
from rag.documents.parsed import Parsed
from rag.documents.pdf import read_pdf
from rag.documents.plain import read_plain
from rag.documents.titles import first_headline, title_from_name
from rag.errors import DocumentError
from rag.models import Document
from rag.text.languages import detect_language

_READERS: dict[str, Callable[[bytes], Parsed]] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
}
SUPPORTED_SUFFIXES: tuple[str, ...] = tuple(_READERS)

_LONGEST_TITLE = 150  # characters: it is embedded with each sentence, and must leave room for it


def read_document(path: Path, *, source: str | None = None) -> Document:
    """Read a file: its text, title, language, date (if it tells one) and pages (if it has them).

    `source` is the name that people will see, the path by default; the document's id is made from it.

    Raises:
        DocumentError: The file is missing, unreadable, empty, damaged, encrypted, scanned or of an unsupported kind.
            The message does not repeat the path.

    """
    source = path.as_posix() if source is None else source
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        found = f"{path.suffix} files are" if path.suffix else "a file without an extension is"
        raise DocumentError(f"{found} not supported; convert it to one of {', '.join(SUPPORTED_SUFFIXES)}")
    data = _bytes(path)
    try:
        parsed = reader(data)
    except DocumentError:
        raise
    except Exception as error:  # a parser's own failure must not keep the other files from being read
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise DocumentError(f"cannot be read as {path.suffix} ({reason}); open it and save it anew") from error
    if not any(character.isalnum() for character in parsed.text):
        raise DocumentError("holds no text; expected at least one word: fill the file or leave it out")
    title = parsed.title or first_headline(parsed.text) or title_from_name(path.stem)
    return Document(
        id=hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:16],
        source=source,
        title=unicodedata.normalize("NFC", " ".join(title.split())[:_LONGEST_TITLE]),
        language=detect_language(parsed.text, default=parsed.language or "und"),
        date=parsed.date or find_date(parsed.text),
        text=parsed.text,
        pages=parsed.pages,
    )


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError("there is no such file; check the path") from None
    except IsADirectoryError:
        raise DocumentError("is a folder; expected a file") from None
    except PermissionError:
        raise DocumentError("may not be read; give yourself permission to read it (chmod u+r)") from None
    except OSError as error:
        raise DocumentError(f"cannot be read ({error.strerror}); check the disk or copy the file elsewhere") from error
    if not data:
        raise DocumentError("is empty (0 bytes); fill the file or leave it out")
    return data
