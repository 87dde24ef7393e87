"""The address where a place in a document is opened: what it shows, and all that it does not."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from fpdf import FPDF

from rag.index import Store, index_paths
from rag.index.build import Recipe
from rag.ui.opening import add_opening, address

pytestmark = pytest.mark.model

SECRET = "The password of the vault is swordfish."
HOSTILE = "A <img src=x onerror=alert(1)> b \u202eevil\u202c {{c}} <script>alert(2)</script> is what it says."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe) -> Path:
    base = tmp_path_factory.mktemp("opening")
    documents = base / "documents"
    documents.mkdir()
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for page in ("The first page tells of the harbour and of its cranes.", "The second page tells of the dyke."):
        pdf.add_page()
        pdf.multi_cell(0, 8, page)
    (documents / "report.pdf").write_bytes(bytes(pdf.output()))
    (documents / "hostile.txt").write_text(f"Before.\n\n{HOSTILE}\n\nAfter.\n", "utf-8")
    (documents / "secret.txt").write_text(f"{SECRET}\n", "utf-8")
    (documents / "long.txt").write_text(
        "\n\n".join(f"Sentence number {n} of the long one." for n in range(500)), "utf-8"
    )
    assert index_paths([documents], base / "store", recipe).documents.added == 4
    (documents / "unindexed.txt").write_text("Never indexed.", "utf-8")
    return base


Get = Callable[..., tuple[int, str]]


@pytest.fixture
def store(folder: Path, recipe: Recipe) -> Store:
    return Store(folder / "store", recipe.model_name)


@pytest.fixture
def get(store: Store) -> Get:
    web = FastAPI()
    add_opening(web, lambda request: None if request.headers.get("x-user") == "stranger" else store)
    client = TestClient(web)

    def get(name: str, quote: str = "", **headers: str) -> tuple[int, str]:
        found = store.document(name)
        start = found.text.index(quote)
        response = client.get(html.unescape(address(found.id, start, start + len(quote))), headers=headers)
        return response.status_code, html.unescape(response.text)

    get.client = client  # type: ignore[attr-defined]
    return get


def test_a_text_is_shown_around_its_place_as_text(get: Get) -> None:
    status, shown = get("hostile.txt", HOSTILE)
    assert status == 200
    assert f"Before.\n\n<mark>{HOSTILE.replace(chr(0x202E), '')}</mark>\n\nAfter." in shown


def test_no_markup_of_a_document_is_markup(get: Get, store: Store) -> None:
    found = store.document("hostile.txt")
    raw = get.client.get(html.unescape(address(found.id, 0, 5))).text  # type: ignore[attr-defined]
    assert set(re.findall(r"<(\w+)", raw)) == {"div", "mark"} and "\u202e" not in raw


def test_of_a_long_text_enough_is_shown_to_judge_and_not_all(get: Get) -> None:
    _, shown = get("long.txt", "Sentence number 250 of the long one.")
    assert "number 150 of" in shown and "number 350 of" in shown
    assert "number 1 of" not in shown and shown.count("…") == 2 and len(shown) < 14_000


def test_a_pdf_is_drawn_with_its_place_marked_and_other_pages_can_be_turned_to(get: Get, store: Store) -> None:
    _, shown = get("report.pdf", "The second page tells of the dyke.")
    assert 'alt="Page 2 of 2: ' in shown and shown.count("<rect") == 1 and "data:image/webp;base64," in shown
    assert 'data-page="1">Page before' in shown and "Next page" not in shown
    first = get.client.get(f"/sanad/source/{store.document('report.pdf').id}?start=60&end=90&page=1").text  # type: ignore[attr-defined]
    assert "Page 1 of 2" in html.unescape(first) and "<rect" not in first


def test_the_reader_is_told_in_his_language(get: Get) -> None:
    _, shown = get("report.pdf", "The second page", **{"accept-language": "ar-EG,en;q=0.5"})
    assert 'alt="الصفحة 2 من 2: ' in shown


def test_a_file_that_changed_or_is_gone_is_not_served_but_its_text_is(
    folder: Path, get: Get, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "documents" / "report.pdf"
    indexed = file.read_bytes()
    try:
        file.write_bytes(indexed + b"\n% changed")
        _, shown = get("report.pdf", "The second page tells of the dyke.")
        assert "has changed since it was indexed" in shown and "<img" not in shown
        assert "<mark>The second page tells of the dyke.</mark>" in shown
        file.unlink()
        assert "there is no such file" in get("report.pdf", "The second page")[1]
    finally:
        file.write_bytes(indexed)


def test_who_may_not_see_a_document_is_not_told_that_it_is_there(get: Get, store: Store) -> None:
    found = store.document("secret.txt")
    client: TestClient = get.client  # type: ignore[attr-defined]
    assert client.get(f"/sanad/source/{found.id}?start=0&end=9").status_code == 200
    refused = client.get(f"/sanad/source/{found.id}?start=0&end=9", headers={"x-user": "stranger"})
    absent = client.get(f"/sanad/source/{'0' * 16}?start=0&end=9")
    assert refused.status_code == absent.status_code == 404
    assert refused.text == absent.text and "swordfish" not in refused.text


@pytest.mark.parametrize(
    "asked",
    [
        "secret.txt",
        "documents%2Fsecret.txt",
        "..%2Fdocuments%2Funindexed.txt",
        "%2Fetc%2Fpasswd",
        "documents/hostile.txt",
        "%00",
    ],
)
def test_nothing_goes_by_a_path(get: Get, asked: str) -> None:
    assert get.client.get(f"/sanad/source/{asked}?start=0&end=9").status_code == 404  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", ["start=-1&end=5", "start=x&end=5", "start=0&end=99999999999999999999"])
def test_a_place_that_is_none_is_refused(get: Get, store: Store, place: str) -> None:
    found = store.document("hostile.txt")
    assert get.client.get(f"/sanad/source/{found.id}?{place}").status_code == 422  # type: ignore[attr-defined]


def test_a_place_beyond_the_end_shows_the_end(get: Get, store: Store) -> None:
    found = store.document("hostile.txt")
    shown = get.client.get(f"/sanad/source/{found.id}?start=9000&end=9999")  # type: ignore[attr-defined]
    assert shown.status_code == 200 and "After" in html.unescape(shown.text)
