"""A small valid file of each format, and the ways to spoil it: for `malformed.py` and the tests."""

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage

import docx
import openpyxl
import pptx
from fpdf import FPDF
from pptx.util import Inches

ARABIC = "افتتحت البلدية محطة المياه الجديدة صباح الأحد. تنتج المحطة أربعين ألف متر مكعب كل يوم."
ENGLISH = "The municipality opened the new water station on Sunday. It makes forty thousand cubic metres a day."
TABLE = [["City", "Opened", "People"], ["Aden", "1999", "1080500"], ["Taiz", "2004", "940600"]]
_ZIPS = (".docx", ".pptx", ".xlsx", ".epub")


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def epub_parts(chapters: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of an e-book with these chapters: name without its ending → the body's XHTML."""
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    opf = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>كتاب الماء</dc:title><dc:language>ar</dc:language>'
        f"<dc:date>2021-03-04</dc:date></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    pages = {
        f"OEBPS/{name}.xhtml": f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html '
        f'xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'
        for name, body in chapters.items()
    }
    return {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/book.opf": opf, **pages}


def _docx() -> bytes:
    document = docx.Document()
    document.add_heading("محطة المياه", 0)
    document.add_paragraph(ARABIC)
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph(ENGLISH)
    return _saved(document.save)


def _pptx() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "محطة المياه"
    slide.shapes.add_textbox(Inches(1), Inches(1), Inches(4), Inches(1)).text_frame.text = ARABIC
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(3), Inches(4), Inches(1)).table
    for at, texts in enumerate(TABLE):
        for column, text in enumerate(texts):
            table.cell(at, column).text = text
    return _saved(presentation.save)


def _xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in TABLE:
        sheet.append([int(cell) if cell.isdecimal() else cell for cell in row])
    workbook.create_sheet("المدن").append([ARABIC])
    return _saved(workbook.save)


def _pdf() -> bytes:
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for _ in range(2):
        pdf.add_page()
        pdf.multi_cell(0, 8, ENGLISH)
    return bytes(pdf.output())


def _eml() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "محطة المياه", "Lina <lina@example.com>", "omar@example.com"
    message["Date"] = "Sun, 05 Jan 2025 09:30:00 +0300"
    message.set_content(ARABIC)
    message.add_alternative(f"<p>{ENGLISH}</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="report.pdf")
    return bytes(message)


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    head = '<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>محطة</title></head>'
    return (
        f"{head}<body><h1>محطة المياه</h1><p>{ARABIC}</p><table>{rows}</table><p>{ENGLISH}</p></body></html>".encode()
    )


def _markdown() -> bytes:
    rows = "\n".join(f"| {' | '.join(row)} |" for row in (TABLE[0], ["---"] * 3, *TABLE[1:]))
    return f"---\ntitle: محطة\ndate: 2025-01-05\n---\n# محطة المياه\n\n{ARABIC}\n\n{rows}\n\n* {ENGLISH}\n".encode()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def samples() -> dict[str, bytes]:
    """Return a valid file of each format that is read, by its suffix."""
    records = [dict(zip(TABLE[0], row, strict=True)) | {"note": ARABIC} for row in TABLE[1:]]
    delimited = "\n".join(",".join(row) for row in TABLE)
    return {
        ".txt": f"محطة المياه\n\n{ARABIC}\n\n{ENGLISH}\n".encode(),
        ".md": _markdown(),
        ".html": _html(),
        ".csv": delimited.encode(),
        ".tsv": delimited.replace(",", "\t").encode("utf-16"),
        ".json": json.dumps({"title": "محطة المياه", "cities": records}, ensure_ascii=False).encode(),
        ".jsonl": "\n".join(json.dumps(record) for record in records).encode(),
        ".eml": _eml(),
        ".pdf": _pdf(),
        ".docx": _docx(),
        ".pptx": _pptx(),
        ".xlsx": _xlsx(),
        ".epub": zipped(epub_parts({"one": f"<h1>الماء</h1><p>{ARABIC}</p>", "two": f"<p>{ENGLISH}</p>"})),
    }


def spoil(data: bytes, suffix: str, chance: random.Random) -> bytes:
    """Return `data` with a few bytes flipped, cut out, repeated or put elsewhere; of a ZIP mostly those of one part.

    A ZIP whose bytes are spoiled hardly gets past its checksums: it is the XML inside that must be.
    """
    if suffix not in _ZIPS or chance.random() < 0.3:
        return spoil_bytes(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels", ".xhtml", ".opf"))])
    if chance.random() < 0.1:
        del parts[name]
    else:
        parts[name] = spoil_bytes(parts[name], chance)
    return zipped(parts)


def spoil_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return `data` spoiled in one to four places."""
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(spoiled) + 1)
        length = chance.choice((1, 2, 8, 64, 512))
        way = chance.randrange(6)
        if way == 0:
            spoiled[at : at + length] = chance.randbytes(len(spoiled[at : at + length]))
        elif way == 1:
            del spoiled[at : at + length]
        elif way == 2:
            spoiled[at:at] = spoiled[at : at + length] * chance.choice((1, 3, 100))
        elif way == 3:
            elsewhere = chance.randrange(len(spoiled) + 1)
            spoiled[at:at] = spoiled[elsewhere : elsewhere + length]
        elif way == 4:
            del spoiled[at:]
        elif at < len(spoiled):
            spoiled[at] ^= 1 << chance.randrange(8)
    return bytes(spoiled)
