"""Documents on the page: handed in, listed, searched, opened, asked apart from others, and forgotten without a trace."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import ENGLISH, ask
from malformed_samples import samples
from playwright.sync_api import Browser, Locator, Page, expect
from running import App, running_app, watched

pytestmark = [pytest.mark.browser, pytest.mark.model]

KITE = "Omar keeps the blue kite in the attic of the old mill. Nobody else knows of it.\n"


@pytest.fixture(scope="module")
def app(some_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    store = tmp_path_factory.mktemp("documents") / "store"
    shutil.copytree(some_store, store)
    with running_app(store, RAG_MAX_FILE_MB="1", RAG_MAX_UPLOAD_FILES="30") as app:
        yield app


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for number, (suffix, data) in enumerate(samples().items()):
        (folder / f"ملف {number}{suffix}").write_bytes(data)
    return folder


def documents(page: Page) -> Locator:
    page.get_by_role("tab", name="Documents").click()
    return page.locator("#document-list .virtual-row")


SEEN = """() => {
    window.seen = [];
    new MutationObserver(() => {
        const text = document.querySelector("#upload-told")?.innerText ?? "";
        if (window.seen.at(-1) !== text) window.seen.push(text);
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
"""Notes what is told while files are taken in."""


def hand_in(page: Page, *paths: Path) -> Locator:
    """Hand files in, and return the lines that tell what became of them."""
    documents(page)
    page.locator("#upload input[type=file]").set_input_files(paths)
    told = page.locator("#upload-told .outcomes, #upload-told .told")
    expect(told).to_be_visible(timeout=120_000)
    expect(page.locator("#upload-told").get_by_text(re.compile(rf"of {len(paths)} files added"))).to_be_visible(
        timeout=120_000
    )
    return page.locator("#upload-told li")


def choose(page: Page, name: str) -> None:
    """Choose a document in the list."""
    documents(page).filter(has_text=name).first.locator(".body-cell").first.click()
    expect(page.locator("#document-about .facts")).to_contain_text(name)


def forget(page: Page) -> Locator:
    page.locator("#forget").click()
    page.locator("#forget-yes").click()
    certificate = page.locator("#certificate .outcomes")
    expect(certificate).to_be_visible(timeout=60_000)
    return certificate


def test_every_format_can_be_handed_in_and_asked(page: Page, files: Path) -> None:
    paths = sorted(files.iterdir())
    assert {path.suffix for path in paths} >= {
        ".pdf",
        ".docx",
        ".pptx",
        ".xlsx",
        ".html",
        ".md",
        ".txt",
        ".csv",
        ".json",
        ".eml",
        ".epub",
    }
    told = hand_in(page, *paths)
    assert [line.get_attribute("class") for line in told.all()] == ["added"] * len(paths), told.all_inner_texts()
    expect(page.locator("#header")).to_contain_text(str(len(paths) + 4))
    expect(documents(page).filter(has_text="ملف").first).to_be_visible()
    page.get_by_role("tab", name="Ask").click()
    answer = ask(page, "متى افتتحت البلدية محطة المياه الجديدة؟")
    expect(answer).to_contain_text("صباح الأحد")


def test_what_is_not_taken_is_told_with_its_reason(page: Page, tmp_path: Path) -> None:
    made = {
        "empty.txt": b"",
        "broken.pdf": b"%PDF-1.7 no more",
        "film.mp4": b"x",
        "kite.txt": KITE.encode(),
        "twin.md": KITE.encode(),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    told = hand_in(page, *(tmp_path / name for name in made))
    said = {line.locator("bdi").inner_text(): (line.get_attribute("class"), line.inner_text()) for line in told.all()}
    assert {name: kind for name, (kind, _) in said.items()} == {
        "empty.txt": "empty", "broken.pdf": "unreadable", "film.mp4": "unsupported", "kite.txt": "added", "twin.md": "duplicate",
    }  # fmt: skip
    assert "uploads/kite.txt" in re.sub("[\u2068\u2069]", "", said["twin.md"][1]) or "kite.txt" in said["twin.md"][1]
    assert ".pdf" in said["film.mp4"][1] and "cannot be read" in said["broken.pdf"][1]
    choose(page, "kite.txt")
    assert "✓" in forget(page).inner_text() or "Forgotten" in page.locator("#certificate").inner_text()


def test_a_file_that_is_too_large_is_told(browser: Browser, app: App, tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_bytes(b"x" * 1_100_000)
    page = (
        browser.new_page()
    )  # not watched: Gradio asks for the progress of what it has refused, and logs that there is none
    page.goto(app.url)
    page.wait_for_selector("#question textarea[dir=auto]")
    documents(page)
    page.locator("#upload input[type=file]").set_input_files([tmp_path / "large.txt"])
    expect(page.get_by_text(re.compile("exceed the maximum allowed size")).first).to_be_visible()
    expect(documents(page).filter(has_text="large.txt")).to_have_count(0)
    page.close()


def test_a_folder_can_be_handed_in(page: Page, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "lamp.txt").write_text("The lamp in the hall was lit by Samia at nine.")
    (tmp_path / "boat.md").write_text("# Boat\n\nThe boat left the harbour with twelve barrels of oil.")
    documents(page)
    page.evaluate(SEEN)
    page.get_by_test_id("Choose a folder-upload-button").set_input_files(tmp_path)
    expect(page.locator("#upload-told")).to_contain_text("2 of 2 files added", timeout=60_000)
    seen = page.evaluate("window.seen")
    for name in ("lamp.txt", "boat.md"):
        assert any(f"{stage} {name}" in text for text in seen for stage in ("Reading", "Indexing")), seen


def test_a_document_is_found_in_the_list_looked_at_and_opened(page: Page) -> None:
    rows = documents(page)
    expect(rows.first).to_be_visible()
    page.locator("#document-list .search-input").fill("manuscripts")
    expect(rows).to_have_count(1)
    choose(page, "manuscripts.txt")
    about = page.locator("#document-about")
    expect(about.locator("h3")).to_have_text("Sahran puts its returned manuscripts on show")
    about.get_by_role("button", name="Open the source").click()
    expect(about.locator(".opened")).to_contain_text("astrolabe")


def test_a_forgotten_document_is_gone_also_from_what_was_said(page: Page, app: App, tmp_path: Path) -> None:
    (tmp_path / "kite.txt").write_text(KITE)
    hand_in(page, tmp_path / "kite.txt")
    page.get_by_role("tab", name="Ask").click()
    expect(ask(page, "Where does Omar keep the blue kite?")).to_contain_text("attic of the old mill")
    choose(page, "kite.txt")
    certificate = forget(page)
    expect(certificate).to_contain_text("found: nothing")
    expect(certificate).to_contain_text("taken out of 1 saved answers")
    expect(documents(page).filter(has_text="kite.txt")).to_have_count(0)
    page.get_by_role("tab", name="Ask").click()
    expect(page.locator("#chat")).not_to_contain_text("attic of the old mill")
    page.reload()
    expect(page.locator("#chat .question")).to_have_count(1)
    expect(page.locator("#chat")).to_contain_text("forgotten")
    assert "attic" not in page.locator("body").inner_text()
    assert not any(b"attic of the old mill" in path.read_bytes() for path in everything_of(app))


def test_another_open_page_forgets_too(page: Page, browser: Browser, app: App, tmp_path: Path) -> None:
    (tmp_path / "crown.txt").write_text("The copper crown lies under the third stone of the bridge at Lund.\n")
    hand_in(page, tmp_path / "crown.txt")
    page.get_by_role("tab", name="Ask").click()
    ask(page, "Where does the copper crown lie?")
    with watched(browser, app) as other:
        choose(other, "crown.txt")
        forget(other)
    answer = ask(page, ENGLISH)  # goes on from what is kept, not from what the page still shows
    expect(answer).to_contain_text("1187")
    expect(page.locator("#chat .answer").first).not_to_contain_text("third stone")
    expect(page.locator("#sources")).not_to_contain_text("third stone")


def test_only_chosen_documents_languages_and_dates_are_asked(page: Page) -> None:
    page.locator("#scope").get_by_role("button").first.click()
    page.locator("#scope-documents input").click()
    page.get_by_role("option", name=re.compile("flood.txt")).click()
    expect(page.locator("#scope-told")).to_contain_text("1 documents will be asked")
    answer = ask(page, ENGLISH)
    expect(answer).not_to_contain_text("1187")
    sources = page.locator("#sources section:not([hidden]) .facts").all_inner_texts()
    assert sources and all("flood.txt" in one for one in sources)
    page.locator("#scope-documents").get_by_role("button").first.click()
    page.locator("#scope-since input, #scope-since textarea").fill("2025-09")
    expect(page.locator("#scope-told")).to_contain_text(re.compile(r"\b[1-9] documents will be asked"))
    expect(ask(page, ENGLISH)).to_contain_text("1187")
    page.locator("#scope-since input, #scope-since textarea").fill("soon")
    expect(page.locator("#scope-told")).to_contain_text("give a date as")


def test_without_documents_the_page_says_how_to_begin(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "kite.txt").write_text(KITE)
    with running_app(tmp_path / "store") as app, watched(browser, app) as page:
        expect(page.locator("#chat")).to_contain_text("There are no documents yet")
        expect(ask(page, "Where is the kite?")).to_contain_text("there are no documents yet")
        hand_in(page, tmp_path / "kite.txt")
        page.get_by_role("tab", name="Ask").click()
        expect(ask(page, "Where does Omar keep the blue kite?")).to_contain_text("attic")


def everything_of(app: App) -> list[Path]:
    """Return the files of the app's store."""
    return [path for path in app.store.rglob("*") if path.is_file()]
