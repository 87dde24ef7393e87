"""The real app in a process of its own, and a real Chromium to look at it with."""

import multiprocessing
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# What Chromium asks of the network by itself is no page's doing, and only noise where there is no network.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Read by the app's Python as it starts: whatever the process then asks of the network is written down.
_WATCH = """
import os, sys
def _watch(event, details):
    if event in {"socket.connect", "socket.getaddrinfo"}:
        with open(os.environ["WATCH_LOG"], "a") as log:
            print(event, *details[-1 if event == "socket.connect" else 0 :], file=log)
sys.addaudithook(_watch)
"""


@dataclass(frozen=True)
class App:
    """A running app: its address, the log of what its process asked of the network, and its store."""

    url: str
    network_log: Path
    store: Path


@dataclass
class Seen:
    """What a page did that it should not."""

    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@contextmanager
def running_app(store: Path, script: Path = ROOT / "app.py", *, anew: bool = False, **variables: str) -> Iterator[App]:
    """Run the app over `store` on a free port, with settings; end it by Ctrl-C, and see that it ends cleanly.

    It is a process of its own, forked from one that has imported what takes ten seconds to import; `anew`, a new Python.
    """
    with tempfile.TemporaryDirectory() as folder:
        log, said, errors = (Path(folder, name) for name in ("network.log", "said", "errors"))
        for file in (log, said, errors):
            file.touch()
        settings = {
            **variables,
            "RAG_STORE": str(store.resolve()),
            "RAG_PORT": "0",
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            "WATCH_LOG": str(log),
        }
        start = _new_python if anew else _forked
        process = start(script, os.environ | settings, Path(folder))
        try:
            yield App(_address(process, said, errors), log, store)
        except BaseException as error:
            error.add_note(f"the app said: {errors.read_text()!r}")
            raise
        finally:
            process.send(signal.SIGINT)  # what Ctrl-C does
            code = process.wait(60)  # of a busy machine
            process.send(signal.SIGKILL)
        ended = (code, errors.read_text())
        assert ended == (0, ""), f"Ctrl-C does not end the app cleanly: {ended}"


@dataclass(frozen=True)
class _Process:
    """A running process; `wait` gives its exit status, None if it has none after so many seconds."""

    pid: int | None
    wait: Callable[[float], int | None]

    def send(self, number: int) -> None:
        """Send a signal, if the process is still running."""
        if self.pid and self.wait(0) is None:
            os.kill(self.pid, number)


def _address(process: _Process, said: Path, errors: Path) -> str:
    """Wait for the app to say where it is."""
    while not said.read_text().endswith("\n") and process.wait(0.05) is None:
        continue
    address = re.fullmatch(r"Sanad is at (http://127\.0\.0\.1:\d+)\n", said.read_text())
    assert address, f"the app said {said.read_text()!r} and {errors.read_text()!r}"
    return address[1]


def _new_python(script: Path, environment: dict[str, str], folder: Path) -> _Process:
    (folder / "sitecustomize.py").write_text(_WATCH)
    with (folder / "said").open("w") as said, (folder / "errors").open("w") as errors:
        started = subprocess.Popen([sys.executable, str(script)], env=environment, stdout=said, stderr=errors)

    def wait(seconds: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return started.wait(seconds)
        return None

    return _Process(started.pid, wait)


def _forked(script: Path, environment: dict[str, str], folder: Path) -> _Process:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["rag.ui", "rag.llms.loading", "sentence_transformers", "langchain_openai", "mcp"])
    started = context.Process(target=_run, args=(script, environment, folder))
    started.start()

    def wait(seconds: float) -> int | None:
        started.join(seconds)
        return started.exitcode

    return _Process(started.pid, wait)


def _run(script: Path, environment: dict[str, str], folder: Path) -> None:
    """Be the app, in a process that was forked."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    for number, name in ((1, "said"), (2, "errors")):
        os.dup2(os.open(folder / name, os.O_WRONLY), number)
    sys.stdout, sys.stderr = (open(number, "w", buffering=1, closefd=False) for number in (1, 2))  # noqa: SIM115
    exec(_WATCH, {})
    sys.argv = [str(script)]
    runpy.run_path(str(script), run_name="__main__")


_STARTED: list[Playwright] = []


@contextmanager
def _playwright() -> Iterator[Playwright]:
    """Give the one Playwright that a process can have; who comes first ends it."""
    if _STARTED:
        yield _STARTED[0]
        return
    with sync_playwright() as playwright:
        _STARTED.append(playwright)
        try:
            yield playwright
        finally:
            _STARTED.clear()


@contextmanager
def running_browser(*arguments: str) -> Iterator[Browser]:
    """Run the system's Chromium, without a window."""
    with _playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS, *arguments])
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, app: App, **context: Any) -> Iterator[Page]:
    """Open the page; afterwards: no request went to another host, nothing is on the console, no dialog came."""
    seen = Seen()
    with browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context}) as opened:
        page = opened.new_page()
        own = (app.url + "/", "data:", f"blob:{app.url}")
        page.on("request", lambda it: None if it.url.startswith(own) else seen.requests.append(it.url))
        page.on("console", lambda it: seen.console.append(it.text) if _is_wrong(it.type, it.text) else None)
        page.on("pageerror", lambda it: seen.console.append(str(it)))
        page.on("dialog", lambda it: (seen.dialogs.append(it.message), it.dismiss()))
        page.goto(app.url)
        page.wait_for_selector("#question textarea[dir=auto], #username")
        yield page
    assert seen == Seen(), seen


def _is_wrong(kind: str, text: str) -> bool:
    # Gradio says this of its own each time that a file has been handed in.
    return kind in {"error", "warning"} and text != "Method not implemented."
