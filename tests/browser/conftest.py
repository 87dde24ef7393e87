"""The chat over `seeds/` and one hostile document, open in a page that is watched."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from running import CHROMIUM, App, Seen, running_app, running_browser

from rag.index import index_paths
from rag.index.build import Recipe

expect.set_options(timeout=30_000)  # a busy machine is no failure

HOSTILE = (
    "The Zorblax festival opens on 3 May 2031 in Quux <script>alert(0)</script>"
    "<img src=http://evil.example/a.png onerror=alert(1)>![b](http://evil.example/b.png) [c](javascript:alert(2)) "
    "$$\\frac{a}{b}$$ {{value}} ${alert(3)} `code` **bold** with 400 singers."
)


@pytest.fixture(scope="session")
def hostile() -> str:
    """A sentence of a document that attacks its reader."""
    return HOSTILE


@pytest.fixture(scope="session")
def store(seeds_store: Path, recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat")
    document = folder / "documents" / "<img src=http:evil.example onerror=alert(4)>.txt"
    document.parent.mkdir()
    document.write_text(f"Zorblax <b onclick=alert(5)>festival</b> **news**\n\n{HOSTILE}\n\nThat is all.\n", "utf-8")
    shutil.copytree(seeds_store, folder / "store")
    assert index_paths([document.parent], folder / "store", recipe).documents.added == 1
    return folder / "store"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium is installed")
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def app(browser: Browser, store: Path) -> Iterator[App]:
    with running_app(store) as app:
        browser.new_page().goto(app.url)  # stays open: Ctrl-C must not wait for it, nor tell of it
        yield app


@pytest.fixture
def page(browser: Browser, app: App, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The chat, open. Afterwards: no request went to another host, nothing is on the console, no dialog came."""
    seen = Seen()
    context = browser.new_context(**getattr(request, "param", {"viewport": {"width": 1280, "height": 800}}))
    page = context.new_page()
    own = (app.url + "/", "data:", f"blob:{app.url}")
    page.on("request", lambda it: None if it.url.startswith(own) else seen.requests.append(it.url))
    page.on("console", lambda it: seen.console.append(it.text) if it.type in {"error", "warning"} else None)
    page.on("pageerror", lambda it: seen.console.append(str(it)))
    page.on("dialog", lambda it: (seen.dialogs.append(it.message), it.dismiss()))
    page.goto(app.url)
    page.wait_for_selector("#question textarea[dir=auto]")
    yield page
    context.close()
    assert seen == Seen()
