"""PDF → text with page numbers, by pdfium."""

import threading

import pypdfium2
import pypdfium2.raw as pdfium

from rag.documents.dates import find_date, iso_date
from rag.documents.parsed import Parsed
from rag.documents.pdf_lines import Line, lines_of
from rag.documents.pdf_paragraphs import page_texts
from rag.errors import DocumentError
from rag.models import Page

_pdfium_lock = threading.Lock()  # pdfium is not thread-safe, not even on different documents
_PAGE_BREAK = "\n\n"


def read_pdf(data: bytes) -> Parsed:
    """Read a PDF's text layer; `pages` says where each page's text lies.

    Raises:
        DocumentError: The PDF is damaged, encrypted, or has no text (a scan).

    """
    with _pdfium_lock:
        lines, about = _extract(data)
    if not any(lines):
        count = f"{len(lines)} page{'s' * (len(lines) != 1)}"
        raise DocumentError(f"has no text in its {count} (a scan?); run OCR on it first, for example with ocrmypdf")
    texts = page_texts(lines)
    pages, offset = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, offset, offset + len(text)))
        offset += len(text) + len(_PAGE_BREAK)
    text = _PAGE_BREAK.join(texts)
    # The day on the first page, if there is one: the metadata may only tell of the day of the export.
    return Parsed(text=text, title=_title(about), date=find_date(text) or _date(about), pages=tuple(pages))


def _extract(data: bytes) -> tuple[list[list[Line]], dict[str, str]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise DocumentError("is an encrypted PDF; save it again without a password") from None
        raise DocumentError("is a damaged PDF or none at all; open it in a PDF reader and save it again") from None
    try:
        return [_page_lines(page) for page in document], document.get_metadata_dict(skip_empty=True)
    except pypdfium2.PdfiumError:
        raise DocumentError("is a damaged PDF (a page is broken); open it in a PDF reader and save it again") from None
    finally:
        document.close()


def _page_lines(page: pypdfium2.PdfPage) -> list[Line]:
    textpage = page.get_textpage()
    try:
        return lines_of(textpage, page.get_rotation())
    finally:
        textpage.close()
        page.close()


def _title(about: dict[str, str]) -> str | None:
    """Return the title in the metadata, unless the program that made the PDF put a file's name there."""
    title = about.get("Title", "").replace("\0", "").strip()
    is_name = title.lower().endswith((".html", ".htm", ".pdf", ".doc", ".docx", ".odt", ".txt", ".md", ".tex", ".indd"))
    placeholder = title.lower() in {"untitled", "untitled document", "document", "about:blank"}
    return None if is_name or placeholder or title.startswith("Microsoft Word - ") else title or None


def _date(about: dict[str, str]) -> str | None:
    stamp = about.get("CreationDate", "").removeprefix("D:")
    return iso_date(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}")
