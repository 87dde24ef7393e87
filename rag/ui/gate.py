"""The door: nothing but the page to log in on is shown to anybody who has not said who they are.

Gradio's own `auth` keeps its page, but not what is mounted beside it (its MCP server, our own addresses), and lets passwords be
tried as fast as they come. Browsers get a session in a cookie; programs may send name and password with each request (Basic).
Sessions end with the server, when the user's password changes, or after two weeks.
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.ui.login import login_html
from rag.ui.words import language_of
from rag.users import Users

USER = "sanad.user"
"""Key of the ASGI scope under which the rest of the app finds who asks."""
COOKIE = "sanad-session"
_SESSION_SECONDS = 14 * 24 * 3600
_REMEMBERED_SECONDS = 300
_SLOWEST = 8.0
_LONGEST_FORM = 10_000
_ROWS = 4_096


@dataclass(frozen=True, slots=True)
class _Session:
    user: str
    hashed: str
    until: float


class Gate:
    """An ASGI app that lets users of a file through to another, which finds their name in the scope under `USER`."""

    def __init__(self, app: ASGIApp, users: Users) -> None:
        self._app, self._users = app, users
        self._sessions: dict[str, _Session] = {}
        self._failures: dict[int, int] = defaultdict(int)
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        response = await self._answer(Request(scope, receive))
        await (response or self._app)(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """Return what is said at the door; None where the way is free."""
        own: dict[tuple[str, str], Callable[[Request], Awaitable[Response]]] = {
            ("GET", "/login"): self._show_login,
            ("POST", "/login"): self._log_in,
            ("GET", "/logout"): self._log_out,
        }
        if act := own.get((request.method, request.url.path.rstrip("/"))):
            return await act(request)
        user = self._remembered(_digest(request.cookies.get(COOKIE, ""))) or await self._by_header(request)
        if user is None:
            return _refused(request)
        request.scope[USER] = user
        return None

    def _remembered(self, token: str) -> str | None:
        session = self._sessions.get(token)
        if session is None:
            return None
        if session.until < time.monotonic() or self._users.hash_of(session.user) != session.hashed:
            del self._sessions[token]
            return None
        return session.user

    async def _by_header(self, request: HTTPConnection) -> str | None:
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        token = _digest(f"basic {value}")  # hashing a password at each call would take longer than the call
        if user := self._remembered(token):
            return user
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            return None
        user = await self._admit(name, password)
        if user is not None:
            self._remember(token, user, _REMEMBERED_SECONDS)
        return user

    def _remember(self, token: str, user: str, seconds: float) -> None:
        now = time.monotonic()
        self._sessions = {key: one for key, one in self._sessions.items() if one.until >= now}
        self._sessions[token] = _Session(user, self._users.hash_of(user) or "", now + seconds)

    async def _admit(self, name: str, password: str) -> str | None:
        """Look at a password: one at a time for a name, and slower after each that was wrong."""
        row = int(_digest(name), 16) % _ROWS  # whoever makes names up must not fill our memory
        async with self._turns[row]:
            if failures := self._failures[row]:
                await asyncio.sleep(min(0.25 * 2 ** min(failures, 16), _SLOWEST))
            user = await run_in_threadpool(self._users.admit, name, password)
            self._failures[row] = 0 if user else failures + 1
        return user

    async def _show_login(self, request: Request) -> Response:
        return HTMLResponse(login_html(language_of(request.headers.get("accept-language", ""))))

    async def _log_in(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > _LONGEST_FORM:
            return JSONResponse({"error": "Too long."}, 413)
        form = await request.form()
        user = await self._admit(str(form.get("username", "")), str(form.get("password", "")))
        if user is None:
            if not _is_browser(request):
                return JSONResponse({"error": "The name or the password is wrong."}, 401)
            language = language_of(request.headers.get("accept-language", ""))
            return HTMLResponse(login_html(language, failed=True), 401)
        token = secrets.token_urlsafe(32)
        self._remember(_digest(token), user, _SESSION_SECONDS)
        response: Response = RedirectResponse("/", 303) if _is_browser(request) else JSONResponse({"success": True})
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, _SESSION_SECONDS, httponly=True, samesite="lax", secure=secure)
        return response

    async def _log_out(self, request: Request) -> Response:
        self._sessions.pop(_digest(request.cookies.get(COOKIE, "")), None)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE)
        return response


def user_of(connection: HTTPConnection) -> str | None:
    """Return who sent a request that the gate let through."""
    user: str | None = connection.scope.get(USER)
    return user


def _refused(request: Request) -> Response:
    if request.method == "GET" and _is_browser(request):
        return RedirectResponse("/login", 303)
    return JSONResponse({"error": "Not logged in: POST username and password to /login, or send them as Basic."}, 401)


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
