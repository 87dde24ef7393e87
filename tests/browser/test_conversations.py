"""Conversations on the page: there again after a reload and a restart, renamed, taken away, deleted, and thought of."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import ARABIC, ENGLISH, ask
from playwright.sync_api import Browser, Locator, Page, expect
from running import App, running_app, watched

from rag.conversations.candidates import candidates
from rag.conversations.saved import all_rated

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def own_store(some_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("conversations") / "store"
    shutil.copytree(some_store, store)
    return store


@pytest.fixture(scope="module")
def app(own_store: Path) -> Iterator[App]:
    with running_app(own_store) as app:
        yield app


def listed(page: Page) -> Locator:
    """Open the side bar, and return the conversations in it."""
    bar = page.locator("#conversations")
    if "open" not in (bar.get_attribute("class") or "").split():
        page.locator("#conversations .toggle-button").click()
    return page.locator("#conversation-list label")


def test_a_conversation_is_there_after_a_reload_and_can_be_gone_on_with(page: Page) -> None:
    first = ask(page, ENGLISH).inner_text()
    expect(listed(page).first).to_contain_text(ENGLISH)  # the page has come to rest
    page.reload()
    expect(page.locator("#chat .answer")).to_have_text([first], use_inner_text=True)
    expect(page.locator("article.source:visible").first).to_be_visible()
    ask(page, ARABIC)
    page.wait_for_timeout(1_000)
    page.reload()
    expect(page.locator("#chat .question")).to_have_text([ENGLISH, ARABIC])
    expect(listed(page).first).to_contain_text(ENGLISH)


def test_conversations_are_listed_chosen_renamed_and_deleted(page: Page) -> None:
    ask(page, ENGLISH)
    listed(page)
    page.locator("#new-conversation").click()
    expect(page.locator("#chat .question")).to_have_count(0)
    ask(page, ARABIC)
    expect(listed(page).first).to_contain_text(ARABIC)
    count = listed(page).count()
    listed(page).nth(1).click()
    expect(page.locator("#chat .question")).to_have_text(ENGLISH)
    title = page.locator("#conversation-title").locator("textarea, input")
    title.fill("<b>النجوم</b> & stars")
    title.press("Enter")
    expect(listed(page).nth(1)).to_have_text("<b>النجوم</b> & stars")
    page.locator("#delete-conversation").click()
    page.locator("#delete-no").click()
    expect(listed(page)).to_have_count(count)
    page.locator("#delete-conversation").click()
    page.locator("#delete-yes").click()
    expect(listed(page)).to_have_count(count - 1)
    expect(page.locator("#chat .question")).to_have_count(0)
    page.reload()
    expect(page.locator("#chat .question")).to_have_count(0)


def test_a_conversation_is_taken_away_as_markdown_and_json(page: Page) -> None:
    ask(page, ENGLISH)
    listed(page)
    got = {}
    for name in ("Markdown", "JSON"):
        with page.expect_download() as download:
            page.locator("#conversation-links").get_by_role("link", name=name).click()
        got[name] = Path(download.value.path()).read_text("utf-8")
        assert "In what year" in download.value.suggested_filename
    assert "copied in 1187" in got["Markdown"] and "manuscripts" in got["Markdown"]
    assert json.loads(got["JSON"])["rounds"][0]["answer"]["citations"]


def test_thumbs_and_a_comment_become_a_question_to_evaluate_by(page: Page, own_store: Path) -> None:
    ask(page, ENGLISH)
    page.get_by_role("button", name="Like", exact=True).click()
    box = page.locator("#comment textarea")
    expect(box).to_be_visible()
    box.fill("نعم، هذا صحيح")
    box.press("Enter")
    expect(box).to_be_hidden()
    (last, *_) = reversed(all_rated(own_store))
    assert last.feedback and last.feedback.good and last.feedback.comment == "نعم، هذا صحيح"
    (row,) = candidates([last])
    assert row["q"] == ENGLISH and any("1187" in answer for answer in row["answers"])
    ask(page, ARABIC)
    page.get_by_role("button", name="Dislike", exact=True).last.click()
    expect(box).to_be_visible()
    assert not next(reversed(all_rated(own_store))).feedback.good  # type: ignore[union-attr]


def test_an_app_that_starts_finds_what_was_kept_before(browser: Browser, app: App, own_store: Path) -> None:
    with watched(browser, app) as page:
        first = ask(page, ENGLISH).inner_text()
        expect(listed(page).first).to_contain_text(ENGLISH)
    with running_app(own_store) as app, watched(browser, app) as page:
        listed(page).first.click()
        expect(page.locator("#chat .answer")).to_have_text([first], use_inner_text=True)
        expect(ask(page, ARABIC)).to_contain_text("الرفاعي")
        expect(page.locator("#chat .question")).to_have_count(2)


def test_people_at_once_get_each_their_own(browser: Browser, app: App) -> None:
    with watched(browser, app) as one, watched(browser, app) as two:
        for page, question in ((one, ENGLISH), (two, ARABIC)):
            page.locator("#question textarea").fill(question)
        for page in (one, two):
            page.locator("#question textarea").press("Enter")
        for page, mine, other in ((one, "1187", "الرفاعي"), (two, "الرفاعي", "1187")):
            expect(page.locator("#chat .growing, #chat .wait")).to_have_count(0)
            expect(page.locator("#chat .answer")).to_have_count(1)
            expect(page.locator("#chat .answer")).to_contain_text(mine)
            expect(page.locator("#chat")).not_to_contain_text(other)
            expect(page.locator("#sources")).not_to_contain_text(other)
