"""Web pages → their main text, without menus, asides, footers and cookie notices."""

import datetime
import logging
from collections.abc import Iterator

import regex
from lxml import etree
from lxml import html as lxml_html
from trafilatura import bare_extraction
from trafilatura.settings import Document as Article

from rag.documents.dates import iso_date
from rag.documents.encodings import clean, decode
from rag.documents.parsed import Parsed
from rag.documents.stated import stated_language
from rag.documents.tables import table_lines
from rag.errors import DocumentError

_DECLARED = regex.compile(
    rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|\A\s*<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]+)"
)
_XML_DECLARATION = regex.compile(r"\A\s*<\?xml[^>]*\?>")
_INVISIBLE = "//script|//style|//noscript|//template|//head|//svg|//comment()"
_FRAME = "//nav|//aside|//footer"
_BLOCK_TAGS = "address article blockquote br dd div dt h1 h2 h3 h4 h5 h6 li p pre section td th tr"
_BLOCKS = "|".join(f"//{tag}" for tag in _BLOCK_TAGS.split())
_HEADLINE_WITHIN = 1_000
_SHORT_PAGE = 300

# Both tell of pages with little text as of errors; we have our own way for those.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read_html(data: bytes) -> Parsed:
    """Read a page: its article's text, blocks apart by a blank line, with the headline as the first.

    Raises:
        DocumentError: The bytes are not text, not in an encoding we can tell, or hold no page.

    """
    declared = _DECLARED.search(data[:4096])
    encoding = next(filter(None, declared.groups())).decode("ascii", "ignore") if declared else None
    source = _XML_DECLARATION.sub("", decode(data, declared=encoding))
    tree = _parse(source)
    headline = _headline(tree)
    article = _article(source)
    language = _language(tree)
    text = "\n\n".join(_blocks(article.body)) if article else ""
    visible = _visible(tree)
    # In a page of a few lines trafilatura sees no main part, and takes the menu for a part of it.
    text = clean(visible if len(visible) < _SHORT_PAGE or not text else text)
    title = headline or (article.title if article else None)
    if headline and text and headline not in " ".join(text[:_HEADLINE_WITHIN].split()):
        text = f"{headline}\n\n{text}"
    date = iso_date(article.date or "") if article else None
    return Parsed(text=text, title=title, date=date, language=language)


def _parse(source: str) -> lxml_html.HtmlElement:
    try:
        return lxml_html.document_fromstring(source)
    except (etree.ParserError, ValueError):
        raise DocumentError("holds no text; expected a web page: fill the file or leave it out") from None


def _article(source: str) -> Article | None:
    found = bare_extraction(
        source,
        include_comments=False,
        with_metadata=True,
        # The day it was first published, as the page states it; never a guess from the depths of the text.
        date_extraction_params={
            "original_date": True,
            "extensive_search": False,
            "max_date": datetime.date.today().isoformat(),
        },
    )
    return found if isinstance(found, Article) else None


def _blocks(element: etree._Element) -> Iterator[str]:
    """Yield the text of the blocks of an article as trafilatura marks it up; a list or a table is one block."""
    if element.tag in {"list", "table"}:
        lines = (_row(row) if row.tag == "row" else _own_text(row) for row in element.iter("item", "row"))
        yield "\n".join(filter(None, lines))
    elif element.tag in {"body", "quote", "div", "main"} and len(element):
        if element.text and element.text.strip():
            yield " ".join(element.text.split())
        for child in element:
            yield from _blocks(child)
            if child.tail and child.tail.strip():
                yield " ".join(child.tail.split())
    elif text := _text(element):
        yield text


def _row(row: etree._Element) -> str:
    return "\t".join(filter(None, (" ".join(_text(cell).split()) for cell in row)))


def _own_text(item: etree._Element) -> str:
    """Return the text of a list's item without that of the lists inside it."""
    inside = {text for nested in item.iterdescendants("list") for text in nested.itertext()}
    return " ".join(" ".join(text for text in item.itertext() if text not in inside).split())


def _text(element: etree._Element) -> str:
    for line_break in element.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "")
    if element.tag == "code":
        return "".join(element.itertext()).strip("\n")
    lines = (" ".join(line.split()) for line in "".join(element.itertext()).split("\n"))
    return "\n".join(filter(None, lines))


def _headline(tree: lxml_html.HtmlElement) -> str | None:
    """Return the page's only `h1`; of several, none is known to be the headline."""
    headings = [" ".join(str(heading.text_content()).split()) for heading in tree.iter("h1")]
    headings = [heading for heading in headings if heading]
    return headings[0] if len(headings) == 1 else None


def visible_text(source: str) -> str:
    """Return all that a page shows, blocks apart by a blank line, rows of tables with their columns' names; "" for nothing.

    For pages that are all text: chapters of a book, e-mails.
    """
    try:
        tree = _parse(_XML_DECLARATION.sub("", source))
    except DocumentError:
        return ""
    for table in reversed(list(tree.iter("table"))):  # those within others first
        _write_out(table)
    return clean(_visible(tree, _INVISIBLE))


def _write_out(table: lxml_html.HtmlElement) -> None:
    """Put the lines of a table in its place."""
    rows = [[str(cell.text_content()) for cell in row.iterchildren("td", "th")] for row in table.iter("tr")]
    heads = [row for row in table.iter("tr") if all(cell.tag == "th" for cell in row.iterchildren("td", "th"))]
    most = max((len(cell.xpath(".//p|.//div|.//li|.//table")) for cell in table.iter("td", "th")), default=0)
    if most > 1 or max(map(len, rows), default=0) < 2:
        return  # a frame around text, as e-mails have it
    is_named = bool(heads) and next(iter(table.iter("tr"))) is heads[0]
    tail, lines = table.tail, table_lines(rows, has_header=is_named or None)
    table.clear()
    table.tag, table.tail = "div", tail
    for line in lines:
        etree.SubElement(table, "p").text = line


def _visible(tree: lxml_html.HtmlElement, unwanted_parts: str = f"{_INVISIBLE}|{_FRAME}") -> str:
    """Return all that the page shows: for pages too short to have a main part."""
    for unwanted in tree.xpath(unwanted_parts):
        if unwanted.getparent() is not None:  # comments may stand before and after the page
            unwanted.drop_tree()
    for block in tree.xpath(_BLOCKS):
        block.text = "\n" + (block.text or "")
        block.tail = "\n" + (block.tail or "")
    lines = (" ".join(line.split()) for line in str(tree.text_content()).splitlines())
    return "\n\n".join(filter(None, lines))


def _language(tree: lxml_html.HtmlElement) -> str | None:
    return stated_language(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
