"""The balance of a real store: by what it holds now, whatever came and went."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from making import DIMENSION, LANGUAGES, MODEL, made, query

from rag.balance import OFF, Balance
from rag.index import Store
from rag.index import levels as levels_module
from rag.index.base import EmbeddedDocument, Vectors
from rag.index.catalogue import read_catalogue
from rag.index.database import connected
from rag.index.levels import Levels, read_levels

Scored = dict[tuple[str, int], list[float]]

LEANS = {language: 1.5 * np.eye(DIMENSION)[number] for number, language in enumerate(LANGUAGES)}


def lean(vectors: Vectors, language: str) -> Vectors:
    """Unit vectors in a language's own direction."""
    leaning = vectors + LEANS[language]
    return np.asarray(leaning / np.linalg.norm(leaning, axis=-1, keepdims=True), np.float32)


def leaning(number: int, language: str, *, says: int | None = None) -> EmbeddedDocument:
    """A document whose vectors lean as its language's do, and say what those of document `says` do."""
    embedded, same = made(number, language=language), made(number if says is None else says)
    return replace(
        embedded,
        chunk_vectors=lean(same.chunk_vectors, language),
        sentence_vectors=lean(same.sentence_vectors, language),
    )


def filled(folder: Path, documents: Sequence[EmbeddedDocument], balance: Balance | None = None) -> Store:
    Store.create(folder, MODEL, DIMENSION)
    store = Store(folder, MODEL, balance)
    for document in documents:
        store.add(document)
    return store


def scores(store: Store, language: str = "en") -> Scored:
    """What every chunk and its sentences score for one question."""
    with store.snapshot() as snapshot:
        ids = snapshot.dense(query(), language, 1000).ids
        hits = snapshot.hits(ids)
        dense = snapshot.dense_scores(query(), language, ids).tolist()
        sentences = snapshot.sentence_scores(query(), language, hits)
    return {
        (hit.document.id, hit.chunk.ordinal): [own, *of_sentences.tolist()]
        for hit, own, of_sentences in zip(hits, dense, sentences, strict=True)
    }


def same(one: Scored, other: Scored, within: float = 1e-6) -> bool:
    return one.keys() == other.keys() and all(one[key] == pytest.approx(other[key], abs=within) for key in one)


def levels_of(store: Store) -> Levels:
    with connected(store.folder / "index.sqlite") as connection:
        return read_levels(connection, read_catalogue(connection), Balance(), DIMENSION)


def test_one_language_is_searched_by_plain_cosines(tmp_path: Path) -> None:
    documents = [leaning(number, "ar") for number in range(6)]
    found = scores(filled(tmp_path / "s", documents), "ar")
    assert len(found) == sum(len(document.chunks) for document in documents)
    for document in documents:
        kept, kept_chunks = (
            of.astype("<f2").astype("<f4") for of in (document.sentence_vectors, document.chunk_vectors)
        )
        for number, chunk in enumerate(document.chunks):
            own = [document.sentences.index(span) for span in chunk.sentences]
            expected = [kept_chunks[number] @ query(), *(kept[own] @ query())]
            dense, *of_sentences = found[document.document.id, number]
            assert dense == pytest.approx(expected[0], abs=1e-6)
            assert of_sentences == pytest.approx(expected[1:], abs=1e-4), "kept as float16, not quite of unit length"
    assert same(found, scores(filled(tmp_path / "off", documents, OFF), "ar"), within=1e-4)


def test_alone_the_map_counts_less_than_the_cosine(tmp_path: Path) -> None:
    store = filled(tmp_path / "s", [leaning(1, "ar")], Balance(map=np.eye(DIMENSION, dtype=np.float32)))
    with store.snapshot() as snapshot:
        (hit, *_) = snapshot.hits(snapshot.dense(query(), "ar", 1).ids)
        mean = snapshot.language_sums()["ar"].sentence_mean
        (found,) = snapshot.sentence_scores(query(), "ar", [hit])
        bare = snapshot.bare_vectors(hit)
    less = query() - mean
    expected = 0.75 * (hit.sentence_vectors @ query()) + 0.25 * (bare @ (less / np.linalg.norm(less)))
    assert found == pytest.approx(expected, abs=1e-4)


def test_among_several_languages_the_map_counts_as_much_as_the_cosine(tmp_path: Path) -> None:
    documents = [leaning(number, LANGUAGES[number % 2]) for number in range(6)]
    nowhere = Balance(
        map=np.full((DIMENSION, DIMENSION), 0, np.float32)
    )  # every mapped cosine is 0, and even with all others
    plain, mapped = scores(filled(tmp_path / "a", documents)), scores(filled(tmp_path / "b", documents, nowhere))
    for key, (dense, *sentences) in plain.items():
        assert mapped[key][0] == pytest.approx(dense) and mapped[key][1:] == pytest.approx(
            [score / 2 for score in sentences], abs=1e-4
        )


def test_a_question_finds_what_another_language_says_of_it(tmp_path: Path) -> None:
    contents = range(30)
    documents = [leaning(number, "ar") for number in contents] + [leaning(100 + n, "en", says=n) for n in contents]
    plain, level = filled(tmp_path / "plain", documents, OFF), filled(tmp_path / "level", documents)

    def found(store: Store, number: int) -> bool:
        """Whether the passages of both languages come before all others."""
        asked = lean(made(number).chunk_vectors, "en")[0]
        with store.snapshot() as snapshot:
            hits = snapshot.hits(snapshot.dense(asked, "en", 2).ids)
        return {(hit.document.id, hit.chunk.ordinal) for hit in hits} == {(f"id{number}", 0), (f"id{number + 100}", 0)}

    assert sum(found(plain, number) for number in contents) == 0
    assert sum(found(level, number) for number in contents) >= 24


def test_balance_follows_documents_as_they_come_and_go(tmp_path: Path) -> None:
    store = filled(tmp_path / "s", [leaning(number, "en") for number in range(8)])
    alone = scores(store)
    for number in range(8, 16):
        store.add(leaning(number, "ar"))
    both = scores(store)
    assert all(abs(both[key][0] - alone[key][0]) > 1e-3 for key in alone)
    for number in range(8, 16):
        store.forget(f"docs/{number}.txt")
    assert same(scores(store), alone)


def test_scores_do_not_tell_what_came_and_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels_module, "_DOCUMENTS", 4)  # fewer than there are of each language
    documents = [leaning(number, LANGUAGES[number % 2]) for number in range(24)]
    store = filled(tmp_path / "s", documents)
    before = scores(store)
    for number in (0, 7, 12):
        store.forget(f"docs/{number}.txt")
        assert not same(scores(store), before)
        store.add(documents[number])
        assert same(scores(store), before)
    shuffled = random.Random(3).sample(documents, len(documents))
    assert same(scores(filled(tmp_path / "other", shuffled)), before)


def test_samples_are_level_vectors_of_many_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels_module, "_DOCUMENTS", 4)
    monkeypatch.setattr(levels_module, "_SAMPLE", 10)
    documents = [leaning(number, "en") for number in range(12)] + [leaning(20, "ar")]
    levels = levels_of(filled(tmp_path / "s", documents))
    for evener, counts in ((levels.even_chunks, {"ar": 3, "en": 36}), (levels.even_sentences, {"ar": 7, "en": 84})):
        assert dict(zip(evener.languages, evener.counts, strict=True)) == counts
    assert levels.even_mapped.languages == ()
    samples = dict(zip(levels.even_chunks.languages, levels.even_chunks.samples, strict=True))
    arabic, english = samples["ar"], samples["en"]
    assert arabic == pytest.approx(levels.chunks.level(documents[-1].chunk_vectors, "ar"), abs=1e-6), "all there are"
    places = []
    for vector in english:
        cosines = [(levels.chunks.level(one.chunk_vectors, "en") @ vector).max() for one in documents[:-1]]
        assert max(cosines) == pytest.approx(1, abs=1e-5)
        places.append(int(np.argmax(cosines)))
    assert len(english) == 12 and len(set(places)) == 4, "three of each of four"


def test_nothing_is_sampled_where_nothing_is_even(tmp_path: Path) -> None:
    assert levels_of(filled(tmp_path / "s", [leaning(1, "en")])).even_chunks.languages == ()
    assert levels_of(filled(tmp_path / "empty", [])).even_chunks.languages == ()
