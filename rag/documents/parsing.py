"""The readers of all formats. Only a reader's own process imports this (`worker.py`): it takes a second and 60 MB."""

from collections.abc import Callable
from pathlib import Path

from rag.documents.delimited import read_delimited
from rag.documents.docx import read_docx
from rag.documents.eml import read_eml
from rag.documents.epub import read_epub
from rag.documents.html import read_html
from rag.documents.jsonfiles import read_json, read_json_lines
from rag.documents.limits import Limits
from rag.documents.markdown import read_markdown
from rag.documents.parsed import Parsed
from rag.documents.pdf import read_pdf
from rag.documents.plain import read_plain
from rag.documents.pptx import read_pptx
from rag.documents.settling import document_of
from rag.documents.xlsx import read_xlsx
from rag.models import Document

_SIMPLE: dict[str, Callable[[bytes], Parsed]] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".eml": read_eml,
}
_WITHIN_LIMITS: dict[str, Callable[[bytes, Limits], Parsed]] = {
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".xlsx": read_xlsx,
    ".epub": read_epub,
}
SUFFIXES = frozenset(_SIMPLE | _WITHIN_LIMITS)


def parse(path: Path, source: str, limits: Limits) -> Document:
    """Read a file of any format, in this process.

    Raises:
        DocumentError: The file cannot be read as a document.
        MemoryError: There was not enough.

    """
    suffix = path.suffix.lower()
    if suffix in _SIMPLE:
        return document_of(path, source, _SIMPLE[suffix], limits)
    return document_of(path, source, lambda data: _WITHIN_LIMITS[suffix](data, limits), limits)
