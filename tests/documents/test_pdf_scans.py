import difflib
import io

import pypdfium2
import pytest
from fpdf import FPDF
from installed import NASKH, needs_naskh, needs_tesseract
from PIL import Image

from rag.documents import read_document
from rag.documents.limits import Limits
from rag.errors import DocumentError

ARABIC = [
    "افتتحت بلدية المدينة صباح الأحد محطة جديدة لتنقية المياه على ضفة النهر.",
    "وقالت إن المحطة تنتج كل يوم ما يكفي ثلث سكان المدينة من مياه الشرب.",
]
ENGLISH = ["The municipality opened a new water station on Sunday.", "It makes enough for a third of the town."]


def picture_of(paragraphs, font=None) -> Image.Image:
    pdf = FPDF()
    pdf.add_page()
    if font:
        pdf.add_font("arabic", "", font)
        pdf.set_text_shaping(True)
    pdf.set_font("arabic" if font else "helvetica", size=16)
    for paragraph in paragraphs:
        pdf.multi_cell(0, 12, paragraph, align="R" if font else "L", new_x="LMARGIN")
        pdf.ln(10)
    with pypdfium2.PdfDocument(bytes(pdf.output())) as document:
        page = document[0]
        image = page.render(scale=200 / 72).to_pil().copy()
        page.close()
    return image


def scan(*pages, stamp="") -> bytes:
    """A PDF of pages that are pictures, or texts."""
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    pdf.set_font("helvetica", size=12)
    for page in pages:
        pdf.add_page()
        if isinstance(page, str):
            pdf.multi_cell(0, 8, page)
            continue
        buffer = io.BytesIO()
        page.save(buffer, "PNG")
        pdf.image(buffer, x=0, y=0, w=pdf.w, h=pdf.h)
        if stamp:
            pdf.set_xy(10, 280)
            pdf.cell(0, 6, stamp)
    return bytes(pdf.output())


def read(tmp_path, data, languages=""):
    path = tmp_path / "scan.pdf"
    path.write_bytes(data)
    return read_document(path, limits=Limits(ocr_languages=languages))


@pytest.mark.parametrize("stamp", ["", "Scanned with a telephone"])
def test_a_scan_is_told_of(tmp_path, stamp):
    with pytest.raises(DocumentError, match=r"has no text in its 2 pages \(a scan\?\); set RAG_OCR_LANGUAGES, or run"):
        read(tmp_path, scan(picture_of(ENGLISH), picture_of(ENGLISH), stamp=stamp))


def test_scanned_pages_among_others_are_told_of(tmp_path):
    pictures = [picture_of(ENGLISH)] * 2
    document = read(tmp_path, scan("A page of text, with words.", *pictures, "More of the text."))
    assert document.text == "A page of text, with words.\n\n\n\n\n\nMore of the text."
    assert document.notes == (
        "pages 2-3 are scans and could not be read: install Tesseract, or raise RAG_MAX_OCR_PAGES",
    )


def test_pictures_beside_text_are_no_scan(tmp_path):
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.multi_cell(0, 8, "The picture below shows the station in spring.")
    pdf.image(Image.new("RGB", (50, 50), "green"), w=80)
    assert read(tmp_path, bytes(pdf.output())).notes == ()


def likeness(text, expected) -> float:
    return difflib.SequenceMatcher(None, text, expected, autojunk=False).ratio()


def test_english_scans_are_read(tmp_path):
    needs_tesseract("eng")
    document = read(tmp_path, scan("A page of text, with words.", picture_of(ENGLISH)), "eng")
    page = document.pages[1]
    assert likeness(document.text[page.start : page.end], "\n\n".join(ENGLISH)) > 0.97
    assert document.notes == ("page 2 is a scan, read by Tesseract (eng): some letters may be wrong",)


def test_arabic_scans_are_read_in_logical_order(tmp_path):
    needs_tesseract("ara+eng")
    needs_naskh()
    document = read(tmp_path, scan(picture_of(ARABIC, NASKH), stamp="CamScanner"), "ara+eng")
    assert document.language == "ar"
    assert likeness(document.text, "\n\n".join(ARABIC)) > 0.9


def test_only_so_many_scanned_pages_are_read(tmp_path):
    needs_tesseract("eng")
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(*[picture_of(ENGLISH)] * 3))
    document = read_document(path, limits=Limits(ocr_languages="eng", ocr_pages=2))
    assert "page 3 is a scan and could not be read" in document.notes[1]
    assert document.pages[2].start == document.pages[2].end


def test_a_white_page_is_told_of(tmp_path):
    needs_tesseract("eng")
    with pytest.raises(DocumentError, match="and Tesseract read none in its pictures"):
        read(tmp_path, scan(Image.new("RGB", (50, 50), "white")), "eng")
