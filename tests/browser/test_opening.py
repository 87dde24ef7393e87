"""Reading a source: a citation lights it and opens it at its place, drawn if it is a PDF, as text if it is not."""

import re

import pytest
from asking import ARABIC, PHONE, ask
from playwright.sync_api import Browser, Locator, Page, expect
from running import App

pytestmark = [pytest.mark.browser, pytest.mark.model]

OVER_A_PDF = "In what year was the returned treatise on the astrolabe copied?"


def box(element: Locator) -> dict[str, float]:
    found = element.bounding_box()
    assert found
    return dict(found)


def is_in_sight(inner: Locator, outer: Locator) -> bool:
    one, other = box(inner), box(outer)
    return other["y"] <= one["y"] and one["y"] + one["height"] <= other["y"] + other["height"] + 1


def test_hovering_or_focusing_a_citation_lights_its_sentence_and_brings_it_into_sight(page: Page) -> None:
    answer = ask(page, ARABIC)
    marker = answer.locator("a.marker").nth(2)
    card = page.locator(f"#{(marker.get_attribute('href') or '')[1:]}")
    assert not is_in_sight(card.locator("mark").first, page.locator("#panel"))
    marker.hover()
    expect(card).to_have_class(re.compile(r"\bnear\b"))
    assert is_in_sight(card.locator("mark").first, page.locator("#panel"))
    page.mouse.move(2, 2)
    expect(page.locator(".source.near")).to_have_count(0)
    marker.focus()
    expect(card).to_have_class(re.compile(r"\bnear\b"))


def test_a_citation_opens_the_text_around_it_scrolled_to_and_marked(page: Page) -> None:
    answer = ask(page, ARABIC)
    sentence = answer.locator("p.said").nth(2)
    sentence.locator("a.marker").click()
    sheet = page.locator(".source.open .sheet.text")
    expect(sheet.locator("mark")).to_have_text(sentence.locator(".text").inner_text())
    assert is_in_sight(sheet.locator("mark"), sheet)
    assert "٣١٠ ملايين دولار" in sheet.inner_text()  # far from the sentence: the document is there, not an excerpt
    assert sheet.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert "ar/desalination.txt" in page.locator(".source.open .facts").inner_text()


def test_a_citation_of_a_pdf_opens_the_drawn_page_with_the_sentence_marked(page: Page) -> None:
    answer = ask(page, OVER_A_PDF)
    answer.locator("p[dir=rtl] a.marker").first.click()
    card = page.locator(".source.open")
    expect(card.locator(".facts")).to_contain_text(re.compile("ص 1.*ar/manuscripts.pdf"))
    expect(card.locator(".foreign")).to_have_text("The source is in Arabic")
    picture = card.get_by_role("img")
    expect(picture).to_have_attribute("alt", re.compile("Page 1 of 2: عودة الحبر"))
    assert picture.evaluate("e => e.decode().then(() => e.naturalWidth)") > 1000
    marks = card.locator(".sheet rect.mark")
    expect(marks).to_have_count(2)  # the sentence stands on two lines
    assert is_in_sight(marks.first, card.locator(".sheet"))
    ink, paper = (ink_share(page, at) for at in (box(marks.first), {**box(marks.first), "y": box(picture)["y"] + 2}))
    assert ink > 0.02 and paper == 0  # there are letters where it is marked, and none at the paper's edge
    card.get_by_role("button", name="Next page").click()
    expect(picture).to_have_attribute("alt", re.compile("Page 2 of 2"))
    expect(marks).to_have_count(0)
    expect(card.locator(".sheet")).to_be_focused()


def ink_share(page: Page, at: dict[str, float]) -> float:
    """Return the share of dark pixels of the drawn page in a rectangle of the window."""
    return float(
        page.evaluate(
            """at => { const img = document.querySelector('.source.open .sheet img'), box = img.getBoundingClientRect();
            const canvas = document.createElement('canvas'), k = img.naturalWidth / box.width;
            [canvas.width, canvas.height] = [at.width * k, at.height * k];
            const context = canvas.getContext('2d');
            context.drawImage(img, -(at.x - box.x) * k, -(at.y - box.y) * k);
            const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
            let dark = 0;
            for (let i = 0; i < data.length; i += 4) dark += data[i] < 100;
            return dark / (data.length / 4); }""",
            at,
        )
    )


def test_a_source_is_opened_and_left_by_keyboard_and_the_reader_is_back_where_he_was(page: Page) -> None:
    answer = ask(page, ARABIC)
    marker = answer.locator("a.marker").first
    marker.focus()
    page.keyboard.press("Enter")
    card = page.locator("article.source:visible").first
    expect(card).to_be_focused()
    expect(card.locator(".sheet mark")).to_be_visible()
    expect(card.get_by_role("button", name="Close")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)
    expect(marker).to_be_focused()
    button = card.get_by_role("button", name="Open the source")
    button.focus()
    page.keyboard.press("Space")
    expect(card.locator(".sheet mark")).to_be_visible()
    expect(button).to_have_count(0)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_an_opened_page_fits_a_phone(page: Page) -> None:
    answer = ask(page, OVER_A_PDF)
    answer.locator("p[dir=rtl] a.marker").first.click()
    expect(page.locator(".source.open .sheet img")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_cannot_be_opened_is_told_in_a_line(browser: Browser, app: App) -> None:
    page = browser.new_page()  # unwatched: it is to log that a fetch failed
    page.goto(app.url)
    answer = ask(page, ARABIC)
    page.locator("button.open:visible").first.evaluate("e => { e.value = 'sanad/source/0000000000000000' }")
    answer.locator("a.marker").first.click()
    expect(page.locator(".source.open .told")).to_have_text("This document is no longer there, or not for you to see.")
    page.context.set_offline(True)
    answer.locator("a.marker").nth(1).click()
    expect(page.locator(".source.open .told")).to_have_text(re.compile("could not be fetched"))
    page.close()
