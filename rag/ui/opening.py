"""The one address beside Gradio's own: a place in a document of the index, for those who may see it."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse

from rag.errors import StoreError
from rag.index import Index
from rag.text.languages import direction
from rag.ui.escaping import text
from rag.ui.place import Opener, Place
from rag.ui.words import Words, language_of, words

_ADDRESS = "sanad/source/"

StoreOf = Callable[[Request], Index | None]
"""Finds the documents of whoever asks; None where there are none."""

Offset = Annotated[int, Query(ge=0, le=1 << 40)]


def address(document: str, start: int, end: int) -> str:
    """Return where a place in a document is served, relative to the page: a proxy may serve it from a folder of its own.

    >>> address("0a1b", 5, 9)
    'sanad/source/0a1b?start=5&amp;end=9'
    """
    return f"{_ADDRESS}{quote(document, safe='')}?start={start}&amp;end={end}"


def add_opening(web: FastAPI, store_of: StoreOf) -> None:
    """Serve places of the documents of whoever asks: text of the index, or the drawn page of a PDF that is as it was indexed.

    A document goes by its id. No file is served, and nothing that is asked for is a path.
    """
    openers: dict[Index, Opener] = {}

    @web.get(f"/{_ADDRESS}{{document}}", response_class=HTMLResponse)
    def source(
        request: Request, document: str, start: Offset = 0, end: Offset = 0, page: int | None = None
    ) -> HTMLResponse:
        say = words(language_of(request.headers.get("accept-language", "")))
        store = store_of(request)
        try:
            found = None if store is None else store.document(document)
        except StoreError:
            return _gone(say)
        # A source would be found by its name, too; that of another user is in no store that this one is asked for.
        if store is None or found is None or found.id != document:
            return _gone(say)
        body = openers.setdefault(store, Opener(store)).html(found, Place(start, max(start, end), page), say)
        return HTMLResponse(body, headers={"cache-control": "no-store"})


def _gone(say: Words) -> HTMLResponse:
    said = say("source_gone")
    body = f'<p class="told" dir="{direction(said)}">{text(said)}</p>'
    return HTMLResponse(body, status_code=404, headers={"cache-control": "no-store"})
