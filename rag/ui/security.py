"""What the browser may do with the page: nothing but what the page itself says, and nothing with any other host.

What documents hold is never markup (`rag.ui.escaping`); the content security policy is the second lock. Gradio's own scripts
run from files of this server, or stand in its page, where each gets this answer's nonce; nothing else runs, and nothing is
compiled from text: so the page has no `gr.HTML` (it compiles its template) and no event with `js=`; `script.js` is the place.
Gradio styles elements one by one, so that styles cannot be held to a nonce.
"""

import re
import secrets
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.text.languages import is_rtl
from rag.ui.words import language_of

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; manifest-src 'self'; object-src 'none'; "
    "frame-src 'none'; worker-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_PREVIEW = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>")  # Gradio's name, picture and address
_ROOT = re.compile(rb"<html\s+lang=\"en\"")


class Guarded:
    """An ASGI app whose every answer tells the browser what it may do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        policy = _POLICY.format(nonce=nonce).encode()
        held: list[Message] = []  # the start of an HTML page, until all of it is there

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = _with(message, {b"content-security-policy": policy, **_HEADERS})
                if headers.get(b"content-type", b"").startswith(b"text/html"):
                    held.append(message)
                    return
            elif held:
                held.append(message)
                if message.get("more_body"):
                    return
                start, *parts = held
                accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
                body = dressed(b"".join(part.get("body", b"") for part in parts), nonce, language_of(accepted))
                _with(start, {b"content-length": str(len(body)).encode()})
                held.clear()
                await send(start)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._app(scope, receive, guarded)


def dressed(page: bytes, nonce: str, language: str) -> bytes:
    """Return Gradio's page with its scripts allowed, for a reader of a language, and without a word of Gradio's hosts.

    >>> dressed(b'<html lang="en"><meta name="twitter:creator" content="x"><script>', "n", "ar").decode()
    '<html lang="ar" dir="rtl" data-language="ar"><script nonce="n">'
    """
    way = "rtl" if is_rtl(language) else "ltr"
    page = _ROOT.sub(f'<html lang="{language}" dir="{way}" data-language="{language}"'.encode(), page, count=1)
    return _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), _PREVIEW.sub(b"", page))


def _with(message: MutableMapping[str, Any], added: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Give a response's start these headers in place of its own, and return all it has now."""
    headers = {name.lower(): value for name, value in message["headers"] if name.lower() not in added}
    headers |= added
    message["headers"] = [
        *((name, value) for name, value in message["headers"] if name.lower() not in added),
        *added.items(),
    ]
    return headers
