"""Word files → paragraphs and tables in reading order, as the page shows them.

The paragraphs of python-docx leave out what stands in content controls, tracked insertions and text boxes; so the body is
walked here, and python-docx opens the package, the styles and the properties.
"""

import io
from collections.abc import Iterator

import docx
from docx.document import Document
from lxml import etree

from rag.documents.dates import find_date
from rag.documents.encodings import clean
from rag.documents.limits import Limits
from rag.documents.packages import check_office_package
from rag.documents.parsed import PARAGRAPH_BREAK, Parsed
from rag.documents.stated import stated_language, stated_title
from rag.documents.tables import table_lines

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PROPERTIES = ("pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr", "sectPr")
_UNREAD = {_W + name for name in (*_PROPERTIES, "del", "delText", "moveFrom", "instrText")}
_UNREAD |= {_FALLBACK, _W + "txbxContent"}
_BREAKS = {_W + "tab": " ", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
_NOTES = ("footnotes", "endnotes")
_TEMPLATE_DAY = "2013-12-23"  # of the empty file that python-docx begins from


def read_docx(data: bytes, limits: Limits) -> Parsed:
    """Read a `.docx` file: paragraphs apart by a blank line, a table's rows one a line, foot- and endnotes last.

    Deleted and hidden text is left out, and so are running heads and the table of contents.

    Raises:
        DocumentError: The file is damaged, encrypted, or too large inside.

    """
    check_office_package(data, "a Word file", limits)
    document = docx.Document(io.BytesIO(data))
    styles = {style.style_id: str(style.name) for style in document.styles}
    blocks: list[str] = []
    titles: list[str] = []
    for style, text in _blocks(document.element.body, styles):
        if style == "Title":
            titles.append(text)
        if not style.lower().startswith("toc "):
            blocks.append(text)
    text = clean(PARAGRAPH_BREAK.join([*blocks, *_footnotes(document, styles)]))
    about = document.core_properties
    created = about.created.date().isoformat() if about.created else None
    return Parsed(
        text=text,
        title=next(iter(titles), None) or stated_title(about.title),
        # As in PDFs: the day that the text tells, else that of the file.
        date=find_date(text) or (created if created != _TEMPLATE_DAY else None),
        language=stated_language(about.language),
    )


def _footnotes(document: Document, styles: dict[str, str]) -> Iterator[str]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] in _NOTES:
            tree = etree.fromstring(relation.target_part.blob, _parser())
            for note in tree:
                if note.get(_W + "type") is None:  # the others are the line above the notes
                    yield from (text for _, text in _blocks(note, styles))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _blocks(container: etree._Element, styles: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the style and the text of each paragraph and table below `container`, without the empty ones."""
    for element in container:
        if element.tag == _W + "p":
            style = element.find(f"{_W}pPr/{_W}pStyle")
            name = styles.get(str(style.get(_W + "val")), "") if style is not None else ""
            if text := _text(element):
                yield name, text
            for box in _text_boxes(element):
                yield from _blocks(box, styles)
        elif element.tag == _W + "tbl":
            yield from (("", line) for line in _table(element, styles))
        elif element.tag not in _UNREAD:
            yield from _blocks(element, styles)


def _text(element: etree._Element) -> str:
    lines = (" ".join(line.split()) for line in "".join(_pieces(element)).split("\n"))
    return "\n".join(filter(None, lines))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _UNREAD and not _is_hidden(child):
            yield from _pieces(child)


def _is_hidden(run: etree._Element) -> bool:
    hidden = run.find(f"{_W}rPr/{_W}vanish") if run.tag == _W + "r" else None
    return hidden is not None and hidden.get(_W + "val") not in {"0", "false", "off"}


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes anchored in a paragraph, each once: older programs get a second copy."""
    for box in paragraph.iterdescendants(_W + "txbxContent"):
        if not any(above.tag in _UNREAD for above in box.iterancestors()):
            yield box


def _table(table: etree._Element, styles: dict[str, str]) -> list[str]:
    rows = [row for row in table.iterchildren(_W + "tr", _W + "sdt", _W + "ins") for row in _rows(row)]
    header = bool(rows) and rows[0].find(f"{_W}trPr/{_W}tblHeader") is not None
    texts: list[list[str]] = []
    for row in rows:
        texts.append(_cells(row, texts[-1] if texts else [], styles))
    if max(map(len, texts), default=0) <= 1:  # a frame around text, not a table
        return [text for row in texts for text in row if text]
    return table_lines(texts, has_header=header or None)


def _rows(element: etree._Element) -> list[etree._Element]:
    return [element] if element.tag == _W + "tr" else list(element.iterdescendants(_W + "tr"))


def _cells(row: etree._Element, above: list[str], styles: dict[str, str]) -> list[str]:
    """Return the texts of a row's cells; one merged with the cell above repeats it, one over two columns fills two."""
    cells: list[str] = []
    for cell in row.iterdescendants(_W + "tc"):
        if next(cell.iterancestors(_W + "tr")) is not row:  # of a table within a cell
            continue
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        width = cell.find(f"{_W}tcPr/{_W}gridSpan")
        text = PARAGRAPH_BREAK.join(text for _, text in _blocks(cell, styles))
        if merged is not None and merged.get(_W + "val") != "restart" and len(cells) < len(above):
            text = text or above[len(cells)]
        cells.append(text)
        if width is not None:
            columns = str(width.get(_W + "val", "1"))
            cells += [""] * (min(int(columns), 64) - 1 if columns.isdecimal() else 0)
    return cells
