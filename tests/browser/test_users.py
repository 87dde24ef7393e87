"""Users: they log in, have conversations of their own and, if so set, documents of their own, and see nothing of others'."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from asking import ARABIC, ENGLISH, ask
from playwright.sync_api import Browser, Page, expect
from running import App, running_app, watched

from rag.conversations import Conversations
from rag.users import add_user

pytestmark = [pytest.mark.browser, pytest.mark.model]

USERS = {"amal": "correct horse", "عمر": "battery staple"}
SECRET = "Amal hides the silver flute behind the clock in the tower of Tarn.\n"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "users"
    for name, password in USERS.items():
        add_user(path, name, password)
    return path


@pytest.fixture(scope="module")
def app(some_store: Path, users: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    store = tmp_path_factory.mktemp("shared") / "store"
    shutil.copytree(some_store, store)
    with running_app(store, RAG_AUTH=str(users)) as app:
        yield app


def log_in(page: Page, name: str) -> None:
    page.locator("#username").fill(name)
    page.locator("#password").fill(USERS[name])
    page.locator("#password").press("Enter")
    page.wait_for_selector("#question textarea[dir=auto]")


def test_the_door_is_shown_in_the_browsers_language_and_lets_in_who_knows(browser: Browser, app: App) -> None:
    with watched(browser, app, locale="ar-EG") as page:
        assert page.url == f"{app.url}/login"
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.get_by_role("button", name="الدخول")).to_be_visible()
        log_in(page, "عمر")
        page.locator("#conversations .toggle-button").click()
        expect(page.locator("#user")).to_contain_text("عمر")
        page.locator("#log-out").click()
        expect(page.locator("#username")).to_be_visible()
        page.goto(app.url)
        expect(page.locator("#username")).to_be_visible()


def test_each_has_their_own_conversations_about_shared_documents(browser: Browser, app: App) -> None:
    with watched(browser, app) as hers, watched(browser, app) as his:
        log_in(hers, "amal")
        log_in(his, "عمر")
        ask(hers, ENGLISH)
        ask(his, ARABIC)
        for page, mine in ((hers, ENGLISH), (his, ARABIC)):
            page.locator("#conversations .toggle-button").click()
            expect(page.locator("#conversation-list label")).to_have_count(1)
            expect(page.locator("#conversation-list label")).to_contain_text(mine)
        link = hers.locator("#conversation-links a").first.get_attribute("href")
        assert hers.request.get(f"{app.url}/{link}").ok
        assert his.request.get(f"{app.url}/{link}").status == 404
        assert httpx.get(f"{app.url}/{link}").status_code == 401
        # A name of another's conversation in one's own browser opens nothing.
        id_ = Conversations(app.store, "amal").all()[0].id
        assert Conversations(app.store, "عمر").rounds(id_) == []


def test_documents_of_ones_own_are_seen_by_nobody_else(browser: Browser, users: Path, tmp_path: Path) -> None:
    (tmp_path / "flute.txt").write_text(SECRET)
    with running_app(tmp_path / "store", RAG_AUTH=str(users), RAG_DOCUMENTS="own") as app:
        with watched(browser, app) as hers:
            log_in(hers, "amal")
            hers.get_by_role("tab", name="Documents").click()
            hers.locator("#upload input[type=file]").set_input_files([tmp_path / "flute.txt"])
            expect(hers.locator("#upload-told")).to_contain_text("1 of 1 files added", timeout=60_000)
            hers.get_by_role("tab", name="Ask").click()
            expect(ask(hers, "Where is the silver flute?")).to_contain_text("behind the clock")
            button = hers.locator("article.source button.open").first
            address = f"{app.url}/{button.get_attribute('value')}"
            assert "behind the clock" in hers.request.get(address).text()
            with watched(browser, app) as his:
                log_in(his, "عمر")
                expect(his.locator("#chat")).to_contain_text("There are no documents yet")
                expect(ask(his, "Where is the silver flute?")).to_contain_text("no documents yet")
                assert his.request.get(address).status == 404
            assert httpx.get(address).status_code == 401
        assert not any(path.name == "flute.txt" for path in (app.store / "incoming").rglob("*"))
        assert (app.store / "users" / "amal" / "uploads" / "flute.txt").read_text() == SECRET
