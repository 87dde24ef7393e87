"""The chat as its readers meet it: the real app over the real index, in a real browser."""

import re

import pytest
from asking import ARABIC, ENGLISH, OFF_TOPIC, PHONE, ask, direction
from playwright.sync_api import Page, expect
from running import App

from rag.text.languages import direction as direction_of_text

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_an_arabic_question_is_answered_from_right_to_left_with_its_source(page: Page) -> None:
    answer = ask(page, ARABIC)
    expect(answer.get_by_role("link", name="[1]")).to_be_visible()
    assert direction(answer) == direction(page.locator("#chat .question")) == "rtl"
    card = page.locator("article.source:visible").first
    assert direction(card) == "rtl"
    expect(page.locator("#sources h2:visible")).to_have_text("المصادر")
    expect(card.locator("h3")).to_contain_text("رأس الزمرد")
    assert re.search(r"\d{4}-\d\d-\d\d.*ar/\w+", card.locator(".facts").inner_text(), re.S)
    quotes = [mark.inner_text() for mark in page.locator("mark:visible").all()]
    sentences = [said.inner_text() for said in answer.locator("p .text").all()]
    assert quotes == sentences


def test_an_english_question_reads_from_left_to_right_and_each_sentence_its_own_way(page: Page) -> None:
    answer = ask(page, ENGLISH)
    assert direction(page.locator("#chat .question")) == "ltr"
    shown = answer.evaluate(
        "e => [...e.querySelectorAll('p .text')].map(p => [getComputedStyle(p).direction, p.innerText])"
    )
    ways = [(way, direction_of_text(text)) for way, text in shown]
    assert ("ltr", "ltr") in ways and all(shown == own for shown, own in ways)
    expect(page.locator("#sources h2:visible")).to_have_text("Sources")


def test_a_marker_lights_its_source_also_of_an_earlier_answer(page: Page) -> None:
    ask(page, ARABIC)
    first = page.locator("article.source:visible").first.get_attribute("id")
    ask(page, ENGLISH)
    assert page.locator("article.source:visible").first.get_attribute("id") != first
    page.locator("a.marker").first.click()
    card = page.locator(f"#{first}")
    expect(card).to_be_visible()
    expect(card).to_be_focused()
    expect(card).to_have_class(re.compile(r"\blit\b"))
    expect(page.locator("section.sources:visible")).to_have_count(1)


def test_a_chinese_question_is_answered_from_chinese_and_other_documents(page: Page) -> None:
    answer = ask(page, "曜远公司的首批光伏组件什么时候发货？")
    expect(answer).to_contain_text("2026年2月")
    assert direction(answer) == direction(page.locator("#chat .question")) == "ltr"
    expect(page.locator("#sources h2:visible")).to_have_text("Sources")  # there are no words of the page in Chinese
    expect(page.locator("article.source:visible").first.locator(".facts")).to_contain_text("Chinese")


def test_a_refusal_says_so_and_offers_the_nearest_passages(page: Page) -> None:
    answer = ask(page, OFF_TOPIC)
    assert direction(answer) == "rtl"
    expect(answer).to_have_class(re.compile("refused"))
    expect(page.locator("#sources h2:visible")).to_have_text("أقرب المقاطع")
    expect(page.locator("article.source:visible")).to_have_count(3)
    expect(page.locator("mark")).to_have_count(0)


def test_an_example_is_asked_at_a_click_and_a_conversation_can_be_cleared(page: Page) -> None:
    example = page.locator("#chat .example").first
    question = example.inner_text()
    example.click()
    expect(page.locator("#chat .question")).to_have_text(question)
    expect(page.locator("#chat .answer")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#chat .example").first).to_be_visible()
    expect(page.locator("article.source")).to_have_count(0)


def test_the_question_box_takes_its_direction_from_what_is_typed(page: Page) -> None:
    box = page.locator("#question textarea")
    for typed, way in (("كم عدد صواريخ ATACMS", "rtl"), ("How many", "ltr")):
        box.fill(typed)
        assert direction(box) == way


def test_nothing_asked_is_nothing_done_and_too_much_is_told_in_a_line(page: Page) -> None:
    box = page.locator("#question textarea")
    box.fill("  \n ")
    box.press("Enter")
    said = ask(page, "a" * 5000)
    expect(page.locator("#chat .question")).to_have_count(1)
    expect(said).to_have_class("error")
    assert "5,000 characters" in said.inner_text() and "Traceback" not in page.content()


def test_what_documents_and_questions_hold_is_shown_as_text(page: Page, hostile: str) -> None:
    question = (
        "When does the Zorblax festival open in Quux?\n<img src=http://evil.example/q.png onerror=alert(6)> **x**"
    )
    answer = ask(page, question)
    assert page.locator("#chat .question").inner_text() == question
    assert hostile in page.locator("#chat .bot").inner_text()
    card = page.locator("article.source:visible", has_text="Zorblax").first
    expect(card.locator("h3")).to_have_text(re.compile("<b onclick|Zorblax festival"))
    expect(card.locator(".facts")).to_contain_text("<img src=http:evil.example onerror=alert(4)>.txt")
    assert hostile in " ".join(page.locator("mark:visible").all_inner_texts())
    for shown in (answer, page.locator("#chat .question"), page.locator("#sources")):
        expect(shown.locator("script, img, b, strong, code, .katex, a:not(.marker)")).to_have_count(0)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_the_sources_stand_below_and_nothing_is_wider_than_it(page: Page) -> None:
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        answer = ask(page, ARABIC)
    card = page.locator("article.source:visible").first
    below, above = card.bounding_box(), answer.bounding_box()
    assert below and above and below["y"] > above["y"] and below["width"] > 320


def test_the_server_asks_nothing_of_the_network_and_forbids_the_browser_to(page: Page, app: App) -> None:
    policy = page.request.get(app.url).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-") and "http" not in policy
    assert "unsafe" not in policy.split("style-src")[0]
    ask(page, ENGLISH)
    # The address it listens on is looked up; nothing else is.
    assert {line for line in app.network_log.read_text().splitlines() if "127.0.0.1" not in line} == set()
