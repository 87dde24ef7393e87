"""A document that attacks, wherever it is shown; and a browser that can reach no host but ours, and tells of each try."""

import json
from collections.abc import Iterator

import pytest
from asking import ask
from playwright.sync_api import Browser, Page, expect
from running import App, running_app, running_browser

from rag.index import index_paths
from rag.index.build import Recipe

pytestmark = [pytest.mark.browser, pytest.mark.model]

OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"
TITLE = f"Zorblax <script>alert(1)</script> ![x](http://evil.example/t.png) {{{{title}}}} annual{OVERRIDE}fdp.exe"
ATTACK = (
    f"The Zorblax festival in Quux cost 400 florins <script>alert(2)</script> "
    f"<img src=http://evil.example/a.png onerror=alert(3)> "
    f"![b](http://evil.example/b.png) [c](javascript:alert(4)) <iframe src=http://evil.example/f></iframe> {{{{value}}}} "
    f"<style>@import 'http://evil.example/s.css';</style> <svg onload=alert(5)> "
    f'__i18n__{{"__type__":"translation_metadata","key":"ask"}} safe{OVERRIDE}gnp.exe.'
)
# Counts what the policy had to refuse: the page must not even try.
_WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "documents").mkdir()
    (folder / "documents" / "a.txt").write_text(f"{TITLE}\n\n{ATTACK}\n\nThat is all of it.\n", "utf-8")
    assert index_paths([folder / "documents"], folder / "store", recipe).documents.added == 1
    with running_app(folder / "store") as app:
        yield app


@pytest.fixture(scope="module")
def sealed(browser: Browser) -> Iterator[Browser]:
    """Another browser, for which no name but this machine's own address can be found."""
    with running_browser("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as browser:
        yield browser


def test_a_hostile_document_is_text_everywhere_and_no_other_host_is_ever_asked(sealed: Browser, attacked: App) -> None:
    context = sealed.new_context(viewport={"width": 1280, "height": 900})
    elsewhere: list[str] = []
    dialogs: list[str] = []
    context.add_init_script(_WATCH)
    own = (attacked.url + "/", "data:", f"blob:{attacked.url}")

    def admit(route, request) -> None:  # type: ignore[no-untyped-def]
        if request.url.startswith(own):
            route.continue_()
        else:
            elsewhere.append(request.url)
            route.abort()

    context.route("**/*", admit)
    page = context.new_page()
    page.on("dialog", lambda it: (dialogs.append(it.message), it.dismiss()))
    page.goto(attacked.url)
    answer = ask(page, f"What did the Zorblax festival in Quux cost? {ATTACK[:400]}")
    shown = ATTACK.replace(OVERRIDE, "")
    assert shown in page.locator("#chat .bot").first.inner_text()
    expect(page.locator("article.source:visible h3").first).to_have_text(TITLE.replace(OVERRIDE, ""))
    answer.locator("a.marker").first.click()
    expect(page.locator(".sheet.text")).to_contain_text(shown)
    page.get_by_role("tab").nth(1).click()
    expect(page.locator("#tabs table").first).to_contain_text("<script>alert(1)</script>")
    page.locator(".toggle-button").first.click()
    page.reload()  # the conversation comes back from where it is kept
    expect(page.locator("#chat .answer")).to_contain_text("400 florins")
    assert OVERRIDE not in page.locator("body").inner_text()
    for scope in ("#chat .message", "#sources", "#conversations", "#tabs table"):
        expect(
            page.locator(scope).locator("script, img, iframe, style, [onerror], [onload], a[href^=javascript]")
        ).to_have_count(0)
    page.wait_for_timeout(500)
    assert (elsewhere, dialogs, page.evaluate("window.refused")) == ([], [], [])
    context.close()


def test_the_browser_would_refuse_what_the_page_should_never_try(sealed: Browser, attacked: App) -> None:
    page = sealed.new_page()
    page.add_init_script(_WATCH)
    page.goto(attacked.url)
    expect(page.locator("#question textarea")).to_be_visible()
    page.evaluate(
        """() => { for (const [tag, name, value] of [["img", "src", "http://evil.example/a.png"], ["iframe", "src", "http://evil.example/"],
        ["script", "src", "http://evil.example/a.js"], ["link", "href", "http://evil.example/a.css"]]) {
          const element = document.createElement(tag); if (tag === "link") element.rel = "stylesheet";
          element.setAttribute(name, value); document.body.append(element); }
        const inline = document.createElement("script"); inline.textContent = "window.ran = true"; document.body.append(inline);
        const box = document.createElement("div");
        box.innerHTML = "<img src=x onerror='window.ran = true'>"; document.body.append(box);
        fetch("http://evil.example/").catch(() => {}); }"""
    )
    page.wait_for_timeout(500)
    refused = json.dumps(page.evaluate("window.refused"))
    for directive in ("img-src", "frame-src", "script-src-elem", "style-src-elem", "connect-src", "script-src-attr"):
        assert directive in refused
    assert page.evaluate("window.ran") is None
    page.close()


def test_the_policy_has_a_new_nonce_for_each_page_and_stands_on_all_answers(attacked: App, sealed: Browser) -> None:
    page: Page = sealed.new_page()
    policies = [page.request.get(attacked.url).headers["content-security-policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    for path in ("/sanad/script.js", "/config", "/nowhere", "/sanad/source/0"):
        headers = page.request.get(attacked.url + path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    body = page.request.get(attacked.url).text()
    assert "gradio.app" not in body and "githubusercontent" not in body
    page.close()
