import contextlib
import datetime
import io
import re
import shutil
import subprocess
import threading
import zlib
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from fpdf import FPDF

from rag.documents import read_document
from rag.documents.pdf_bidi import ligature, reading_order, unshape
from rag.errors import DocumentError

NOTO = Path("/usr/share/fonts/truetype/noto")
FONTS = ["NotoNaskhArabic-Regular.ttf", "NotoSansArabic-Regular.ttf"]
ARABIC = [
    "خطة العمل (المرحلة الأولى) لعام 2024",
    "بلغ عدد السكان 12,345 نسمة بنسبة 7.5% في 12/05/2022، أي ما بين 10 - 20 ألفا.",
    "استخدمت شركة OpenAI Inc. نموذج GPT-4 في «مشروع النور» لتحليل البيانات [المرجع 3].",
    "رقم الهاتف: ٠١٢٣٤٥٦٧٨٩ والبريد info@example.com والموقع https://example.com/a.",
    "هل هذا صحيح؟ نعم؛ لا شك في ذلك! الإسلام والألوان والآن ولا بأس، والله أعلم.",
    'قال: "هذا نص" ثم أضاف (وهو يبتسم): «شكرا».',
    "The English title includes كلمة عربية in the middle of a line.",
    "اللغة الفارسية: پرچم گل چای ژاله و کتاب های من است.",
    "المادة 15-أ من القانون رقم 7/2019 بتاريخ ٤ كانون الثاني ٢٠٢٥.",
    "افتتحت بلدية المدينة صباح الأحد محطة جديدة لتنقية المياه على ضفة النهر، بعد عامين من أعمال البناء التي شارك فيها "
    "أكثر من مئتي عامل ومهندس من أنحاء البلاد، وقالت إن المحطة تنتج أربعين ألف متر مكعب كل يوم.",
]
ENGLISH = [
    "The municipality announced on Sunday that a new station for cleaning water had been opened by the river, after "
    "two years of work in which more than two hundred people took part.",
    "It makes forty thousand cubic metres a day. That is enough for a third of the town, said the engineer in charge, "
    "and the second stage will follow in the spring.",
]
CHINESE = (
    "市政府星期日宣布，经过两年的建设，河边的新净水厂正式启用。"
    "工程师说，该厂每天生产四万立方米的水，足够全市三分之一的居民使用。"
) * 2


def latin_pdf(paragraphs=ENGLISH, pages=1, **metadata) -> FPDF:
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for key, value in metadata.items():
        getattr(pdf, f"set_{key}")(value)
    for _ in range(pages):
        pdf.add_page()
        for paragraph in paragraphs:
            pdf.multi_cell(100, 6, paragraph, align="L")
            pdf.ln(6)
    return pdf


def read(tmp_path, pdf, name="report.pdf"):
    path = tmp_path / name
    path.write_bytes(pdf if isinstance(pdf, bytes) else bytes(pdf.output()))
    return read_document(path)


def test_wrapped_lines_become_paragraphs(tmp_path):
    assert read(tmp_path, latin_pdf()).text == "\n\n".join(ENGLISH)


def test_pages_cover_the_text(tmp_path):
    words = ["one", "two", "three"]
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for word in words:
        pdf.add_page()
        for paragraph in (f"This is what page {word} says.", f"And more of {word}."):
            pdf.cell(0, 6, paragraph)
            pdf.ln(14)
    document = read(tmp_path, pdf)
    assert [page.number for page in document.pages] == [1, 2, 3]
    texts = [document.text[page.start : page.end] for page in document.pages]
    assert texts == [f"This is what page {word} says.\n\nAnd more of {word}." for word in words]
    assert "\n\n".join(texts) == document.text
    assert document.page_at(document.text.index("page two")) == 2
    assert document.page_at(0) == 1
    assert document.page_at(len(document.text) - 1) == 3


def test_an_empty_page_has_an_empty_span(tmp_path):
    pdf = latin_pdf()
    pdf.add_page()
    document = read(tmp_path, pdf)
    assert document.pages[1].start == document.pages[1].end == len(document.text)


def test_running_heads_and_page_numbers_are_left_out(tmp_path):
    bodies = ["The river rose.", "The town was dry.", "The pumps ran.", "The mayor left."]
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for number, body in enumerate(bodies, start=1):
        pdf.add_page()
        for line in (f"Annual report - page {number}", body, str(number)):
            pdf.cell(0, 6, line)
            pdf.ln(14)
    assert read(tmp_path, pdf).text.split() == " ".join(["Annual report - page 1", *bodies]).split()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["The muni-", "cipality has a municipality."], "The municipality has a municipality."),
        (["A well-", "known and a well-known man."], "A well-known and a well-known man."),
        (["The Pro Bowl-", "Safety was there today."], "The Pro Bowl-Safety was there today."),
    ],
)
def test_hyphens_at_line_ends(tmp_path, lines, expected):
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("courier", size=12)
    for line in lines:
        pdf.cell(0, 6, line)
        pdf.ln(6)
    assert read(tmp_path, pdf).text.replace("\n\n", " ") == expected


def test_headings_and_lists_keep_their_lines(tmp_path):
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", "B", size=18)
    pdf.cell(0, 10, "Water for the town")
    pdf.ln(10)
    pdf.set_font("helvetica", size=12)
    for paragraph in (ENGLISH[0], "The stages are:", "1. the pumps", "2. the basins", "3. the pipes", ENGLISH[1]):
        pdf.multi_cell(100, 6, paragraph, align="L", new_x="LMARGIN")
    document = read(tmp_path, pdf)
    expected = [
        "Water for the town",
        ENGLISH[0],
        "The stages are:",
        "1. the pumps",
        "2. the basins",
        "3. the pipes",
        ENGLISH[1],
    ]
    assert document.text.split("\n\n") == expected
    assert document.title == "Water for the town"


def test_title_and_date(tmp_path):
    made = datetime.datetime(2024, 3, 5, tzinfo=datetime.UTC)
    document = read(tmp_path, latin_pdf(title="The water report", creation_date=made))
    assert (document.title, document.date) == ("The water report", "2024-03-05")
    assert read(tmp_path, latin_pdf(title="report.docx")).title == "report"
    dated = read(tmp_path, latin_pdf(["4 January 2023", *ENGLISH], creation_date=made))
    assert dated.date == "2023-01-04"


def test_a_rotated_page_reads_like_any_other(tmp_path):
    document = pypdfium2.PdfDocument(bytes(latin_pdf().output()))
    expected = read(tmp_path, latin_pdf()).text
    page = document[0]
    page.set_rotation(180)
    page.gen_content()
    buffer = io.BytesIO()
    document.save(buffer)
    page.close()
    document.close()
    assert " ".join(read(tmp_path, buffer.getvalue()).text.split()) == " ".join(expected.split())


def test_an_encrypted_pdf(tmp_path):
    pdf = latin_pdf()
    pdf.set_encryption(owner_password="owner", user_password="user")
    with pytest.raises(DocumentError, match="is an encrypted PDF; save it again without a password"):
        read(tmp_path, pdf)


def test_many_threads_at_once(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(bytes(latin_pdf(pages=5).output()))
    texts = []
    threads = [threading.Thread(target=lambda: texts.append(read_document(path).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 8
    assert len(set(texts)) == 1


@pytest.mark.parametrize("font", FONTS)
def test_arabic_comes_out_in_reading_order(tmp_path, font):
    pytest.importorskip("uharfbuzz", reason="fpdf2 shapes Arabic with uharfbuzz")
    if not (NOTO / font).is_file():
        pytest.skip(f"no {font}")
    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("arabic", "", NOTO / font)
    pdf.add_font("latin", "", NOTO / "NotoSans-Regular.ttf")
    pdf.set_font("arabic", size=13)
    pdf.set_fallback_fonts(["latin"])
    pdf.set_text_shaping(True)
    for paragraph in ARABIC:
        pdf.multi_cell(0, 10, paragraph, align="R", new_x="LMARGIN")
        pdf.ln(5)
    document = read(tmp_path, pdf)
    assert document.text.split("\n\n") == ARABIC
    assert document.language == "ar"


def print_with_chromium(tmp_path, paragraphs, direction, font) -> Path:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium to print with")
    page = tmp_path / "page.html"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    style = f"body {{ font: 14pt '{font}' }}"
    page.write_text(f"<html dir={direction}><meta charset=utf-8><style>{style}</style>{body}</html>", encoding="utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={tmp_path / 'user'}",
    ]
    printed = tmp_path / "page.pdf"
    command = [chromium, *flags, f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return printed


@pytest.mark.browser
@pytest.mark.parametrize("font", ["Noto Naskh Arabic", "Noto Sans Arabic"])
def test_arabic_printed_by_chromium(tmp_path, font):
    # The right-to-left page moves the full stop of the Latin sentence; both read the same.
    document = read_document(print_with_chromium(tmp_path, ARABIC, "rtl", font))
    assert document.text.split("\n\n") == ARABIC


def what_the_pdf_says_of(path: Path, characters: set[str]) -> str:
    """Whether the PDF names these characters at all, and what pdfium makes of the page: who lost them, if any are lost."""
    streams = []
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL):
        with contextlib.suppress(zlib.error):
            streams.append(zlib.decompress(match[1]))
    lines = []
    for character in sorted(characters):
        code = f"{ord(character):04X}".encode()
        named = [stream for stream in streams if b"begincmap" in stream and code in stream]
        actual = sum(stream.count(b"<FEFF" + code + b">") for stream in streams)
        maps = [re.sub(rb"(?s).*endcodespacerange", b"", stream).decode() for stream in named]
        lines.append(f"U+{code.decode()}: ToUnicode {maps}, ActualText {actual} times")
    with pypdfium2.PdfDocument(path) as document:
        textpage = document[0].get_textpage()
        codes = [pdfium.FPDFText_GetUnicode(textpage.raw, at) for at in range(textpage.count_chars())]
        textpage.close()
    lines.append(f"read here: {[f'{code:X}' for code in codes]}")
    return "\n".join(lines)


@pytest.mark.browser
def test_chinese_lines_join_without_spaces(tmp_path):
    printed = print_with_chromium(tmp_path, [CHINESE, CHINESE], "ltr", "Noto Sans CJK SC")
    document = read_document(printed)
    # CI once lost every U+5E02 and nothing else, which nobody could repeat: should it come back, this tells where.
    lost = set(CHINESE) - set(document.text)
    assert document.text == f"{CHINESE}\n\n{CHINESE}", what_the_pdf_says_of(printed, lost)


def test_presentation_forms_are_undone():
    assert unshape("ﻣﺮﺣﺒﺎ ﷲ ½ ﬁ Ⅳ ②") == "مرحبا الله ½ ﬁ Ⅳ ②"


@pytest.mark.parametrize(
    ("letters", "expected"),
    [("ال", "لا"), ("لا", "لا"), ("ىل", "لى"), ("هلل", "لله"), ("ا", "ا"), ("في", "في"), ("يف", "في"), ("لل", "لل")],
)
def test_ligatures(letters, expected):
    assert ligature(letters) == expected


@pytest.mark.parametrize(
    ("seen", "rtl", "read_as"),
    [
        ("ملاعلا ابحرم", True, "مرحبا العالم"),
        ("DPG يلامجإلا جتانلا", True, "الناتج الإجمالي DPG"),
        ("20 - 10 نيب", True, "بين 10 - 20"),
        (".2024/05/12 يف", True, "في 2024/05/12."),
        ("4K ةشاش", True, "شاشة 4K"),
        ("(Open AI) ةكرش", True, "شركة (Open AI)"),
        (")ىلوألا( ةطخ", True, "خطة (الأولى)"),
        ("The word باتك means book", False, "The word كتاب means book"),
        ("plain text, 12.5", False, "plain text, 12.5"),
    ],
)
def test_reading_order(seen, rtl, read_as):
    assert reading_order(list(seen), rtl) == read_as
