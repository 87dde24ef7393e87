"""Write the seed corpus's PDFs from `pdf_texts.py`, the same bytes each time, and check that they read back exactly.

Run in the repository root: `.venv/bin/python seeds/make_pdfs.py`. It needs fpdf2, uharfbuzz (shaping) and
Debian's `fonts-noto-core` and `fonts-dejavu-core`.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from fpdf import FPDF
from pdf_texts import TEXTS

SEEDS = Path(__file__).parent
FONTS = Path("/usr/share/fonts/truetype")
NASKH = FONTS / "noto/NotoNaskhArabic-Regular.ttf"
DEJAVU = FONTS / "dejavu/DejaVuSans.ttf"


def write_pdf(path: Path, language: str, date: str, title: str, paragraphs: tuple[str, ...]) -> None:
    """Set `title` and `paragraphs` on A4 pages and write them to `path`."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.fromisoformat(date).replace(tzinfo=UTC))  # not the clock: the same bytes each time
    pdf.set_title(title)
    pdf.set_author("The Sanad authors")
    pdf.set_lang(language)
    pdf.set_margin(25)
    pdf.add_font("body", "", NASKH if language == "ar" else DEJAVU)
    pdf.add_font("other", "", DEJAVU)
    pdf.set_fallback_fonts(["other"])  # Noto Naskh has no straight quotation mark
    pdf.set_font("body")
    pdf.set_text_shaping(True)
    pdf.add_page()
    align = "R" if language == "ar" else "L"
    for number, paragraph in enumerate((title, *paragraphs)):
        if paragraph == "\f":
            pdf.add_page()
            continue
        pdf.set_font_size(17 if number == 0 else 12)
        pdf.multi_cell(0, 11 if number == 0 else 7.5, paragraph, align=align, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
    pdf.output(str(path))


def read_back(path: Path) -> str:
    """Return the text that PDFium finds in the file, with every run of white space as one space."""
    with pypdfium2.PdfDocument(path) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


def main() -> None:
    """Write every PDF; end with an error if one does not read back as it was written."""
    for name, (language, date, title, paragraphs) in TEXTS.items():
        path = SEEDS / name
        write_pdf(path, language, date, title, paragraphs)
        expected = " ".join(" ".join((title, *paragraphs)).split())
        if (found := read_back(path)) != expected:
            sys.exit(f"{path}: reads back as\n{found}\nexpected\n{expected}")
        print(f"{path}: {path.stat().st_size} bytes, reads back exactly")


if __name__ == "__main__":
    main()
