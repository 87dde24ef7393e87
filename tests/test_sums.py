"""Sums of the vectors of each language: no history shows in them."""

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from making import DIMENSION, MODEL, fill, made

from rag.index import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store", MODEL, DIMENSION)


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
