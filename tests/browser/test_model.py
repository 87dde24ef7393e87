"""A language model's answer on the page: over the real client and a server on loopback, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import ask
from model_server import ModelServer, model_server
from playwright.sync_api import Browser, Page, expect
from running import App, running_app, watched

pytestmark = [pytest.mark.browser, pytest.mark.model]
QUESTION = "How much water a day does the Ras Zumurrud plant produce?"
TRUE = "The ministry says the plant can produce 150,000 cubic metres a day. [1]"
LINKS = (
    "See [the bill](https://evil.example/pay) and ![a](https://evil.example/a.png) <img src=https://evil.example/b.png> "
    "javascript:alert(1) https://evil.example/c [77]"
)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="module")
def app(browser: Browser, store: object, server: ModelServer) -> Iterator[App]:
    with running_app(store, RAG_MODEL=f"openai:a-model@{server.url}/v1") as app:  # type: ignore[arg-type]
        yield app


@pytest.fixture
def page(browser: Browser, app: App, server: ModelServer) -> Iterator[Page]:
    server.status, server.reason, server.delay, server.reading = 200, "stop", 0.0, 0.0
    with watched(browser, app) as page:
        yield page


def test_what_it_writes_is_checked_and_is_only_text(page: Page, server: ModelServer) -> None:
    server.text = f"{TRUE}\n{LINKS}"
    answer = ask(page, QUESTION)
    expect(answer.locator(".said")).to_have_count(2)
    expect(answer.locator(".said").first).to_have_class("said supported")
    last = answer.locator(".said").last
    expect(last).not_to_have_class("said supported")
    expect(last).to_contain_text("<img src=https://evil.example/b.png> javascript:alert(1) https://evil.example/c")
    expect(last.locator(".marker.lost")).to_have_text("[77]")
    assert last.locator("a, img").count() == 0
    expect(answer).to_contain_text("a-model")


def test_sentences_come_before_the_answer_is_whole(page: Page, server: ModelServer) -> None:
    server.text, server.delay = f"{TRUE}\n{'and so on ' * 60}. [2]", 0.05
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#question textarea").press("Enter")
    growing = page.locator("#chat .answer.growing")
    expect(growing.locator(".said.supported")).to_have_count(1)
    expect(page.locator("#chat .answer:not(.growing)")).to_have_count(1)


def test_where_it_fails_the_documents_are_quoted_and_that_is_told(page: Page, server: ModelServer) -> None:
    server.status, server.message = 429, "quota used up"
    answer = ask(page, QUESTION)
    expect(answer.locator(".said.supported").first).to_be_visible()
    expect(answer.locator(".notice")).to_contain_text("quota used up")


def test_ctrl_c_ends_the_app_cleanly_while_an_answer_is_being_written(
    browser: Browser, store: Path, server: ModelServer
) -> None:
    server.status, server.delay, server.text = 200, 0.2, f"{TRUE}\n{'and so on ' * 300}. [2]"
    with browser.new_context() as context, running_app(store, RAG_MODEL=f"openai:a-model@{server.url}/v1") as app:
        page = context.new_page()
        page.goto(app.url)
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#chat .answer.growing .said.supported")).to_have_count(1)
