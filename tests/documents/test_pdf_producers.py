"""Known Arabic text through the programs that make PDFs, compared character by character; fpdf2 and Chromium: `test_pdf.py`."""

import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from arabic_reshaper import ArabicReshaper
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from rag.documents import read_document
from rag.documents.pdf_bidi import ligature

ARABIC = [
    "خطة العمل (المرحلة الأولى) لعام 2024",
    "بلغ عدد السكان 12,345 نسمة بنسبة 7.5% في 12/05/2022، أي ما بين 10 - 20 ألفا.",
    "استخدمت شركة OpenAI Inc. نموذج GPT-4 في «مشروع النور» لتحليل البيانات [المرجع 3] كلها.",
    "رقم الهاتف: ٠١٢٣٤٥٦٧٨٩ والبريد info@example.com والموقع https://example.com/a.",
    "هل هذا صحيح؟ نعم؛ لا شك في ذلك! الإسلام والألوان والآن ولا بأس، والله أعلم.",
    'قال: "هذا نص" ثم أضاف (وهو يبتسم): «شكرا».',
    "اللغة الفارسية: پرچم گل چای ژاله و کتاب های من است.",
    "المادة 15-أ من القانون رقم 7/2019 بتاريخ ٤ كانون الثاني ٢٠٢٥.",
    "افتتحت بلدية المدينة صباح الأحد محطة جديدة لتنقية المياه على ضفة النهر، بعد عامين من أعمال البناء التي شارك فيها "
    "أكثر من مئتي عامل ومهندس من أنحاء البلاد، وقالت إن المحطة تنتج أربعين ألف متر مكعب كل يوم.",
]
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
NASKH = Path("/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf")


@pytest.mark.parametrize("font", ["Noto Naskh Arabic", "Noto Sans Arabic"])
def test_arabic_exported_by_libreoffice(tmp_path, font):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice to export with: install libreoffice-writer-nogui")
    document = docx.Document()
    for text in ARABIC:
        paragraph = document.add_paragraph()
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        properties = paragraph.add_run(text)._r.get_or_add_rPr()
        fonts = OxmlElement("w:rFonts")
        for script in ("cs", "ascii", "hAnsi"):
            fonts.set(qn(f"w:{script}"), font)
        properties.extend([fonts, OxmlElement("w:rtl")])
    document.save(tmp_path / "page.docx")
    flags = ["--headless", f"-env:UserInstallation={(tmp_path / 'user').as_uri()}", "--convert-to", "pdf", "--outdir"]
    command = [office, *flags, str(tmp_path), str(tmp_path / "page.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert read_document(tmp_path / "page.pdf").text.split("\n\n") == ARABIC
    assert read_document(tmp_path / "page.docx").text.split("\n\n") == ARABIC


def as_seen(line: str) -> str:
    """The letters of a line in the order they are seen in, brackets mirrored: what python-bidi's `get_display` returns."""
    seen = BidiParagraph(text=line, base_direction=TextDirection.RTL).get_reordered_string()
    return seen.translate(str.maketrans("()[]«»", ")(][»«"))


def draw(path, paragraphs, font, shape) -> None:
    """Draw Arabic the usual way in Python: letters as presentation forms, put into the order they are seen in."""
    if not font.is_file():
        pytest.skip(f"no {font}")
    pdfmetrics.registerFont(TTFont(font.stem, font))
    canvas = Canvas(str(path))
    canvas.setFont(font.stem, 12)
    height = 800
    for paragraph in paragraphs:
        lines = [""]
        for word in paragraph.split():
            longer = f"{lines[-1]} {word}".strip()
            if pdfmetrics.stringWidth(shape.reshape(longer), font.stem, 12) > 500:
                lines.append(word)
            else:
                lines[-1] = longer
        for line in lines:
            canvas.drawRightString(560, height, as_seen(shape.reshape(line)))
            height -= 18
        height -= 18
    canvas.save()


def test_arabic_drawn_with_reportlab(tmp_path):
    # DejaVu has no glyph for the ligature Allah.
    draw(tmp_path / "page.pdf", ARABIC, DEJAVU, ArabicReshaper({"ARABIC LIGATURE ALLAH": False}))
    assert read_document(tmp_path / "page.pdf").text.split("\n\n") == ARABIC


def test_the_ligature_allah_is_one_glyph_and_a_word_again(tmp_path):
    text = "الحمد لله، والله أعلم، وعبد الله هنا."
    draw(tmp_path / "page.pdf", [text], NASKH, ArabicReshaper())
    assert read_document(tmp_path / "page.pdf").text == text
    assert ligature("الله") == ligature("هللا") == "الله"


def test_what_the_font_cannot_show_does_not_turn_numbers_round(tmp_path):
    # Noto Naskh has neither slash nor per cent: they are lost, and the digits beside them were read backwards.
    draw(tmp_path / "page.pdf", ["بلغت 7.5% في 12/05/2022، أي كما كانت."], NASKH, ArabicReshaper())
    text = read_document(tmp_path / "page.pdf").text
    assert "7.5" in text
    assert "12052022" in text
