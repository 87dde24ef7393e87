import pytest

from rag.documents import read_document
from rag.errors import DocumentError


def read(tmp_path, content, name="cities.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    return read_document(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_stand_alone_whatever_separates_the_cells(tmp_path, delimiter):
    rows = [["City", "Opened", "Note"], ["Aden", "1999", '"by sea; far, | away"'], ["Taiz", "2004", ""]]
    document = read(tmp_path, "\r\n".join(delimiter.join(row) for row in rows))
    assert document.text.split("\n\n") == [
        "City: Aden; Opened: 1999; Note: by sea; far, | away",
        "City: Taiz; Opened: 2004",
    ]
    assert (document.title, document.date, document.pages) == ("cities", None, ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
def test_arabic_as_excel_saves_it(tmp_path, encoding):
    content = "المدينة;السكان;العام\nعدن;1080500;2004\nتعز;940600;2004\nصنعاء;1747834;2004\n"
    document = read(tmp_path, content, encoding=encoding)
    assert document.text.split("\n\n")[0] == "المدينة: عدن؛ السكان: 1080500؛ العام: 2004"
    assert document.language == "ar"


def test_a_long_cell_is_a_text_of_its_own(tmp_path):
    article = "The water came back to the town. " * 12
    document = read(tmp_path, f'id,title,body\n7,Water,"{article}\n\nMore of it."\n')
    assert document.text == f"id: 7; title: Water\n\n{article}\n\nMore of it."


def test_lists_of_what_is_what(tmp_path):
    assert read(tmp_path, "Capital,Sanaa\nLargest port,Aden\n").text == "Capital: Sanaa\n\nLargest port: Aden"


def test_tab_separated(tmp_path):
    assert read(tmp_path, "City\tPeople\nAden\t1080500\n", "a.tsv").text == "City: Aden; People: 1080500"


def test_a_cell_of_megabytes(tmp_path):
    assert len(read(tmp_path, "id,body\n1," + "word " * 400_000).text) > 1_900_000


def test_an_open_quote_takes_the_rest_as_it_is(tmp_path):
    assert "Taiz,2004" in read(tmp_path, 'City,Opened\n"Aden,1999\nTaiz,2004\n').text


def test_binary_is_refused(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,b\0\0")
    with pytest.raises(DocumentError, match="NUL bytes"):
        read_document(tmp_path / "a.csv")
