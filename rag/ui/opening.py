"""The one address beside Gradio's own: a place in a document of the index, for those who may see it."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse

from rag.errors import StoreError
from rag.index import Index
from rag.models import Document
from rag.text.languages import direction
from rag.ui.escaping import text
from rag.ui.place import Opener, Place
from rag.ui.words import Words, language_of, words

_ADDRESS = "sanad/source/"

MaySee = Callable[[Request, Document], bool]
"""Tells whether whoever asks may see a document."""

Offset = Annotated[int, Query(ge=0, le=1 << 40)]


def address(document: str, start: int, end: int) -> str:
    """Return where a place in a document is served, relative to the page: a proxy may serve it from a folder of its own.

    >>> address("0a1b", 5, 9)
    'sanad/source/0a1b?start=5&amp;end=9'
    """
    return f"{_ADDRESS}{quote(document, safe='')}?start={start}&amp;end={end}"


def add_opening(web: FastAPI, store: Index, may_see: MaySee) -> None:
    """Serve places of the store's documents: text of the index, or the drawn page of a PDF that is as it was indexed.

    A document goes by its id. No file is served, and nothing that is asked for is a path.
    """
    opener = Opener(store)

    @web.get(f"/{_ADDRESS}{{document}}", response_class=HTMLResponse)
    def source(
        request: Request, document: str, start: Offset = 0, end: Offset = 0, page: int | None = None
    ) -> HTMLResponse:
        say = words(language_of(request.headers.get("accept-language", "")))
        try:
            found = store.document(document)
        except StoreError:
            return _gone(say)
        # A source would be found by its name, too; whether there is one that one may not see is not told.
        if found.id != document or not may_see(request, found):
            return _gone(say)
        body = opener.html(found, Place(start, max(start, end), page), say)
        return HTMLResponse(body, headers={"cache-control": "no-store"})


def _gone(say: Words) -> HTMLResponse:
    said = say("source_gone")
    body = f'<p class="told" dir="{direction(said)}">{text(said)}</p>'
    return HTMLResponse(body, status_code=404, headers={"cache-control": "no-store"})
