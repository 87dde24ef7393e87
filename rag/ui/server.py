"""Serving the page, so that nothing in it reaches another host."""

import asyncio
import errno
import logging
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from gradio.routes import App
from starlette.routing import Mount

from rag.chain import Assistant
from rag.errors import SettingsError
from rag.settings import Settings
from rag.ui.downloads import add_downloads
from rag.ui.gate import Gate, user_of
from rag.ui.incoming import receive_in
from rag.ui.opening import add_opening
from rag.ui.page import build
from rag.ui.security import Guarded
from rag.ui.theme import theme
from rag.ui.words import translations
from rag.ui.workspace import Load, Workspaces
from rag.users import Users

_HERE = Path(__file__).resolve().parent
_SCRIPTS = ("results.js", "question.js", "script.js")  # before Gradio's own: the first two change how they fetch
# What Gradio would do for whoever asks: hand out files that others have just handed in, and write a page's state to the disk.
_UNUSED = ("/gradio_api/file={path:path}", "/gradio_api/file/{path:path}", "/gradio_api/deep_link")


def launch(settings: Settings, load: Load = Assistant.load) -> None:
    """Serve the chat until Ctrl-C; its address is printed once it answers. `load` makes what it talks to.

    Without documents the page is opened all the same: they can be added there.

    Raises:
        SettingsError: if `settings.host` and `settings.port` cannot be listened on.
        UserError: if `settings.auth` is no file of users.
        StoreError: if there is an index, but no whole one of this model.
        EmbeddingModelError: if the model cannot be loaded.

    """
    try:
        with _listener(settings.host, settings.port) as listener:
            users = None if settings.auth is None else Users(settings.auth)
            receive_in(settings.store)
            web = _web(Workspaces(settings, load))
            app = Guarded(web if users is None else Gate(web, users))
            config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
            _Server(config, page=_gradio(web), address=_address(listener)).run(sockets=[listener])
    except KeyboardInterrupt:
        sys.stdout.write("\n")


class _Server(uvicorn.Server):
    """Says where it listens as soon as it does, and stops as soon as it is told to."""

    def __init__(self, config: uvicorn.Config, *, page: App, address: str) -> None:
        super().__init__(config)
        self._page, self._address = page, address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"Sanad is at {self._address}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._page.stop_event.set()  # ends the stream that Gradio keeps open to each browser, or we would wait for them
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        await super().shutdown(sockets)


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether uvicorn has more to say than that it cuts off what is being answered: that is what Ctrl-C is for."""
    cut_off = record.exc_info is not None and record.exc_info[0] is asyncio.CancelledError
    return not cut_off and not str(record.msg).startswith("Cancel ")


def _web(workspaces: Workspaces) -> FastAPI:
    # Not `page.launch`: that asks itself over HTTP whether it is up, through whatever proxy the environment names.
    web = FastAPI(openapi_url=None)

    @web.get("/sanad/{name}.js")
    def script(name: str) -> Response:
        return _script(f"{name}.js")

    for address in _UNUSED:
        web.get(address)(_nothing)
    add_opening(web, lambda request: workspaces.of(user_of(request)).store())
    add_downloads(web, workspaces)
    settings = workspaces.settings
    gr.mount_gradio_app(
        web,
        build(workspaces),
        path="/",
        theme=theme(),
        i18n=translations(),
        css_paths=_HERE / "style.css",
        head="".join(f'<script src="/sanad/{script}"></script>' for script in _SCRIPTS),
        footer_links=[],  # they lead to gradio.app
        run_history=False,  # it keeps questions and answers in the browser, and can send them to Hugging Face
        ssr_mode=False,
        mcp_server=find_spec("mcp") is not None,
        enable_monitoring=False,
        show_error=False,
        max_file_size=settings.max_file_mb * 1_000_000 if settings.max_upload_files else 1,
        auth_dependency=None if settings.auth is None else user_of,
    )
    return web


def _script(name: str) -> Response:
    return FileResponse(_HERE / name, media_type="text/javascript") if name in _SCRIPTS else _nothing()


def _nothing() -> Response:
    return Response(status_code=404)


def _gradio(web: FastAPI) -> App:
    return next(route.app for route in web.routes if isinstance(route, Mount) and isinstance(route.app, App))


def _listener(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"RAG_HOST is {host!r}, which is no address of this machine ({error})") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        found = "already in use" if error.errno == errno.EADDRINUSE else f"closed to us ({error.strerror})"
        raise SettingsError(
            f"port {port} on {host} is {found}: stop what uses it, or set RAG_PORT to another"
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = "localhost" if host in {"0.0.0.0", "::"} else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
