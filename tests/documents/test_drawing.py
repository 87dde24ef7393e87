"""Drawn pages: what is marked is where the words stand. The sentence to find is red in these PDFs, all else is black."""

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from fpdf import FPDF
from installed import NASKH, needs_naskh, needs_tesseract
from PIL import Image

from rag.documents import read_document
from rag.documents.drawing import DrawnPage, draw_page
from rag.documents.limits import Limits
from rag.errors import DocumentError

BEFORE = "The municipality opened a new water station on Sunday, after two years of work by the river. "
QUOTE = (
    "It makes forty thousand cubic metres a day, which is enough for a third of the town, said the engineer in charge."
)
AFTER = " The second stage will follow in the spring."


def red_sentence(size: int = 12) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=size)
    for text, colour in ((BEFORE, (0, 0, 0)), (QUOTE, (255, 0, 0)), (AFTER, (0, 0, 0))):
        pdf.set_text_color(*colour)
        pdf.write(9, text)
    return bytes(pdf.output())


def turned(data: bytes, rotation: int, crop: tuple[float, float, float, float] | None = None) -> bytes:
    """Write the page as a scanner lays it down: its contents on their side, and the page turned so that they are upright."""
    with pypdfium2.PdfDocument(data) as document:
        page = document[0]
        width, height = page.get_size()
        a, b, c, d, e, f = {
            0: (1, 0, 0, 1, 0, 0),
            90: (0, 1, -1, 0, height, 0),
            180: (-1, 0, 0, -1, width, height),
            270: (0, -1, 1, 0, 0, width),
        }[rotation]
        for thing in page.get_objects():
            thing.transform(pypdfium2.PdfMatrix(a, b, c, d, e, f))
        page.gen_content()
        page.set_mediabox(0, 0, *((height, width) if rotation in {90, 270} else (width, height)))
        page.set_rotation(rotation)
        if crop:
            (x1, y1), (x2, y2) = ((a * x + c * y + e, b * x + d * y + f) for x, y in (crop[:2], crop[2:]))
            page.set_cropbox(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        saved = io.BytesIO()
        document.save(saved)
    return saved.getvalue()


def shares(drawn: DrawnPage) -> tuple[float, float]:
    """Return which share of the red is in the boxes, and which share of what is in the boxes is red (of all ink)."""
    picture = Image.open(io.BytesIO(drawn.picture)).convert("RGB")
    pixels = np.asarray(picture).astype(int)
    scale = picture.width / drawn.width
    red = (pixels[..., 0] > 170) & (pixels[..., 1] < 120) & (pixels[..., 2] < 120)
    black = pixels.max(axis=-1) < 90
    inside = np.zeros(red.shape, bool)
    for box in drawn.boxes:
        top, left = max(0, round(box.y * scale)), max(0, round(box.x * scale))
        inside[top : round((box.y + box.height) * scale), left : round((box.x + box.width) * scale)] = True
    assert red.sum() > 500
    return float((red & inside).sum() / red.sum()), float((red & inside).sum() / ((red | black) & inside).sum())


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (20.0, 600.0, 560.0, 830.0)])
def test_a_sentence_in_a_paragraph_is_marked_and_nothing_else(rotation: int, crop: tuple[float, ...] | None) -> None:
    drawn = draw_page(turned(red_sentence(), rotation, crop), 1, [QUOTE])
    found, own = shares(drawn)
    assert found > 0.98 and own > 0.98
    assert len(drawn.boxes) in {2, 3}
    assert (drawn.width > drawn.height) is (crop is not None)


@pytest.mark.skipif(not NASKH.exists(), reason=f"no {NASKH}")
def test_an_arabic_sentence_of_two_lines_is_marked() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("naskh", "", NASKH)
    pdf.set_font("naskh", size=14)
    pdf.set_text_shaping(True)
    quote = (
        "وقالت إن المحطة تنتج كل يوم ما يكفي ثلث سكان المدينة من مياه الشرب، "
        "وإن أعمال المرحلة الثانية تبدأ في الربيع القادم إن شاء الله."
    )
    for text, red in (("افتتحت البلدية محطة جديدة.", 0), (quote, 255), ("هذا كل شيء عن المحطة.", 0)):
        pdf.set_text_color(red, 0, 0)
        pdf.multi_cell(120, 9, text, align="R", new_x="LMARGIN", new_y="NEXT")
    drawn = draw_page(bytes(pdf.output()), 1, [quote])
    found, own = shares(drawn)
    assert found > 0.97 and own > 0.97
    assert len(drawn.boxes) >= 2


def scanned(data: bytes) -> bytes:
    """Return the page as a PDF of its picture."""
    with pypdfium2.PdfDocument(data) as document:
        picture = io.BytesIO()
        document[0].render(scale=200 / 72).to_pil().save(picture, "PNG")
    pdf = FPDF()
    pdf.add_page()
    pdf.image(picture, x=0, y=0, w=pdf.w, h=pdf.h)
    return bytes(pdf.output())


def test_a_sentence_on_a_scan_is_marked_where_tesseract_reads_it() -> None:
    needs_tesseract("eng")
    found, own = shares(draw_page(scanned(red_sentence()), 1, [QUOTE], Limits(ocr_languages="eng")))
    assert found > 0.95 and own > 0.95


def test_a_sentence_on_an_arabic_scan_is_marked(tmp_path: Path) -> None:
    needs_tesseract("ara+eng")
    needs_naskh()
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("naskh", "", NASKH)
    pdf.set_text_shaping(True)
    pdf.set_font("naskh", size=20)
    sentences = (
        ("افتتحت بلدية المدينة صباح الأحد محطة جديدة لتنقية المياه على ضفة النهر.", 0),
        ("وقالت إن المحطة تنتج كل يوم ما يكفي ثلث سكان المدينة من مياه الشرب.", 255),
        ("وتقع المحطة بين الحديقة والجسر القديم.", 0),
    )
    for text, red in sentences:
        pdf.set_text_color(red, 0, 0)
        pdf.multi_cell(150, 12, text, align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(8)
    path = tmp_path / "scan.pdf"
    path.write_bytes(scanned(bytes(pdf.output())))
    limits = Limits(ocr_languages="ara+eng")
    # What Tesseract reads, right or wrong, is the document's text: of that the second paragraph is looked for.
    read = read_document(path, limits=limits).text.split("\n\n")[1]
    found, own = shares(draw_page(path.read_bytes(), 1, [read], limits))
    assert found > 0.95 and own > 0.95


def test_a_scan_is_not_read_anew_without_tesseracts_languages() -> None:
    assert draw_page(scanned(red_sentence()), 1, [QUOTE], Limits(ocr_languages="")).boxes == ()


def test_a_sentence_that_a_head_or_a_note_interrupts_is_marked_line_by_line() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    first, second = "It makes forty thousand cubic metres of water", "every single day of the year, said the engineer."
    for text, red in ((first, 255), ("Page 7 of the report", 0), (second, 255)):
        pdf.set_text_color(red, 0, 0)
        pdf.cell(text=text, new_x="LMARGIN", new_y="NEXT")
    found, own = shares(draw_page(bytes(pdf.output()), 1, [f"{first} {second}"]))
    assert found > 0.98 and own > 0.98


def test_what_is_not_on_the_page_is_not_marked_and_the_page_is_drawn_all_the_same() -> None:
    drawn = draw_page(red_sentence(), 1, ["Nobody ever wrote this sentence in that report."])
    assert drawn.boxes == () and Image.open(io.BytesIO(drawn.picture)).format == "WEBP"


def test_a_huge_page_makes_no_huge_picture() -> None:
    pdf = FPDF(format=(5000, 5000))
    pdf.add_page()
    assert Image.open(io.BytesIO(draw_page(bytes(pdf.output()), 1, []).picture)).size == (1400, 1400)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", red_sentence()[:700]])
def test_a_damaged_pdf_is_an_error_of_one_line(data: bytes) -> None:
    with pytest.raises(DocumentError, match="page 1 cannot be drawn"):
        draw_page(data, 1, [])


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def hang(command: list[str], timeout: float, **others: object) -> None:
        asked.append(timeout)
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(DocumentError, match="takes longer than 7 s"):
        draw_page(red_sentence(), 1, [], replace(Limits(), seconds=7))
    assert asked == [7]
