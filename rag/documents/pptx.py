"""PowerPoint files → the text of their slides, a slide a page.

Charts and SmartArt are not read: only what stands in text frames, tables and speakers' notes.
"""

import io
from collections.abc import Iterable, Iterator

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide
from pptx.table import Table
from pptx.text.text import TextFrame

from rag.documents.dates import find_date
from rag.documents.encodings import clean
from rag.documents.limits import Limits
from rag.documents.packages import check_office_package
from rag.documents.parsed import PARAGRAPH_BREAK, Parsed, join_pages
from rag.documents.stated import stated_language, stated_title
from rag.documents.tables import table_lines
from rag.errors import DocumentError

_REPEATED = {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.HEADER}
_TEMPLATE_DAY = "2013-01-27"  # of the empty file that python-pptx begins from


def read_pptx(data: bytes, limits: Limits) -> Parsed:
    """Read a `.pptx` file: of each slide its title, then its shapes in their reading order, then the speaker's notes.

    Raises:
        DocumentError: The file is damaged, encrypted, has too many slides or is too large inside.

    """
    check_office_package(data, "a PowerPoint file", limits)
    presentation = pptx.Presentation(io.BytesIO(data))
    slides = list(presentation.slides)
    if len(slides) > limits.pages:
        raise DocumentError(
            f"has {len(slides):,} slides; at most {limits.pages:,} are read: split it or raise RAG_MAX_PAGES"
        )
    text, pages = join_pages(clean(PARAGRAPH_BREAK.join(filter(None, _slide(slide)))) for slide in slides)
    about = presentation.core_properties
    created = about.created.date().isoformat() if about.created else None
    return Parsed(
        text=text,
        title=(_title(slides[0]) if slides else None) or stated_title(about.title),
        date=find_date(text) or (created if created != _TEMPLATE_DAY else None),
        language=stated_language(about.language),
        pages=pages,
    )


def _title(slide: Slide) -> str | None:
    shape = slide.shapes.title
    return " ".join(shape.text_frame.text.split()) or None if shape is not None else None


def _slide(slide: Slide) -> Iterator[str]:
    title = slide.shapes.title
    shapes = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    yield from _texts([*([title] if title is not None else []), *shapes])
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        yield from _paragraphs(notes)


def _texts(shapes: Iterable[BaseShape]) -> Iterator[str]:
    for shape in shapes:
        if shape.is_placeholder and shape.placeholder_format.type in _REPEATED:
            continue
        if isinstance(shape, GroupShape):
            yield from _texts(shape.shapes)
        elif isinstance(shape, GraphicFrame) and shape.has_table:
            yield from _table(shape.table)
        elif shape.has_text_frame:
            yield from _paragraphs(shape.text_frame)  # type: ignore[attr-defined]


def _paragraphs(frame: TextFrame) -> Iterator[str]:
    for paragraph in frame.paragraphs:
        lines = (" ".join(line.split()) for line in paragraph.text.replace("\v", "\n").split("\n"))
        yield "\n".join(filter(None, lines))


def _table(table: Table) -> list[str]:
    rows = [[cell.text_frame.text.replace("\v", "\n") for cell in row.cells] for row in table.rows]
    return table_lines(rows, has_header=True if table.first_row else None)
