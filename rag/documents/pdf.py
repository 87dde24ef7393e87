"""PDF → text with page numbers, by pdfium; scanned pages by Tesseract, where it is installed."""

import threading
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from rag.documents.dates import find_date, iso_date
from rag.documents.limits import Limits
from rag.documents.ocr import tesseract_languages
from rag.documents.parsed import Parsed, join_pages
from rag.documents.pdf_lines import Line, page_lines
from rag.documents.pdf_paragraphs import page_texts
from rag.documents.pdf_scans import is_scan, listed, read_scan
from rag.documents.stated import stated_title
from rag.errors import DocumentError

_pdfium_lock = threading.Lock()  # pdfium is not thread-safe, not even on different documents


@dataclass
class _Contents:
    """The lines of each page; the numbers of scanned pages, with their texts where they could be read; the metadata."""

    pages: list[list[Line]] = field(default_factory=list)
    scans: dict[int, str | None] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)


def read_pdf(data: bytes, limits: Limits) -> Parsed:
    """Read a PDF's text layer, and its scanned pages if Tesseract is there; `pages` says where each page's text lies.

    Raises:
        DocumentError: The PDF is damaged, encrypted, has too many pages, or is a scan that cannot be read.

    """
    languages = tesseract_languages(limits.ocr_languages)
    with _pdfium_lock:
        contents = _extract(data, languages, limits)
    texts = page_texts(contents.pages)
    for number, recognised in contents.scans.items():
        texts[number - 1] = recognised or texts[number - 1]
    unread = [number for number, text in contents.scans.items() if text is None]
    if not any(texts) or (len(unread) == len(texts) and unread):
        raise DocumentError(_nothing_found(len(texts), languages, limits))
    text, pages = join_pages(texts)
    return Parsed(
        text=text,
        title=stated_title(contents.about.get("Title")),
        # The day on the first page, if there is one: the metadata may only tell of the day of the export.
        date=find_date(text) or _date(contents.about),
        pages=pages,
        notes=_notes(contents.scans, unread, languages),
    )


def _extract(data: bytes, languages: str, limits: Limits) -> _Contents:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise DocumentError("is an encrypted PDF; save it again without a password") from None
        raise DocumentError("is a damaged PDF or none at all; open it in a PDF reader and save it again") from None
    try:
        if len(document) > limits.pages:
            found = f"has {len(document):,} pages; at most {limits.pages:,} are read"
            raise DocumentError(f"{found}: split it or raise RAG_MAX_PAGES")
        contents = _Contents(about=document.get_metadata_dict(skip_empty=True))
        for number, page in enumerate(document, start=1):
            lines = page_lines(page)
            contents.pages.append(lines)
            if is_scan(page, lines):
                can_read = languages and len(contents.scans) < limits.ocr_pages
                contents.scans[number] = read_scan(page, languages, limits) if can_read else None
            page.close()
        return contents
    except pypdfium2.PdfiumError:
        raise DocumentError("is a damaged PDF (a page is broken); open it in a PDF reader and save it again") from None
    finally:
        document.close()


def _nothing_found(pages: int, languages: str, limits: Limits) -> str:
    found = f"has no text in its {pages} page{'s' * (pages != 1)} (a scan?)"
    if languages:
        return f"{found}, and Tesseract read none in its pictures; run OCR on it with other means, or leave it out"
    wanted = f"install Tesseract with {limits.ocr_languages.replace('+', ' and ')}" if limits.ocr_languages else ""
    return f"{found}; {wanted or 'set RAG_OCR_LANGUAGES'}, or run OCR on it first, for example with ocrmypdf"


def _notes(scans: dict[int, str | None], unread: list[int], languages: str) -> tuple[str, ...]:
    read = [number for number in scans if number not in unread]
    notes = []
    if read:
        notes.append(f"{listed(read)}, read by Tesseract ({languages}): some letters may be wrong")
    if unread:
        notes.append(f"{listed(unread)} and could not be read: install Tesseract, or raise RAG_MAX_OCR_PAGES")
    return tuple(notes)


def _date(about: dict[str, str]) -> str | None:
    stamp = about.get("CreationDate", "").removeprefix("D:")
    return iso_date(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}")
