"""What the reader of a format hands back, before title, language and date are settled."""

from collections.abc import Iterable
from dataclasses import dataclass

from rag.models import Page

PARAGRAPH_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text of a file and what the file says about itself; None where it says nothing.

    `is_prose` tells whether its head may tell title and date, as records do not; `own_words` are what shows the language
    where the text has a frame in another; `notes` tell what could not be read, one line each.
    """

    text: str
    title: str | None = None
    date: str | None = None
    language: str | None = None
    pages: tuple[Page, ...] = ()
    notes: tuple[str, ...] = ()
    is_prose: bool = True
    own_words: str | None = None


def join_pages(texts: Iterable[str]) -> tuple[str, tuple[Page, ...]]:
    r"""Return the text of all pages, apart by a blank line, and where each page lies in it.

    >>> join_pages(["one", "two"])
    ('one\n\ntwo', (Page(number=1, start=0, end=3), Page(number=2, start=5, end=8)))
    """
    texts = list(texts)
    pages, offset = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, offset, offset + len(text)))
        offset += len(text) + len(PARAGRAPH_BREAK)
    return PARAGRAPH_BREAK.join(texts), tuple(pages)
