import datetime

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.documents import read_document
from rag.errors import DocumentError

ARABIC = "افتتحت البلدية محطة المياه الجديدة صباح الأحد."


def read(tmp_path, document, name="report.docx"):
    path = tmp_path / name
    document.save(path)
    return read_document(path)


def test_paragraphs_and_tables_in_reading_order(tmp_path):
    document = docx.Document()
    document.add_heading("محطة المياه", 0)
    document.add_paragraph(ARABIC)
    table = document.add_table(rows=3, cols=3)
    texts = [["المدينة", "الافتتاح", "السكان"], ["عدن", "1999", "1080500"], ["تعز", "2004", "940600"]]
    for row, cells in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("وقال المهندس: شكرا.").add_run().add_break()
    read_back = read(tmp_path, document)
    assert read_back.text.split("\n\n") == [
        "محطة المياه",
        ARABIC,
        "المدينة: عدن؛ الافتتاح: 1999؛ السكان: 1080500",
        "المدينة: تعز؛ الافتتاح: 2004؛ السكان: 940600",
        "وقال المهندس: شكرا.",
    ]
    assert (read_back.title, read_back.language, read_back.date, read_back.pages) == ("محطة المياه", "ar", None, ())


def test_title_and_date_of_the_properties(tmp_path):
    document = docx.Document()
    document.add_paragraph("Only a sentence stands here.")
    document.core_properties.title = "The water report"
    document.core_properties.created = datetime.datetime(2024, 3, 5)
    read_back = read(tmp_path, document)
    assert (read_back.title, read_back.date) == ("The water report", "2024-03-05")
    document.core_properties.title = "Document1"
    document.paragraphs[0].text = "Sanaa, 4 January 2023"
    document.add_paragraph("Water came back to the town.")
    read_back = read(tmp_path, document)
    assert (read_back.title, read_back.date) == ("Sanaa, 4 January 2023", "2023-01-04")


def test_what_word_shows_is_read_and_what_it_hides_is_not(tmp_path):
    document = docx.Document()
    words = {
        "inserted": "<w:ins w:id='1' w:author='a'><w:r><w:t>inserted</w:t></w:r></w:ins>",
        "linked": "<w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink>",
        "controlled": "<w:sdt><w:sdtContent><w:r><w:t>controlled</w:t></w:r></w:sdtContent></w:sdt>",
        "shown": "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>shown</w:t></w:r>",
        "boxed": "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
        "deleted": "<w:del w:id='2' w:author='a'><w:r><w:delText>deleted</w:delText></w:r></w:del>",
        "hidden": "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        "coded": "<w:r><w:instrText>coded</w:instrText></w:r>",
    }
    for xml in words.values():
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"))
    block = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>block</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(-1, parse_xml(block))
    text = read(tmp_path, document).text
    assert text.split("\n\n") == ["inserted", "linked", "controlled", "shown", "boxed", "block"]


def test_a_text_box_is_read_once(tmp_path):
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')} {mc}><w:r>{both}</w:r></w:p>"))
    assert read(tmp_path, document).text == "In the box."


def test_merged_cells_repeat_what_they_hold(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows, [["Country", "City", "People"], ["Yemen", "Aden", "1080500"], ["", "Taiz", "940600"]], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Yemen"
    assert read(tmp_path, document).text.split("\n\n") == [
        "Country: Yemen; City: Aden; People: 1080500",
        "Country: Yemen; City: Taiz; People: 940600",
    ]


def test_a_table_of_one_column_is_only_a_frame(tmp_path):
    document = docx.Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "A sentence in a frame."
    assert read(tmp_path, document).text == "A sentence in a frame."


def test_a_table_within_a_table_is_read_once(tmp_path):
    document = docx.Document()
    outer = document.add_table(rows=1, cols=2)
    outer.cell(0, 0).text = "Outside"
    inner = outer.cell(0, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Inside", "Deep"
    assert read(tmp_path, document).text.split() == ["Outside:", "Inside:", "Deep"]


def test_footnotes_come_last_and_contents_not_at_all(tmp_path):
    document = docx.Document()
    document.add_paragraph("The station.")
    contents = document.add_paragraph("The station\t3")
    contents.style = document.styles.add_style("toc 1", 1)
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>line</w:t></w:r></w:p>"
        "</w:footnote><w:footnote w:id='2'><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        notes.encode(),
        document.part.package,
    )
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    assert read(tmp_path, document).text == "The station.\n\nA note."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK", "is damaged or not a Word file at all"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an encrypted or very old Office file"),
    ],
)
def test_what_is_no_word_file(tmp_path, data, message):
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    with pytest.raises(DocumentError, match=message):
        read_document(path)


def test_language_of_a_text_without_letters(tmp_path):
    document = docx.Document()
    document.add_paragraph("12 + 30 = 42")
    document.core_properties.language = "ar-YE"
    assert read(tmp_path, document).language == "ar"
