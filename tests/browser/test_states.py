"""What the page shows when there is no answer, or not yet, or not a whole one: never nothing, and never a traceback."""

import json
import re
from pathlib import Path

import pytest
from asking import ask
from playwright.sync_api import Browser, Page, Route, expect
from running import App, running_app

pytestmark = [pytest.mark.browser, pytest.mark.model]

ENGLISH = "How much water a day does the Ras Zumurrud plant produce?"


@pytest.fixture(scope="module")
def app(altering: App) -> App:
    return altering


def test_an_answer_is_waited_for_and_can_be_stopped_half_way(page: Page) -> None:
    box = page.locator("#question textarea")
    box.fill(f"{ENGLISH} slowly")
    box.press("Enter")
    expect(page.locator("#chat .growing p.said")).to_have_count(1)
    page.get_by_role("button", name="Stop", exact=True).click()
    answer = page.locator("#chat .answer")
    expect(answer.locator(".notice")).to_have_text(re.compile("You stopped the answer here"))
    expect(answer.locator("p.said")).to_have_count(1)  # what was there stays
    expect(page.locator("#chat :is(.growing, .generating, .pending)")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert ask(page, ENGLISH).locator("p.said").count() > 1  # and the next question is answered
    page.wait_for_timeout(1_000)  # until the page has come to rest
    page.reload()
    expect(page.locator("#chat .answer .notice").first).to_have_text(re.compile("You stopped the answer here"))


def test_whoever_leaves_the_page_finds_what_there_was_of_the_answer(browser: Browser, app: App) -> None:
    page = browser.new_page()  # not watched: Gradio tells the console of the connection that is cut
    page.goto(app.url)
    assert ask(page, ENGLISH).locator("p.said").count() > 1
    page.wait_for_timeout(1_000)  # until the page has kept the conversation's name
    box = page.locator("#question textarea")
    box.fill(f"{ENGLISH} slowly")
    box.press("Enter")
    expect(page.locator("#chat .growing p.said")).to_have_count(1)
    for _ in range(20):  # the server learns that the page was left when it next has something to say to it
        page.reload()
        expect(page.locator("#chat .question").first).to_be_visible()
        if page.locator("#chat .question").count() == 2:
            break
        page.wait_for_timeout(500)
    expect(page.locator("#chat .answer").last.locator(".notice")).to_have_text(re.compile("You stopped the answer"))
    expect(page.locator("#chat .answer").last.locator("p.said")).to_have_count(1)
    page.close()


def test_another_conversation_is_not_disturbed_by_the_answer_that_was_left_for_it(page: Page) -> None:
    box = page.locator("#question textarea")
    box.fill(f"{ENGLISH} slowly")
    box.press("Enter")
    expect(page.locator("#chat .growing p.said")).to_have_count(1)
    page.locator("#conversations .toggle-button").click()
    page.locator("#new-conversation").click()
    expect(page.locator("#chat .question")).to_have_count(0)
    page.wait_for_timeout(1_500)  # several beats of the answer
    expect(page.locator("#chat .question")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    ask(page, ENGLISH)
    expect(page.locator("#chat .question")).to_have_text([ENGLISH])
    page.wait_for_timeout(1_000)  # until the list has come to rest
    page.locator("#conversation-list label").filter(has_text="slowly").first.click()
    expect(page.locator("#chat .answer .notice").last).to_have_text(re.compile("You stopped the answer here"))


def test_what_should_not_happen_is_told_in_a_line_without_a_traceback(page: Page) -> None:
    said = ask(page, f"{ENGLISH} crash")
    expect(said).to_have_class("error")
    expect(said).to_have_text(re.compile("something went wrong"))
    for secret in ("Traceback", "RuntimeError", "on fire"):
        assert secret not in page.content()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_how_an_answer_came_about_is_told_as_text(page: Page) -> None:
    answer = ask(page, f"{ENGLISH} modelled")
    expect(answer.locator(".by")).to_contain_text("Written by some-model:7b <i>")
    expect(answer.locator(".notice")).to_have_count(2)
    expect(answer.locator(".notice").first).to_have_text(re.compile("The language model failed.*no answer within 60 s"))
    instead = answer.locator("details.instead")
    expect(instead.locator(".written")).not_to_be_visible()
    instead.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(instead.locator(".written")).to_have_text("The model <b>made</b> this up.")
    expect(answer.locator("b, i")).to_have_count(0)


def test_a_question_that_did_not_stand_alone_shows_what_it_was_taken_to_mean_and_is_edited_and_asked_again(
    page: Page,
) -> None:
    ask(page, "How much water a day does the Ras Zumurrud plant produce in 2025?")
    answer = ask(page, "and in 2027?")
    meaning = answer.locator(".meaning").inner_text()
    assert "2027" in meaning and "Ras Zumurrud" in meaning
    expect(answer.locator(".meant")).to_contain_text("Taken to mean:")
    answer.get_by_role("button", name="Edit").click()
    box = page.locator("#question textarea")
    expect(box).to_be_focused()
    expect(box).to_have_value(meaning)
    box.fill(meaning.replace("2027", "2025"))
    box.press("Enter")
    expect(page.locator("#chat .question").nth(2)).to_have_text(meaning.replace("2027", "2025"))
    expect(page.locator("#chat .answer").nth(2).locator("p.said").first).to_be_visible()
    expect(page.locator("#chat .answer").nth(2).locator(".meant")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "none", "asked"),
    [("en", "There are no documents yet.", "there are no documents yet"), ("ar", "لا وثائق بعد.", "تعذّرت الإجابة")],
)
def test_without_documents_the_page_says_so_and_what_to_do(
    browser: Browser, tmp_path: Path, locale: str, none: str, asked: str
) -> None:
    with running_app(tmp_path / "empty") as app:
        page = browser.new_page(locale=locale)
        page.goto(app.url)
        expect(page.locator("#chat .welcome")).to_contain_text(none)
        expect(page.locator("#chat .welcome")).to_contain_text("rag index")
        expect(page.locator("#chat .example")).to_have_count(0)
        expect(ask(page, "What is it?")).to_contain_text(asked)
        page.close()


SLOW_RESULTS = """
const send = window.fetch;
window.fetch = async (...asked) => {
  const answer = await send(...asked);
  if (!answer.url.includes("/queue/data")) return answer;
  const wait = () => new Promise((go) => setTimeout(go, 150));
  const late = new TransformStream({ transform: async (said, out) => (await wait(), out.enqueue(said)) });
  return new Response(answer.body.pipeThrough(late), answer);
};
"""


def test_a_question_is_answered_whenever_it_is_asked_though_what_the_server_says_comes_late(
    browser: Browser, app: App
) -> None:
    for wait in range(0, 800, 100):  # until what the page asks for as it opens has been answered
        page = browser.new_page()
        page.add_init_script(SLOW_RESULTS)
        page.goto(app.url)
        expect(page.locator("#chat .welcome")).to_be_visible()
        page.wait_for_timeout(wait)
        ask(page, ENGLISH)
        page.close()


EMPTIED = """() => {
  const send = window.fetch;
  const empty = (body) => body?.replace?.(/"data":\\["[^"]+"/, '"data":[""');
  window.fetch = (address, options) => send(address, { ...options, body: empty(options?.body) });
}"""


def test_what_stands_in_the_box_is_asked_though_gradio_takes_it_for_empty(browser: Browser, app: App) -> None:
    page, sent = browser.new_page(), list[str]()
    page.goto(app.url)
    expect(page.locator("#chat .welcome")).to_be_visible()
    page.on("request", lambda it: sent.append(it.post_data or "") if "/queue/join" in it.url else None)
    page.evaluate(EMPTIED)  # before ours, as Gradio does it now and then
    assert ask(page, ENGLISH).locator("p.said").count() >= 1
    assert any(ENGLISH in one for one in sent)
    page.close()


def test_a_question_asked_while_the_page_still_opens_stays(browser: Browser, app: App) -> None:
    page, held = browser.new_page(), list[Route]()

    def hold(route: Route) -> None:
        if json.loads(route.request.post_data or "{}")["data"] == [None]:  # the conversation that this browser had open
            held.append(route)
        else:
            route.continue_()

    page.route("**/queue/join*", hold)
    page.goto(app.url)
    ask(page, ENGLISH)
    (opened,) = held
    with page.expect_response("**/queue/join*"):
        opened.continue_()
    page.wait_for_timeout(1_000)  # until the page has been told
    expect(page.locator("#chat .answer")).to_have_count(1)
    page.reload()
    expect(page.locator("#chat .answer")).to_have_count(1)  # it is known which conversation was open
    page.close()
