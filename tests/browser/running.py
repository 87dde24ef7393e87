"""The real app in a process of its own, and a real Chromium to look at it with."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
def running_app(store: Path, script: Path = ROOT / "app.py", **variables: str) -> Iterator[App]:
    """Run the app over `store` on a free port, with settings; end it by Ctrl-C, and see that it ends cleanly."""
    with tempfile.TemporaryDirectory() as folder, Path(folder, "errors").open("w+") as errors:
        Path(folder, "sitecustomize.py").write_text(_WATCH)
        log = Path(folder, "network.log")
        log.touch()
        settings = {
            **variables,
            "RAG_STORE": str(store.resolve()),
            "RAG_PORT": "0",
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            "WATCH_LOG": str(log),
        }
        command = [sys.executable, str(script)]
        with subprocess.Popen(
            command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process:
            assert process.stdout is not None
            try:
                said = process.stdout.readline()
                address = re.fullmatch(r"Sanad is at (http://127\.0\.0\.1:\d+)\n", said)
                assert address, f"the app said {said!r} and {Path(errors.name).read_text()!r}"
                yield App(address[1], log, store)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(20)
        assert (process.returncode, Path(errors.name).read_text()) == (0, ""), "Ctrl-C does not end the app cleanly"


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
