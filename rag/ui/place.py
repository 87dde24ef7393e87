"""A place in a document, opened: the page of a PDF, drawn with the sentence marked; of any other document the text around it."""

import base64
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from rag.documents.drawing import DrawnPage, draw_page
from rag.documents.files import read_bytes
from rag.documents.limits import Limits
from rag.errors import DocumentError
from rag.index import Index
from rag.models import Document, Page
from rag.text.languages import direction
from rag.ui.escaping import text
from rag.ui.words import Words

_AROUND = 6_000  # characters of a text shown on either side of a place, at most
_KEPT = 32  # drawn pages, some 100 kB each


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of a document's text, end exclusive, and the page to show, where that is not the one they are on."""

    start: int
    end: int
    page: int | None = None


class Opener:
    """Opens places in the documents of one store, and keeps the pages that were drawn last."""

    def __init__(self, store: Index) -> None:
        self._store = store
        self._drawn: OrderedDict[tuple[str, int, str], DrawnPage] = OrderedDict()
        self._lock = Lock()

    def html(self, document: Document, place: Place, say: Words) -> str:
        """Return what an opened source shows, to a reader of `say.language`."""
        if not (document.pages and document.source.lower().endswith(".pdf")):
            return _text_html(document, place, say)
        wanted = place.page or document.page_at(place.start)
        page = next((page for page in document.pages if page.number == wanted), document.pages[0])
        start, end = max(place.start, page.start), min(place.end, page.end)
        try:
            drawn = self._draw(document, page.number, document.text[start:end] if start < end else "")
        except DocumentError as error:
            return _told(say("not_drawn"), str(error)) + _text_html(document, place, say)
        # What was read from the picture of a scan has no place on it that we know.
        told = _told(say("not_marked")) if start < end and not drawn.boxes else ""
        return told + _page_html(document, page, drawn, say)

    def _draw(self, document: Document, page: int, quote: str) -> DrawnPage:
        data, fingerprint = self._file(document)
        key = (fingerprint, page, quote)
        with self._lock:
            if drawn := self._drawn.get(key):
                self._drawn.move_to_end(key)
                return drawn
        drawn = draw_page(data, page, [quote] if quote else [])
        with self._lock:
            self._drawn[key] = drawn
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
        return drawn

    def _file(self, document: Document) -> tuple[bytes, str]:
        """Return the bytes of a document's file and their fingerprint, if they are those that were indexed.

        Raises:
            DocumentError: if they cannot be read, or are others.
        """
        original = self._store.original(document.id)
        if original is None:
            raise DocumentError("is no longer in the index")
        path, fingerprint = original
        data = read_bytes(path, Limits.in_force(None))
        if hashlib.sha256(data).hexdigest() != fingerprint:
            raise DocumentError("has changed since it was indexed: index it again")
        return data, fingerprint


def _told(said: str, reason: str = "") -> str:
    why = f" <bdi>{text(reason)}</bdi>" if reason else ""
    return f'<p class="told" dir="{direction(said)}">{text(said)}{why}</p>'


def _page_html(document: Document, page: Page, drawn: DrawnPage, say: Words) -> str:
    picture = base64.b64encode(drawn.picture).decode()
    marks = "".join(
        f'<rect class="mark" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="2"/>'
        for box in drawn.boxes
    )
    name = text(say("page_of", page.number, len(document.pages), document.title))
    return (
        f'<div class="sheet" tabindex="0" role="region" aria-label="{name}">'
        f'<img src="data:image/webp;base64,{picture}" alt="{name}" width="{drawn.width:.0f}" height="{drawn.height:.0f}">'
        f'<svg viewBox="0 0 {drawn.width:.1f} {drawn.height:.1f}" aria-hidden="true">{marks}</svg></div>'
        f"{_turning(document, page, say)}"
    )


def _turning(document: Document, page: Page, say: Words) -> str:
    """Return the way to the pages before and after."""
    numbers = [other.number for other in document.pages]
    at = numbers.index(page.number)
    buttons = [
        f'<button type="button" class="turn" data-page="{numbers[to]}">{text(say(key))}</button>'
        for to, key in ((at - 1, "page_before"), (at + 1, "page_after"))
        if 0 <= to < len(numbers)
    ]
    said = say("page_number", page.number, numbers[-1])
    return f'<div class="pages" dir="{direction(said)}"><span>{text(said)}</span>{"".join(buttons)}</div>'


def _text_html(document: Document, place: Place, say: Words) -> str:
    whole = document.text
    start, end = min(place.start, len(whole)), min(place.end, len(whole))
    first, last = max(0, start - _AROUND), min(len(whole), end + _AROUND)
    before, quote, after = whole[first:start], whole[start:end], whole[end:last]
    name = text(say("text_of", document.title))
    return (
        f'<div class="sheet text" tabindex="0" role="region" aria-label="{name}" dir="{direction(whole)}" '
        f'lang="{text(document.language)}">{"… " * (first > 0)}{text(before)}'
        f"{f'<mark>{text(quote)}</mark>' * bool(quote)}{text(after)}{' …' * (last < len(whole))}</div>"
    )
