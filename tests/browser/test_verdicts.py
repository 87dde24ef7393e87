"""Verdicts as readers meet them: the real app and checker behind a writer that alters what it quotes."""

import re

import pytest
from asking import ask
from playwright.sync_api import Locator, Page, expect
from running import App

pytestmark = [pytest.mark.browser, pytest.mark.model]

ARABIC = "كم تنتج محطة رأس الزمرد من الماء في اليوم"
ENGLISH = "How much water a day does the Ras Zumurrud plant produce?"


@pytest.fixture(scope="module")
def app(altering: App) -> App:
    return altering


def colour(element: Locator) -> str:
    return str(element.evaluate("e => getComputedStyle(e).color"))


def is_shown(element: Locator) -> bool:
    return float(element.evaluate("e => getComputedStyle(e).opacity")) > 0.5


def test_a_contradicted_answer_says_so_at_its_head_and_shows_what_speaks_against_it(page: Page) -> None:
    answer = ask(page, f"{ARABIC} contradict")
    assert answer.locator("> *").first.get_attribute("class") == "warning"
    expect(answer.locator(".warning")).to_contain_text("المصدر يخالف الجملة الأولى")
    failing = answer.locator("p").first
    expect(failing).to_have_class("said contradicted")
    expect(failing.locator(".text")).to_contain_text("850")  # marked, not hidden
    expect(failing.locator(".verdict")).to_contain_text("✗ المصدر يقول خلاف ذلك")
    against = page.locator("article.source:visible mark.against")
    expect(against.first).to_contain_text("١٥٠")
    fine = answer.locator("p.supported .verdict").first
    expect(fine).to_contain_text("✓ في المصدر")
    assert colour(fine) != colour(failing.locator(".verdict"))


def test_the_reason_comes_up_on_hover_and_by_keyboard_and_is_there_to_be_read_out(page: Page) -> None:
    answer = ask(page, f"{ARABIC} contradict")
    verdict = answer.locator("p").first.locator(".verdict")
    reason = verdict.locator(".reason")
    assert not is_shown(reason)
    assert re.search("١٥٠.*850", verdict.inner_text(), re.S)  # in the page, not drawn by css
    verdict.hover()
    assert is_shown(reason)
    page.mouse.move(2, 2)
    assert not is_shown(reason)
    answer.get_by_role("link", name="[1]").first.focus()
    page.keyboard.press("Tab")
    expect(verdict).to_be_focused()
    assert is_shown(reason)
    box, window = reason.bounding_box(), page.viewport_size
    assert box and window and box["x"] >= 0 and box["x"] + box["width"] <= window["width"]


def test_what_is_invented_is_marked_and_shown_as_text_and_its_marker_is_told(page: Page) -> None:
    answer = ask(page, f"{ENGLISH} invent")
    last = answer.locator("p").last
    expect(last).to_have_class(re.compile("contradicted|unsupported"))
    expect(last.locator(".text")).to_contain_text("<img src=http://evil.example/v.png onerror=alert(7)> **at night**.")
    expect(last.locator(".reason")).to_contain_text("[7] points at no source")
    expect(answer.locator(".warning, img, b, strong")).to_have_count(0)


def test_what_is_found_without_a_citation_has_its_own_card(page: Page) -> None:
    answer = ask(page, f"{ENGLISH} uncited")
    first = answer.locator("p").first
    expect(first).to_have_class("said supported")
    expect(first.locator(".reason")).to_contain_text("no source is cited; found in")
    first.get_by_role("link", name="[+1]").click()
    card = page.locator("#source-1-found-1")
    expect(card).to_be_focused()
    expect(card.locator("mark.proof")).to_have_text(first.locator(".text").inner_text())


def test_quotes_are_in_their_sources(page: Page) -> None:
    answer = ask(page, ENGLISH)
    verdicts = answer.locator(".verdict")
    expect(verdicts).to_have_count(answer.locator("p").count())
    for verdict in verdicts.all():
        expect(verdict).to_contain_text("✓ in the source")
