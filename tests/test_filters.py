"""What users type to narrow a search down: resolved or refused, never guessed."""

from dataclasses import replace
from pathlib import Path

import pytest
from making import DIMENSION, MODEL, fill, made

from rag.errors import FilterError
from rag.index import Filter, Store, make_filter


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Of docs/0.txt to docs/12.txt, in ar, en and zh."""
    store = Store.create(tmp_path_factory.mktemp("filters") / "store", MODEL, DIMENSION)
    fill(store, 13)
    return store


def test_nothing_typed_is_no_filter(store: Store) -> None:
    assert make_filter(store) == Filter()


def test_sources_go_by_their_name_or_its_end(store: Store) -> None:
    assert make_filter(store, sources=["docs/1.txt", "2.txt", "./docs/3.txt", "id4"]).sources == {
        f"docs/{number}.txt" for number in (1, 2, 3, 4)
    }
    for wrong, says in (
        ("docs/99.txt", "rag list"),
        ("txt", "no document"),
        ("", "no document"),
        ("ocs/1.txt", "no document"),
    ):
        with pytest.raises(FilterError, match=says):
            make_filter(store, sources=["docs/1.txt", wrong])


def test_an_ambiguous_end_is_refused(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store", MODEL, DIMENSION)
    for number, source in enumerate(("ar/flood.txt", "en/flood.txt", "flood.txt")):
        embedded = made(number)
        store.add(replace(embedded, document=replace(embedded.document, source=source)))
    assert make_filter(store, sources=["flood.txt"]).sources == {"flood.txt"}, "a whole name is nobody else's end"
    store.forget("flood.txt")
    with pytest.raises(FilterError, match=r"2 names, such as ar/flood\.txt"):
        make_filter(store, sources=["flood.txt"])


def test_languages_must_be_there(store: Store) -> None:
    assert make_filter(store, languages=["ar", " EN"]).languages == {"ar", "en"}
    with pytest.raises(FilterError, match="'arabic': choose from ar, en, zh"):
        make_filter(store, languages=["en", "arabic"])


@pytest.mark.parametrize("date", ["2025", "2025-03", "2025-03-09", " 2024-02-29 "])
def test_dates_and_their_beginnings(store: Store, date: str) -> None:
    assert make_filter(store, since=date) == Filter(since=date.strip())
    assert make_filter(store, since=date, until=date) == Filter(since=date.strip(), until=date.strip())


@pytest.mark.parametrize(
    "date", ["", "yesterday", "25-03-09", "2025-3-9", "2025-13", "2025-02-29", "2025-03-09T10:00", "٢٠٢٥"]
)
def test_what_is_no_date(store: Store, date: str) -> None:
    with pytest.raises(FilterError, match=r"--until is .*2025-03-09"):
        make_filter(store, until=date)


def test_no_day_is_before_and_after(store: Store) -> None:
    assert make_filter(store, since="2025-03-09", until="2025-03").until == "2025-03"
    for since, until in (("2025-04", "2025-03"), ("2026", "2025-12-31"), ("2025-03-10", "2025-03-09")):
        with pytest.raises(FilterError, match="no day"):
            make_filter(store, since=since, until=until)
