"""The chat over `seeds/` and one hostile document, open in a page that is watched."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from running import CHROMIUM, ROOT, App, running_app, running_browser, watched

from rag.index import index_paths
from rag.index.build import Recipe

expect.set_options(timeout=30_000)  # a busy machine is no failure

SOME = ("ar/desalination.txt", "en/desalination.html", "en/manuscripts.txt", "en/flood.txt")
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
def some_store(once: Callable[[str, Callable[[Path], None]], Path], recipe: Recipe) -> Path:
    """A store of a few of the seeds, to be copied by who changes it."""

    def make(folder: Path) -> None:
        assert index_paths([ROOT / "seeds" / name for name in SOME], folder, recipe).documents.added == len(SOME)

    return once("some", make)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium is installed")
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def app(browser: Browser, store: Path) -> Iterator[App]:
    with running_app(store, anew=True) as app:
        browser.new_page().goto(app.url)  # stays open: Ctrl-C must not wait for it, nor tell of it
        yield app


@pytest.fixture(scope="session")
def altering(browser: Browser, store: Path) -> Iterator[App]:
    """The app with a writer that alters what it quotes."""
    with running_app(store, ROOT / "tests" / "browser" / "altering_app.py") as app:
        yield app


@pytest.fixture
def page(browser: Browser, app: App, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The chat, open. Afterwards: no request went to another host, nothing is on the console, no dialog came."""
    with watched(browser, app, **getattr(request, "param", {"viewport": {"width": 1280, "height": 800}})) as page:
        yield page
