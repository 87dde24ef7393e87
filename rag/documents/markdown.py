"""Markdown → the text that a reader of the rendered page sees."""

import datetime
from collections.abc import Iterator

import regex
import yaml
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from rag.documents.dates import iso_date
from rag.documents.encodings import decode
from rag.documents.joining import join_lines
from rag.documents.parsed import Parsed

_FRONT_MATTER = regex.compile(r"\A---[ \t]*\n(?P<yaml>.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", regex.DOTALL)
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read_markdown(data: bytes) -> Parsed:
    """Read a `.md` file: text without markup, blocks apart by a blank line, list items and table rows one a line.

    Title and date come from the YAML front matter, else the title is the first heading.

    Raises:
        DocumentError: The bytes are not text, or not in an encoding we can tell.

    """
    source = decode(data)
    about: dict[str, object] = {}
    if front := _FRONT_MATTER.match(source):
        about = _front_matter(front["yaml"])
        source = source[front.end() :]
    tree = SyntaxTreeNode(_PARSER.parse(source))
    title = about.get("title")
    return Parsed(
        text="\n\n".join(_blocks(tree)),
        title=str(title) if title else _first_heading(tree),
        date=_date(about.get("date")),
    )


def _front_matter(source: str) -> dict[str, object]:
    try:
        about = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError):  # ValueError: a date that does not exist
        return {}
    return {str(key).lower(): value for key, value in about.items()} if isinstance(about, dict) else {}


def _date(value: object) -> str | None:
    return iso_date(str(value)) if isinstance(value, str | datetime.date) else None


def _first_heading(tree: SyntaxTreeNode) -> str | None:
    headings = (" ".join(_blocks(node)) for node in tree.walk() if node.type == "heading")
    return next(filter(None, headings), None)


def _blocks(node: SyntaxTreeNode) -> Iterator[str]:
    """Yield the text of each block below `node`; a list or a table is one block."""
    for child in node.children:
        if child.type == "inline":
            text = _inline(child)
        elif child.type in {"bullet_list", "ordered_list"}:
            text = "\n".join(filter(None, map(_item, child.children)))
        elif child.type == "table":
            rows = (row for part in child.children for row in part.children)
            text = "\n".join("\t".join(" ".join(_blocks(cell)) for cell in row.children) for row in rows)
        elif child.type in {"fence", "code_block"}:
            text = child.content.rstrip("\n")
        elif child.type == "html_block":
            text = _html_text(child.content)
        else:
            yield from _blocks(child)
            continue
        if text.strip():
            yield text


def _item(item: SyntaxTreeNode) -> str:
    # The number of an item is something its reader sees and may ask for; a bullet is not.
    number = f"{item.info}{item.markup} " if item.info else ""
    text = "\n".join(_blocks(item))
    return number + text if text else ""


def _inline(node: SyntaxTreeNode) -> str:
    lines = [""]
    for token in (node.token.children if node.token else None) or ():
        if token.type in {"text", "code_inline", "image"}:
            lines[-1] += token.content
        elif token.type == "softbreak":
            lines.append("")
        elif token.type == "hardbreak" or (token.type == "html_inline" and token.content.lower().startswith("<br")):
            lines[-1] += "\n"
            lines.append("")
    return "\n".join(line.strip() for line in join_lines(lines).split("\n")).strip()


def _html_text(source: str) -> str:
    try:
        tree = lxml_html.fragment_fromstring(source, create_parent="div")
    except etree.ParserError:
        return ""
    for unwanted in tree.xpath(".//script|.//style|.//comment()"):
        unwanted.drop_tree()
    return " ".join(str(tree.text_content()).split())
