"""`read_document`: one file → one `Document`."""

from pathlib import Path

from rag.documents.limits import Limits
from rag.documents.plain import read_plain
from rag.documents.readers import readers
from rag.documents.settling import document_of
from rag.errors import DocumentError
from rag.models import Document

_TEXT = (".txt", ".md", ".html", ".htm", ".csv", ".tsv", ".json", ".jsonl", ".eml")
SUPPORTED_SUFFIXES: tuple[str, ...] = (*_TEXT, ".pdf", ".docx", ".pptx", ".xlsx", ".epub")


def read_document(path: Path, *, source: str | None = None, limits: Limits | None = None) -> Document:
    """Read a file: its text, title, language, date (if it tells one) and pages (if it has them).

    `source` is the name that people will see, the path by default; the document's id is made from it. `limits` are those
    of the settings by default. Plain text is read at once, anything else in a process of its own.

    Raises:
        DocumentError: The file is missing, no regular file, unreadable, empty, damaged, encrypted, scanned, of an
            unsupported kind, or not to be read within the limits. The message is one line and does not repeat the path.

    """
    source = path.as_posix() if source is None else source
    suffix = path.suffix.lower()
    if suffix not in SUPPORTED_SUFFIXES:
        found = f"{path.suffix} files are" if path.suffix else "a file without an extension is"
        raise DocumentError(f"{found} not supported; convert it to one of {', '.join(SUPPORTED_SUFFIXES)}")
    limits = Limits.in_force(limits)
    if suffix == ".txt":  # nothing here can hang, and files of text are many
        return document_of(path, source, read_plain, limits)
    return readers().read(path, source, limits)
