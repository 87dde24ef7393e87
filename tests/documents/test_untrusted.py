"""Files that are made to do harm, or do it by their size: refused or bounded, told in one line, and the rest is read."""

import io
import os
import socket
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from fpdf import FPDF
from malformed_samples import epub_parts, samples, zipped
from PIL import Image

from rag.documents import find_documents, read_document
from rag.documents.limits import Limits
from rag.errors import DocumentError

GOOD = "The water came back to the town."


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(path, limits=None) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(path, limits=limits)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def repack(data: bytes, name: str, content: bytes) -> bytes:
    path = zipfile.ZipFile(io.BytesIO(data))
    return zipped({part: path.read(part) for part in path.namelist()} | {name: content})


PARTS = {
    ".docx": "word/document.xml",
    ".pptx": "ppt/slides/slide1.xml",
    ".xlsx": "xl/worksheets/sheet1.xml",
    ".epub": "OEBPS/book.opf",
}


@pytest.mark.parametrize("suffix", PARTS)
def test_a_zip_bomb(tmp_path, suffix):
    bomb = repack(samples()[suffix], PARTS[suffix], b" " * 30_000_000)
    assert len(bomb) < 200_000
    path = write(tmp_path / f"bomb{suffix}", bomb)
    message = refusal(path, Limits(unpacked_mb=20))
    assert message.startswith("unpacks from 0.")
    assert message.endswith("at most 20 are read: split it or raise RAG_MAX_UNPACKED_MB")


@pytest.mark.parametrize("suffix", PARTS)
def test_a_zip_bomb_that_lies_about_its_size(tmp_path, suffix):
    bomb = repack(samples()[suffix], PARTS[suffix], b" " * 30_000_000)
    size = (30_000_000).to_bytes(4, "little")
    assert bomb.count(size) == 2  # in the part's own header, and in the directory at the end
    path = write(tmp_path / f"bomb{suffix}", bomb.replace(size, (1_000).to_bytes(4, "little")))
    refusal(path, Limits(unpacked_mb=20))


def test_a_package_of_very_many_parts(tmp_path):
    path = write(tmp_path / "a.docx", zipped({f"{number}.xml": "" for number in range(20_001)}))
    assert "has 20,001 parts inside" in refusal(path)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DTD = f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}<!ENTITY secret SYSTEM "file://{{secret}}">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx"])
def test_xml_entities_in_office_files(tmp_path, suffix, encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{DTD}<x>&l9;&secret;</x>'
    path = write(tmp_path / f"a{suffix}", repack(samples()[suffix], PARTS[suffix], xml.encode(encoding)))
    assert "declares XML entities inside" in refusal(path)


def test_xml_entities_in_books_and_pages_are_not_looked_up(tmp_path):
    secret = write(tmp_path / "secret.txt", "XSECRETX")
    dtd = DTD.replace("{secret}", secret.as_posix())
    parts = epub_parts({"one": f"<p>{GOOD} &secret; &l9;</p>"})
    chapter = parts["OEBPS/one.xhtml"].replace("<!DOCTYPE html>", dtd)
    opf = parts["OEBPS/book.opf"].replace("<package", f"{dtd}<package", 1).replace("كتاب الماء", "Book &secret;")
    book = read_document(
        write(tmp_path / "a.epub", zipped(parts | {"OEBPS/one.xhtml": chapter, "OEBPS/book.opf": opf}))
    )
    page = read_document(write(tmp_path / "a.html", f"{dtd}<html><body><p>{GOOD} &secret; &l9;</p></body></html>"))
    for document in (book, page):
        assert GOOD in document.text
        assert "XSECRETX" not in document.text + document.title
        assert "lollol" not in document.text
        assert len(document.text) < 10_000


def pdf_of(pages: int, kids: int) -> bytes:
    """A PDF that says it has `pages` pages, and has `kids`."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    references = b" ".join(b"%d 0 R" % (number + 3) for number in range(kids))
    parts.append(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, references))
    parts += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"] * kids
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(body))
    return bytes(body) + head + table + trailer


@pytest.mark.parametrize("kids", [100_000, 1])
def test_a_pdf_of_100000_pages(tmp_path, kids):
    path = write(tmp_path / "a.pdf", pdf_of(100_000, kids))
    assert refusal(path) == "has 100,000 pages; at most 5,000 are read: split it or raise RAG_MAX_PAGES"


def test_too_many_slides_sheets_and_chapters(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.create_sheet("Two")
    workbook.save(tmp_path / "a.xlsx")
    assert "has 2 sheets; at most 1" in refusal(tmp_path / "a.xlsx", Limits(pages=1))
    path = write(tmp_path / "a.epub", samples()[".epub"])
    assert "has 2 chapters; at most 1" in refusal(path, Limits(pages=1))


def test_a_text_file_of_2_gb_is_not_even_opened(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    reason = "has 2,000 MB; at most 100 are read: split it or raise RAG_MAX_FILE_MB"
    assert find_documents([tmp_path]).failed == ((path, reason),)
    assert find_documents([path]).files == ()
    assert refusal(path) == reason


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.md"))
        (tmp_path / "zero.txt").symlink_to("/dev/zero")
        good = write(tmp_path / "good.txt", GOOD)
        found = find_documents([tmp_path, Path("/dev/zero")])
    assert found.files == (good,)
    assert {path.name: reason for path, reason in found.failed} == {
        "pipe.txt": "is a pipe; expected a file",
        "socket.md": "is a socket; expected a file",
        "zero.txt": "is a link that leads out of its folder; give the file itself, or copy it here",
        "zero": "is a device; expected a file",
    }
    for name in ("pipe.txt", "zero.txt"):
        assert refusal(tmp_path / name) in {"is a pipe; expected a file", "is a device; expected a file"}


def test_links_out_of_the_folder_and_to_nothing_are_told_of(tmp_path):
    outside = write(tmp_path / "outside" / "secret.txt", "x")
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "out.txt").symlink_to(outside)
    (folder / "gone.txt").symlink_to(folder / "nothing.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    failed = {path.name: reason for path, reason in find_documents([folder]).failed}
    assert "leads out of its folder" in failed["out.txt"]
    assert "to a file that is gone" in failed["gone.txt"]
    assert "loop.txt" in failed


@pytest.mark.parametrize("name", ["two\nlines.txt", "clear\x1b[2Jscreen.md", "line\u2028separator.txt"])
def test_names_that_would_break_the_line_they_are_told_in(tmp_path, name):
    write(tmp_path / name, GOOD)
    good = write(tmp_path / "good.txt", GOOD)
    found = find_documents([tmp_path])
    assert found.files == (good,)
    ((path, reason),) = found.failed
    assert "control character in its name" in reason
    assert len(str(path).splitlines()) == 1
    assert "\x1b" not in str(path)
    with pytest.raises(DocumentError) as caught:
        find_documents([tmp_path / f"gone{name}"])
    assert len(str(caught.value).splitlines()) == 1


def test_a_name_that_is_not_utf8_is_left_to_the_index(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_text(GOOD, "utf-8")
    assert find_documents([tmp_path]).files == (path,)


def test_a_parser_that_takes_too_much_memory_is_told_of(tmp_path):
    xml = "<w:p><w:r><w:t>word</w:t></w:r></w:p>" * 700_000
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f"<w:document {ns}><w:body>{xml}</w:body></w:document>".encode()
    path = write(tmp_path / "a.docx", repack(samples()[".docx"], PARTS[".docx"], document))
    message = refusal(path, Limits(memory_mb=64))
    assert "needs more than 64 MB of memory to read" in message
    assert GOOD in read_document(write(tmp_path / "good.html", f"<p>{GOOD}</p>")).text


def test_one_string_in_very_many_cells(tmp_path):
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for _ in range(100):
        sheet.append(["word " * 6_000] * 100)
    workbook.save(tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").stat().st_size < 5_000_000
    assert "needs more than 100 MB of memory" in refusal(tmp_path / "a.xlsx", Limits(memory_mb=100))


def test_a_pdf_whose_page_unpacks_without_end(tmp_path):
    stream = zlib.compress(b"BT /F1 9 Tf (word) Tj ET\n" * 20_000_000)
    pdf = pdf_of(1, 1).replace(b"/MediaBox", b"/Contents 4 0 R /MediaBox")
    pdf += b"\n4 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(stream), stream)
    message = refusal(write(tmp_path / "a.pdf", pdf), Limits(memory_mb=300))
    assert "made its reader fail (SIGABRT); it may be damaged, or need more than 300 MB of memory" in message


def test_a_scan_of_any_size_is_rendered_small(tmp_path):
    pdf = FPDF(unit="pt", format=(14_400, 14_400))
    pdf.add_page()
    pdf.image(Image.new("L", (8, 8)), x=0, y=0, w=14_400, h=14_400)
    path = write(tmp_path / "a.pdf", bytes(pdf.output()))
    assert "has no text in its 1 page" in refusal(path, Limits(memory_mb=1_000))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", "<div>" * 100_000 + GOOD),
        ("a.html", "<table><tr><td>" * 3_000 + GOOD),
        ("a.md", "> " * 5_000 + GOOD),
        ("a.md", "* " * 5_000 + GOOD),
        ("a.md", "[" * 50_000 + GOOD),
        ("a.md", "---\n" + "a: [" * 5_000 + "\n---\n" + GOOD),
        ("a.md", "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b]\n---\n" + GOOD),
        ("a.json", "[" * 100_000),
        ("a.csv", '"' * 100_001),
        ("a.eml", "From: a@example.com\n" + "Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 5_000),
        ("a.eml", "From: " + "(" * 100_000 + "\n\n" + GOOD),
    ],
)
def test_nesting_without_end_is_read_or_told_of(tmp_path, name, data):
    path = write(tmp_path / name, data)
    try:
        document = read_document(path, limits=Limits(seconds=30))
    except DocumentError as error:
        assert len(str(error).splitlines()) == 1
        assert "longer" not in str(error)
    else:
        assert document.text.encode()
