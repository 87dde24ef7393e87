"""What the tests of the page do again and again."""

from playwright.sync_api import Locator, Page, expect

ARABIC = "من افتتح محطة رأس الزمرد لتحلية المياه؟"
ENGLISH = "In what year was the returned treatise on the astrolabe copied?"
OFF_TOPIC = "كيف أحضّر عجينة البيتزا في البيت؟"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def ask(page: Page, message: str) -> Locator:
    """Ask, and return the answer when it is whole (or the error)."""
    said = page.locator("#chat .bot .answer, #chat .bot .error")
    count = said.count()
    page.locator("#question textarea").fill(message)
    page.locator("#question textarea").press("Enter")
    expect(said).to_have_count(count + 1)
    expect(page.locator("#chat :is(.generating, .wait, .pending, .growing)")).to_have_count(0)
    expect(said.last).to_be_visible()
    return said.last


def direction(element: Locator) -> str:
    """Return the direction that an element has."""
    return str(element.evaluate("e => getComputedStyle(e).direction"))
