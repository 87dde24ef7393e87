"""The interface in the reader's language and direction, by keyboard, for screen readers, light and dark, and soon there."""

import re
from itertools import pairwise

import pytest
from asking import ARABIC, ENGLISH, PHONE, ask, direction
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from running import App

pytestmark = [pytest.mark.browser, pytest.mark.model]

DESK = {"viewport": {"width": 1280, "height": 800}}


def serious_violations(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or critical: the rule, and where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("page", [{**DESK, "locale": "ar-EG"}], indirect=True)
def test_an_arabic_browser_gets_an_arabic_interface_from_right_to_left(page: Page) -> None:
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    expect(page.get_by_role("tab", selected=True)).to_have_text("السؤال")
    box = page.locator("#question textarea")
    expect(box).to_have_attribute("placeholder", "اسأل وثائقك…")
    assert direction(box) == "rtl"
    expect(page.get_by_role("button", name="اسأل", exact=True)).to_be_visible()
    expect(page.locator("#header")).to_contain_text("الوثائق: ")
    answer = ask(page, ENGLISH)
    assert direction(answer.locator("p.said").first) == "ltr"  # an answer keeps its own
    panel, chat = page.locator("#panel").bounding_box(), page.locator("#chat").bounding_box()
    assert panel and chat and panel["x"] + panel["width"] <= chat["x"]  # what comes second is on the left
    answer.locator("a.marker").first.click()
    expect(page.get_by_role("button", name="أغلق")).to_be_visible()
    own = " ".join(page.locator("#tabs [role=tablist], #question, #panel button, #conversations").all_inner_texts())
    for title in page.locator("#conversation-list label").all_inner_texts():  # in whichever language was asked
        own = own.replace(title, "")
    assert not re.search("[A-Za-z]{3}", own.replace("Markdown", "").replace("JSON", ""))


@pytest.mark.parametrize("page", [{**DESK, "locale": "fr-FR"}], indirect=True)
def test_a_browser_of_another_language_gets_english(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Ask")


@pytest.mark.parametrize("page", [{**DESK, "locale": "ar"}, {**DESK, "locale": "en"}], indirect=True)
def test_mixed_lines_keep_the_order_in_which_they_are_read(page: Page) -> None:
    question = "كم صاروخ ATACMS أُطلق، 6 أم 8؟"
    ask(page, question)
    shown = page.locator("#chat .question")
    places = shown.evaluate(
        """e => { const node = e.firstChild, text = node.data; return ["كم", "ATACMS", "6", "8", "؟"].map(word => {
        const range = document.createRange(), at = text.indexOf(word); range.setStart(node, at);
        range.setEnd(node, at + word.length); return range.getBoundingClientRect().left; }); }"""
    )
    assert places == sorted(places, reverse=True), "each word stands left of the one before it"


@pytest.mark.parametrize(
    "page",
    [
        {**DESK, "color_scheme": "light", "locale": "en"},
        {**DESK, "color_scheme": "dark", "locale": "ar"},
        {**PHONE, "color_scheme": "light", "locale": "ar"},
    ],
    indirect=True,
)
def test_axe_finds_nothing_serious_in_any_state(page: Page) -> None:
    expect(page.locator("#chat .example").first).to_be_visible()
    assert serious_violations(page) == []
    answer = ask(page, ENGLISH)
    assert serious_violations(page) == []
    answer.locator("p[dir=rtl] a.marker").first.click()
    expect(page.locator(".sheet img")).to_be_visible()
    assert serious_violations(page) == []
    page.get_by_role("tab").nth(1).click()
    expect(page.locator("#tabs table").first).to_be_visible()
    assert serious_violations(page) == []


def test_dark_is_dark_and_light_is_light(browser: Browser, app: App) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(app.url)
        ask(page, ARABIC)
        shades[scheme] = [
            sum(
                map(
                    int,
                    re.findall(r"\d+", page.locator(part).first.evaluate("e => getComputedStyle(e).backgroundColor"))[
                        :3
                    ],
                )
            )
            for part in ("body", "#chat", ".source")
        ]
        page.close()
    assert min(shades["light"]) > 600 and max(shades["dark"]) < 150


def test_from_question_to_source_and_back_by_keyboard_alone_with_the_focus_in_sight(page: Page) -> None:
    expect(page.locator("#question textarea")).to_be_focused()  # one can type at once
    page.keyboard.type(ENGLISH)
    page.keyboard.press("Enter")
    marker = page.locator("#chat a.marker").first
    expect(marker).to_be_visible()
    expect(page.locator("#chat .growing")).to_have_count(0)
    for _ in range(30):  # backwards from the box to the answer above it
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('a.marker')"):
            break
    assert page.evaluate("document.activeElement.matches('a.marker:focus-visible')")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(".source.open .sheet")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".source.open button.open")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".source.open .sheet")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('a.marker')")


def test_what_is_shown_has_names_for_screen_readers(page: Page) -> None:
    ask(page, ARABIC)
    expect(page.get_by_role("textbox", name=re.compile("^Question"))).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.locator("#chat [data-testid=bot]").first).to_have_attribute("aria-label", "Answer")
    expect(page.locator("#chat [role=log]")).to_have_attribute("aria-live", "polite")


def test_the_first_paint_comes_within_two_seconds_warm(browser: Browser, app: App) -> None:
    page = browser.new_page()
    paints = []
    for _ in range(4):
        page.goto(app.url)
        expect(page.locator("#question textarea")).to_be_visible()
        paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    page.close()
    assert min(paints[1:]) < 2000


@pytest.mark.parametrize(
    "page",
    [{**DESK, "locale": "ar"}, {**DESK, "locale": "en"}, {**PHONE, "locale": "ar"}, {**PHONE, "locale": "en"}],
    indirect=True,
)
def test_the_side_bar_is_out_of_sight_until_it_is_asked_for_and_then_on_the_side_where_one_begins_to_read(
    page: Page,
) -> None:
    bar, window = page.locator(".sidebar"), page.viewport_size
    right_to_left = page.evaluate("document.documentElement.dir") == "rtl"
    closed = bar.bounding_box()
    assert closed and window
    assert closed["x"] >= window["width"] - 1 if right_to_left else closed["x"] + closed["width"] <= 1
    page.locator(".sidebar .toggle-button").click()
    page.wait_for_timeout(1000)  # it slides
    opened = bar.bounding_box()
    assert opened and opened["width"] >= 290
    assert abs(opened["x"] + opened["width"] - window["width"]) < 2 if right_to_left else abs(opened["x"]) < 2
    expect(page.locator("#new-conversation")).to_be_in_viewport()


@pytest.mark.parametrize("page", [{**PHONE, "locale": "ar"}, {**PHONE, "locale": "en"}], indirect=True)
def test_on_a_phone_nothing_at_the_head_lies_on_anything_else(page: Page) -> None:
    parts = ("#header h1", "#header p", "#tabs [role=tab]", "#conversations .toggle-button")
    found = [one.bounding_box() for part in parts for one in page.locator(part).all() if one.is_visible()]
    spans = sorted((box["x"], box["x"] + box["width"]) for box in found if box)
    assert len(spans) >= 4
    assert all(end <= start for (_, end), (start, _) in pairwise(spans)), spans
