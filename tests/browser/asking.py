"""What the tests of the page do again and again."""

from playwright.sync_api import Locator, Page, expect

ARABIC = "من افتتح محطة رأس الزمرد لتحلية المياه؟"
ENGLISH = "In what year was the returned treatise on the astrolabe copied?"
OFF_TOPIC = "كيف أحضّر عجينة البيتزا في البيت؟"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

_STATE = """() => ({
  box: document.querySelector("#question textarea").value,
  chat: document.querySelector("#chat").innerText,
  said: [...document.querySelectorAll(".toast-body")].map((one) => one.innerText),
  requests: performance.getEntriesByType("resource")
    .filter((one) => one.name.includes("/queue/"))
    .map((one) => [one.name.slice(-40), one.startTime, one.responseStart, one.responseEnd]),
})"""


def ask(page: Page, message: str) -> Locator:
    """Ask, and return the answer when it is whole (or the error)."""
    said = page.locator("#chat .bot .answer, #chat .bot .error")
    count = said.count()
    page.locator("#question textarea").fill(message)
    page.locator("#question textarea").press("Enter")
    try:
        expect(said).to_have_count(count + 1)
    except AssertionError as error:
        error.add_note(f"no answer; of the page: {page.evaluate(_STATE)}")
        raise
    expect(page.locator("#chat :is(.generating, .wait, .pending, .growing)")).to_have_count(0)
    expect(said.last).to_be_visible()
    return said.last


def direction(element: Locator) -> str:
    """Return the direction that an element has."""
    return str(element.evaluate("e => getComputedStyle(e).direction"))
