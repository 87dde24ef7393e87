"""Snapshots: one consistent view, searched both ways, under filters."""

import random
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from making import DIMENSION, MODEL, fill, made, query

from rag.index import Filter, Index, Store
from rag.index.postings import POSTINGS_FILE
from rag.index.vectors import FAISS_FILE
from rag.late_interaction import SIZE
from rag.models import Chunk
from rag.text.terms import Terms, terms


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", MODEL, DIMENSION)


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
        assert hit.tokens.dtype == np.int8 and np.array_equal(hit.tokens, embedded.chunk_tokens[hit.chunk.ordinal])


def test_chunks_without_tokens_have_none_and_tokens_of_too_few_are_refused(store: Store) -> None:
    bare = replace(made(1), chunk_tokens=())
    store.add(bare)
    with pytest.raises(ValueError, match="shorter"):
        store.add(replace(made(2), chunk_tokens=made(2).chunk_tokens[1:]))
    with store.snapshot() as snapshot:
        hits = snapshot.hits(snapshot.dense(query(), "en", 100).ids)
    assert len(hits) == len(bare.chunks) and {hit.tokens.shape for hit in hits} == {(0, SIZE)}


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
            lambda ids: snapshot.likeness(int(dense.ids[0]), ids),
        ):
            with pytest.raises(KeyError):
                scores(np.array([0]))


def test_a_chunk_is_likest_to_itself(store: Store) -> None:
    fill(store)
    with store.snapshot() as snapshot:
        ids = snapshot.dense(query(), "en", 30).ids
        languages = [hit.document.language for hit in snapshot.hits(ids)]
        for chunk, language in zip(ids[:5].tolist(), languages, strict=False):
            alike = snapshot.likeness(chunk, ids)
            own = [at for at, other in enumerate(languages) if other == language]
            assert alike.shape == ids.shape and ids[own][np.argmax(alike[own])] == chunk
        with pytest.raises(KeyError):
            snapshot.likeness(0, ids)


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
        nearest = snapshot.dense(made(29).chunk_vectors[0], made(29).document.language, 1)
        assert {hit.document.id for hit in snapshot.hits(nearest.ids)} == {"id29"}


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
