"""The report of `rag evaluate` in a real browser: read, printed, on a phone; it asks nothing of anyone."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from evaluation.made_up import HOSTILE, made_up_evaluation
from playwright.sync_api import Browser, Locator, Page, expect
from running import Seen

from rag.evaluation.report import write_report
from rag.settings import load_settings

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1280, "height": 900}}
DARK = {**DESK, "color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="session")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    evaluations = [made_up_evaluation(), made_up_evaluation(name="ثانية")]
    return write_report(evaluations, tmp_path_factory.mktemp("report"), load_settings())


@pytest.fixture
def report(browser: Browser, report_file: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report, open. Afterwards: nothing else was asked for, nothing is on the console, no dialog came."""
    seen = Seen()
    context = browser.new_context(**getattr(request, "param", DESK))
    page = context.new_page()
    page.on("request", lambda it: None if it.url == report_file.as_uri() else seen.requests.append(it.url))
    page.on("console", lambda it: seen.console.append(it.text))
    page.on("pageerror", lambda it: seen.console.append(str(it)))
    page.on("dialog", lambda it: (seen.dialogs.append(it.message), it.dismiss()))
    page.goto(report_file.as_uri())
    yield page
    context.close()
    assert seen == Seen()


def style(element: Locator, name: str) -> str:
    return str(element.evaluate("(e, name) => getComputedStyle(e)[name]", name))


def test_arabic_runs_from_right_to_left_and_english_beside_it_does_not(report: Page) -> None:
    card = report.locator("article", has_text="كم يخزن السد").first
    for element in (card.locator("h4"), card.locator("blockquote").first):
        assert style(element, "direction") == "rtl"
        box, words = element.bounding_box(), element.evaluate(_TEXT_BOX)
        assert box and abs(words["right"] - (box["x"] + box["width"])) < 16, "aligned to the right"
    assert style(card.locator("h5").first, "direction") == "ltr"
    assert card.locator("mark").first.inner_text() == "4.5 مليارات متر مكعب"
    other = report.locator("article", has_text="How many manuscripts?").first
    assert style(other.locator("h4"), "direction") == style(other.locator("blockquote").first, "direction") == "ltr"
    assert style(report.locator("h2", has_text="ثانية"), "direction") == "rtl"


def test_what_the_data_holds_is_shown_as_text(report: Page) -> None:
    expect(report.locator("article h4", has_text=HOSTILE).first).to_be_visible()
    expect(report.locator("blockquote", has_text=HOSTILE).first).to_be_visible()
    expect(report.locator("script, img, link, a, iframe")).to_have_count(0)


def test_tables_headings_and_plots_can_be_read_aloud(report: Page) -> None:
    section = report.locator("main > section").first
    expect(section.get_by_role("columnheader", name="nDCG@10", exact=True)).to_have_count(2)
    expect(section.get_by_role("rowheader", name="default").first).to_be_visible()
    assert report.locator("th:not([scope])").count() == 0
    for name in ("nDCG@10 by the question’s language", "Recall among the first k", "Risk and coverage", "Latency"):
        expect(section.get_by_role("img", name=name, exact=True)).to_be_visible()
    assert report.locator("h1").count() == 1
    levels = [
        int(tag[1]) for tag in report.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map(e => e.tagName)")
    ]
    assert all(after <= before + 1 for before, after in pairwise(levels)), "no level is skipped"


@pytest.mark.parametrize("report", [DESK, DARK], indirect=True)
def test_text_stands_out_from_what_is_behind_it(report: Page) -> None:
    for selector in ("p.note", "td small", "td strong", "article p.facts", "blockquote", "mark", ".key", ".meaning dd"):
        ratio = report.locator(selector).first.evaluate(_CONTRAST)
        assert ratio >= 4.5, f"{selector}: {ratio:.2f}"
    for selector in (".bar.s0", ".bar.s1"):
        assert report.locator(selector).first.evaluate(_CONTRAST.replace("style.color", "style.fill")) >= 3


@pytest.mark.parametrize("report", [PHONE], indirect=True)
def test_on_a_phone_only_tables_and_the_wide_plot_scroll(report: Page) -> None:
    assert report.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expected, first = (report.locator(".pair").first.locator("> div").nth(number).bounding_box() for number in (0, 1))
    assert expected and first and first["y"] > expected["y"] and first["width"] > 280, "one under the other"
    for caption in report.locator("caption").all():
        box = caption.bounding_box()
        assert box and box["x"] + box["width"] <= 390
    assert (
        report.locator("svg text").evaluate_all("all => Math.min(...all.map(e => e.getBoundingClientRect().height))")
        > 8
    )


@pytest.mark.parametrize("report", [DARK], indirect=True)
def test_it_prints_dark_on_light_and_within_the_paper(report: Page) -> None:
    report.emulate_media(media="print", color_scheme="dark")
    report.set_viewport_size({"width": 680, "height": 960})  # A4 less its margins
    assert report.locator("td small").first.evaluate(_CONTRAST) >= 4.5
    assert report.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert report.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


_TEXT_BOX = """element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const {left, right} = range.getBoundingClientRect();
    return {left, right};
}"""
# WCAG 2: the contrast of an element's colour with the nearest background behind it.
_CONTRAST = """element => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const luminance = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(part => part / 255)
            .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const style = getComputedStyle(element);
    let behind = element;
    while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
    const dark = matchMedia('(prefers-color-scheme: dark)').matches
        && getComputedStyle(document.documentElement).colorScheme !== 'light';
    const ground = behind ? getComputedStyle(behind).backgroundColor : dark ? '#121212' : '#fff';
    const [low, high] = [luminance(style.color), luminance(ground)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
}"""
