"""Snapshots: one consistent view, searched both ways, under filters; and sums that no history shows in."""

import random
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.index import Filter, Index, Store
from rag.index.base import EmbeddedDocument
from rag.index.postings import POSTINGS_FILE
from rag.index.vectors import FAISS_FILE
from rag.models import Chunk, Document, Page, Span
from rag.text.terms import Terms, terms

DIMENSION = 8
MODEL = "test/none"
LANGUAGES = ("ar", "en", "zh")


def made(number: int, *, sentences: int = 7, seed: int = 0) -> EmbeddedDocument:
    """A document whose text, vectors, language and date follow from its number; three sentences a chunk, one in two."""
    chance = np.random.default_rng([number, seed])
    text, spans = "", []
    for sentence in range(sentences):
        start = len(text)
        text += f"Document{number} says جملة {sentence} with word{chance.integers(30)} and word{chance.integers(30)}."
        spans.append(Span(start, len(text)))
        text += " "
    runs = [spans[start : start + 3] for start in range(0, max(sentences - 1, 1), 2)]
    language = LANGUAGES[number % 3]
    key = f"id{number}"
    chunks = [
        Chunk(key, ordinal, run[0].start, run[-1].end, text[run[0].start : run[-1].end], 1, tuple(run))
        for ordinal, run in enumerate(runs)
    ]

    def unit(count: int) -> np.ndarray:
        vectors = chance.normal(size=(count, DIMENSION)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    date = None if number % 4 == 3 else f"2025-0{1 + number % 4}-15"
    document = Document(key, f"docs/{number}.txt", f"Title {number}", language, date, text, (Page(1, 0, len(text)),))
    bags = [terms(chunk.text, language) for chunk in chunks]
    return EmbeddedDocument(document, f"print{number}/{seed}", chunks, unit(len(chunks)), spans, unit(sentences), bags)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", MODEL, DIMENSION)


def query() -> np.ndarray:
    vector = np.random.default_rng(99).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def fill(store: Store, count: int = 12) -> list[EmbeddedDocument]:
    documents = [made(number) for number in range(count)]
    for document in documents:
        store.add(document)
    return documents


def test_store_is_an_index(store: Store) -> None:
    assert isinstance(store, Index)


def test_empty_index_finds_nothing(store: Store) -> None:
    with store.snapshot() as snapshot:
        assert len(snapshot.dense(query(), "en", 5)) == len(snapshot.lexical(Terms(["a"], ["a"]), 5)) == 0
        none = np.empty(0, np.int64)
        assert snapshot.hits(none) == [] and snapshot.language_sums() == {}
        assert snapshot.dense_scores(query(), "en", none).shape == (0,)
        assert snapshot.lexical_scores(Terms(["a"], []), none).shape == (0,)
        among = snapshot.among(Filter(languages=frozenset({"en"})))
        assert among is not None and among.ids.shape == (0,)


def test_hits_are_what_was_added_in_the_order_asked(store: Store) -> None:
    documents = {document.document.id: document for document in fill(store)}
    with store.snapshot() as snapshot:
        ids = snapshot.dense(query(), "en", 100).ids
        assert len(ids) == sum(len(document.chunks) for document in documents.values())
        asked = [*random.Random(2).sample(ids.tolist(), 20), int(ids[0])]
        hits = snapshot.hits(np.array(asked))
        with pytest.raises(KeyError):
            snapshot.hits(np.array([10**6]))
    assert [hit.id for hit in hits] == asked
    for hit in hits:
        embedded = documents[hit.document.id]
        assert hit.document == replace(embedded.document, text="")
        assert hit.chunk == embedded.chunks[hit.chunk.ordinal]
        where = [embedded.sentences.index(span) for span in hit.chunk.sentences]
        assert np.array_equal(hit.sentence_vectors, embedded.sentence_vectors[where].astype("<f2").astype("<f4"))


def test_each_side_scores_what_the_other_found(store: Store) -> None:
    fill(store)
    asked = terms("word3 word7 Document5", "en")
    with store.snapshot() as snapshot:
        dense, lexical = snapshot.dense(query(), "en", 10), snapshot.lexical(asked, 10)
        assert snapshot.dense_scores(query(), "en", dense.ids) == pytest.approx(dense.scores, abs=1e-6)
        assert snapshot.lexical_scores(asked, lexical.ids).tolist() == lexical.scores.tolist()
        everything = snapshot.lexical(asked, 1000)
        known = dict(zip(everything.ids.tolist(), everything.scores.tolist(), strict=True))
        assert snapshot.lexical_scores(asked, dense.ids).tolist() == [known.get(key, 0) for key in dense.ids.tolist()]
        assert (
            (np.diff(dense.scores) <= 0).all() and (np.diff(everything.scores) <= 0).all() and everything.scores[-1] > 0
        )
        assert everything.ids[:10].tolist() == lexical.ids.tolist()
        assert snapshot.hits(snapshot.lexical(terms("Document5", "en"), 1).ids)[0].document.id == "id5"
        assert len(snapshot.lexical(terms("zzzz qqqq", "en"), 10)) == 0
        for scores in (
            lambda ids: snapshot.lexical_scores(asked, ids),
            lambda ids: snapshot.dense_scores(query(), "en", ids),
        ):
            with pytest.raises(KeyError):
                scores(np.array([0]))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(sources=frozenset({"docs/1.txt", "docs/4.txt", "docs/none.txt"})),
        Filter(languages=frozenset({"ar", "zh"})),
        Filter(since="2025-02-15"),
        Filter(until="2025-02-15"),
        Filter(since="2025-02", until="2025-02"),
        Filter(languages=frozenset({"ar"}), since="2025-01-01", until="2025-02-28"),
        Filter(languages=frozenset({"xx"})),
    ],
)
def test_filters_keep_to_what_they_admit(store: Store, wanted: Filter) -> None:
    admitted = {
        embedded.document.id
        for embedded in fill(store)
        if wanted.admits(embedded.document.source, embedded.document.language, embedded.document.date)
    }
    asked = terms("says word1 word2", "en")
    with store.snapshot() as snapshot:
        among = snapshot.among(wanted)
        assert among is not None
        assert {hit.document.id for hit in snapshot.hits(among.ids)} == admitted
        for ranked, whole in (
            (snapshot.dense(query(), "en", 5, among), snapshot.dense(query(), "en", 1000)),
            (snapshot.lexical(asked, 5, among), snapshot.lexical(asked, 1000)),
        ):
            expected = [key for key in whole.ids.tolist() if key in among.ids][:5]
            assert ranked.ids.tolist() == expected
            assert ranked.scores == pytest.approx(whole.scores[np.isin(whole.ids, ranked.ids)], abs=1e-6)


def test_no_filter_is_none(store: Store) -> None:
    fill(store, 2)
    with store.snapshot() as snapshot:
        assert snapshot.among(Filter()) is None


def test_documents_without_a_date_are_left_out_when_one_is_asked() -> None:
    assert not Filter(until="2999").admits("a", "en", None) and Filter().admits("a", "en", None)


def test_open_store_follows_and_agrees_with_a_fresh_one(store: Store) -> None:
    chance, asked = random.Random(4), terms("says word1 word2 word3 Document7", "en")
    fill(store, 30)
    with store.snapshot():
        pass
    for step in range(25):
        number = chance.randrange(40)
        store.forget(f"docs/{number}.txt") if step % 3 == 0 else store.add(made(number, seed=step))
        fresh = Store(store.folder, MODEL)
        (store.folder / POSTINGS_FILE).unlink(missing_ok=True)
        (store.folder / FAISS_FILE).unlink(missing_ok=True)
        with store.snapshot() as mine, fresh.snapshot() as theirs:
            for first, second in (
                (mine.dense(query(), "en", 50), theirs.dense(query(), "en", 50)),
                (mine.lexical(asked, 50), theirs.lexical(asked, 50)),
            ):
                assert first.ids.tolist() == second.ids.tolist()
                assert first.scores == pytest.approx(second.scores, rel=1e-6)


def test_a_database_put_in_place_of_another_is_not_mistaken_for_it(store: Store, tmp_path: Path) -> None:
    fill(store, 20)
    asked = Terms(["document29"], [])
    with store.snapshot() as snapshot:
        assert len(snapshot.lexical(asked, 5)) == 0
    other = Store.create(tmp_path / "other", MODEL, DIMENSION)
    for document in (*map(made, range(19)), made(29)):  # the last has the chunk ids that another had
        other.add(document)
    (tmp_path / "other" / "index.sqlite").replace(store.folder / "index.sqlite")
    with store.snapshot() as snapshot:
        found = snapshot.lexical(asked, 5)
        assert {hit.document.id for hit in snapshot.hits(found.ids)} == {"id29"}
        assert snapshot.dense(made(29).chunk_vectors[0], "en", 1).scores[0] == pytest.approx(1)


def test_stale_and_damaged_postings_are_made_again(store: Store) -> None:
    fill(store, 5)
    store.refresh()
    asked = terms("says word1 word2", "en")
    with store.snapshot() as snapshot:
        expected = snapshot.lexical(asked, 50).scores.tolist()
    path = store.folder / POSTINGS_FILE
    whole = path.read_bytes()
    for damage in (b"", whole[:-1], whole[:100] + b"X" + whole[101:]):
        path.write_bytes(damage)
        with Store(store.folder, MODEL).snapshot() as snapshot:
            assert snapshot.lexical(asked, 50).scores.tolist() == expected
        assert path.read_bytes() == whole
    store.add(made(8))
    stale = path.read_bytes()
    with Store(store.folder, MODEL).snapshot() as snapshot:
        assert len(snapshot.lexical(asked, 50)) > len(expected)
    assert path.read_bytes() != stale


def test_refresh_leaves_nothing_of_the_forgotten_in_the_files(store: Store) -> None:
    fill(store, 20)
    store.refresh()
    store.forget("docs/3.txt")
    store.refresh()
    files = {path.name: path.read_bytes() for path in store.folder.iterdir()}
    fresh = Store.create(store.folder.parent / "fresh", MODEL, DIMENSION)
    for number in range(20):
        if number != 3:
            fresh.add(made(number))
    fresh.refresh()
    assert len(files[POSTINGS_FILE]) == len((fresh.folder / POSTINGS_FILE).read_bytes())
    assert len(files[FAISS_FILE]) == len((fresh.folder / FAISS_FILE).read_bytes())
    assert b"Document3 " not in files["index.sqlite"] and b"Document4 " in files["index.sqlite"]


def sums(store: Store) -> list[tuple[object, ...]]:
    with sqlite3.connect(store.folder / "index.sqlite") as connection:
        rows = connection.execute("SELECT * FROM languages ORDER BY language").fetchall()
    connection.close()
    return rows


def test_sums_are_bit_identical_whatever_came_and_went(store: Store) -> None:
    chance = random.Random(8)
    documents = fill(store)
    expected = sums(store)
    assert [row[0] for row in expected] == ["ar", "en", "zh"]
    other = Store.create(store.folder.parent / "other", MODEL, DIMENSION)
    for document in chance.sample([*documents, *(made(number, seed=1) for number in range(30))], 42):
        other.add(document)
    for number in range(12, 30):
        other.forget(f"docs/{number}.txt")
    for document in documents:
        other.add(document)
    assert sums(other) == expected
    for document in chance.sample(documents, len(documents)):
        other.forget(document.document.source)
    assert sums(other) == []


def test_means_of_a_language(store: Store) -> None:
    english = [embedded for embedded in fill(store) if embedded.document.language == "en"]
    with store.snapshot() as snapshot:
        found = snapshot.language_sums()["en"]
    chunks = np.concatenate([embedded.chunk_vectors for embedded in english])
    sentences = np.concatenate([embedded.sentence_vectors for embedded in english])
    assert (found.chunks, found.sentences) == (len(chunks), len(sentences))
    assert found.chunk_mean.dtype == np.float32
    assert found.chunk_mean == pytest.approx(chunks.mean(axis=0), abs=1e-6)
    assert found.sentence_mean == pytest.approx(sentences.mean(axis=0), abs=1e-3)  # kept as float16


def test_a_failed_addition_leaves_sums_and_terms(store: Store) -> None:
    fill(store, 3)
    expected, broken = sums(store), replace(made(1, seed=5), terms=[])
    with pytest.raises(ValueError, match="terms"):
        store.add(broken)
    assert sums(store) == expected and store.count()[0] == 3


def test_readers_keep_one_view_while_another_writes(store: Store) -> None:
    fill(store)
    other = Store(store.folder, MODEL)
    asked, stop, failures = terms("says word1 word2", "en"), threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            try:
                with store.snapshot() as snapshot:
                    found = snapshot.lexical(asked, 1000).ids
                    for ids in (found, snapshot.dense(query(), "en", 1000).ids):
                        hits = snapshot.hits(ids)
                        assert len({(hit.document.id, hit.chunk.ordinal) for hit in hits}) == len(ids)
                        assert all(hit.chunk.text == made_text(hit.document.id, hit.chunk) for hit in hits)
                        assert snapshot.hits(ids)[0].id == ids[0]
                    assert sorted(found) == sorted(snapshot.dense(query(), "en", 1000).ids), (
                        "every chunk says something"
                    )
                    assert sum(language.chunks for language in snapshot.language_sums().values()) == len(found)
            except BaseException as error:
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for step in range(30):
        other.forget(f"docs/{step % 12}.txt") if step % 2 else other.add(made(step % 17))
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []


def made_text(key: str, chunk: Chunk) -> str:
    return made(int(key.removeprefix("id"))).document.text[chunk.start : chunk.end]


def test_an_open_snapshot_does_not_see_what_a_waiting_writer_adds(store: Store) -> None:
    fill(store, 3)
    asked = terms("says", "en")
    writer = threading.Thread(target=lambda: Store(store.folder, MODEL).add(made(7)))
    with store.snapshot() as snapshot:
        before = snapshot.lexical(asked, 100).ids.tolist()
        writer.start()
        writer.join(0.3)
        assert snapshot.lexical(asked, 100).ids.tolist() == before
        assert len(snapshot.hits(np.array(before))) == len(before)
    writer.join()
    with store.snapshot() as snapshot:
        assert len(snapshot.lexical(asked, 100)) == len(before) + 3
