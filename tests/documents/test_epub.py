import pytest
from malformed_samples import epub_parts, zipped

from rag.documents import read_document
from rag.errors import DocumentError

CHAPTERS = {
    "one": "<h1>الماء</h1><p>افتتحت البلدية المحطة <em>صباح</em> الأحد.</p>",
    "two": "<p>Second&#160;chapter.</p><table><tr><th>City</th><th>People</th></tr><tr><td>Aden</td><td>7</td></tr></table>"
    "<aside>A footnote.</aside><script>x()</script>",
}


def read(tmp_path, parts):
    path = tmp_path / "book.epub"
    path.write_bytes(zipped(parts))
    return read_document(path)


def test_chapters_in_the_order_of_the_spine(tmp_path):
    parts = epub_parts(CHAPTERS)
    document = read(tmp_path, parts)
    assert document.text.split("\n\n") == [
        "الماء",
        "افتتحت البلدية المحطة صباح الأحد.",
        "Second chapter.",
        "City: Aden; People: 7",
        "A footnote.",
    ]
    assert (document.title, document.date, document.pages) == ("كتاب الماء", "2021-03-04", ())
    spine = '<itemref idref="one"/><itemref idref="two"/>'
    turned = parts["OEBPS/book.opf"].replace(spine, '<itemref idref="two"/><itemref idref="one"/>')
    assert read(tmp_path, parts | {"OEBPS/book.opf": turned}).text.startswith("Second chapter.")


def test_the_table_of_contents_is_left_out(tmp_path):
    parts = epub_parts(CHAPTERS)
    opf = parts["OEBPS/book.opf"].replace('<item id="one"', '<item properties="nav" id="one"')
    assert read(tmp_path, parts | {"OEBPS/book.opf": opf}).text.startswith("Second chapter.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"META-INF/container.xml": "<container/>"}, "names no contents"),
        ({"META-INF/container.xml": "<container"}, "is damaged"),
        ({"OEBPS/one.xhtml": None}, "'OEBPS/one.xhtml' is missing inside"),
        (
            {"META-INF/encryption.xml": '<e><CipherReference URI="OEBPS/one.xhtml"/></e>'},
            "is a copy-protected e-book",
        ),
    ],
)
def test_what_cannot_be_read(tmp_path, change, message):
    parts = {name: text for name, text in (epub_parts(CHAPTERS) | change).items() if text is not None}
    with pytest.raises(DocumentError, match=message):
        read(tmp_path, parts)


def test_a_locked_font_locks_no_book(tmp_path):
    locked = {"META-INF/encryption.xml": '<e><CipherReference URI="OEBPS/font.otf"/></e>'}
    assert read(tmp_path, epub_parts(CHAPTERS) | locked).title == "كتاب الماء"
