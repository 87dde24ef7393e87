"""A store that cannot be used as it is: of another model or version, damaged, foreign; and how it is rebuilt."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from stores import counts, open_store, two_documents

from rag.embeddings import Embedder
from rag.errors import DocumentError, StoreError
from rag.index import Store, index_paths
from rag.index.build import Recipe

pytestmark = pytest.mark.model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_documents(tmp_path / "docs")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_another_model_is_refused_with_both_names_and_the_command(folder: Path, store: Path, recipe: Recipe) -> None:
    index_paths([folder], store, recipe)
    with pytest.raises(StoreError) as caught:
        Store(store, "another/model")
    message = str(caught.value)
    assert recipe.model_name in message and "another/model" in message and "\n" not in message
    assert f"rag index --rebuild --store {store} {folder}" in message


def test_rebuild_replaces_all_and_only_at_the_end(folder: Path, store: Path, recipe: Recipe, tmp_path: Path) -> None:
    index_paths([folder], store, recipe)

    def fail() -> Embedder:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        index_paths([folder], store, Recipe(recipe.model_name, fail, 200, 1), rebuild=True)
    assert open_store(store, recipe).count() == (2, 2)
    assert sorted(path.name for path in store.iterdir()) == [
        ".lock",
        "chunks.faiss",
        "chunks.faiss.json",
        "chunks.postings",
        "chunks.postings.json",
        "index.sqlite",
    ]
    (folder / "bridge.txt").unlink()
    report = index_paths([folder], store, recipe, rebuild=True)
    assert counts(report) == (1, 0, 0, 0, 0) and open_store(store, recipe).count() == (1, 1)


def test_missing_half_damaged_and_foreign_stores(folder: Path, store: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="rag index PATH"):
        open_store(store, recipe)
    index_paths([folder], store, recipe)
    whole = (store / "index.sqlite").read_bytes()
    (store / "index.sqlite").unlink()
    with pytest.raises(StoreError, match="half there"):
        open_store(store, recipe)
    with pytest.raises(StoreError, match="half there"):
        index_paths([folder], store, recipe)
    (store / "index.sqlite").write_bytes(b"not a database, but something else " * 40)
    with pytest.raises(StoreError, match="not a database"):
        open_store(store, recipe)
    (store / "index.sqlite").write_bytes(whole)
    with sqlite3.connect(store / "index.sqlite") as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    connection.close()
    with pytest.raises(StoreError, match="format '99'"):
        open_store(store, recipe)


def test_a_store_of_an_earlier_version_is_rebuilt_by_the_command_it_names(
    folder: Path, store: Path, recipe: Recipe
) -> None:
    index_paths([folder], store, recipe)
    with sqlite3.connect(store / "index.sqlite") as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
        connection.executescript("DROP TABLE lexical; DROP TABLE languages")
    connection.close()
    for use in (open_store, lambda store, recipe: index_paths([folder], store, recipe)):
        with pytest.raises(StoreError, match=r"earlier version .*format '4'") as caught:
            use(store, recipe)
        assert f"`rag index --rebuild --store {store} {folder}`" in str(caught.value)
        assert "\n" not in str(caught.value)
    assert counts(index_paths([folder], store, recipe, rebuild=True)) == (2, 0, 0, 0, 0)
    assert open_store(store, recipe).count() == (2, 2)


def test_rebuild_never_leaves_nothing(folder: Path, store: Path, recipe: Recipe, tmp_path: Path) -> None:
    index_paths([folder], store, recipe)
    (tmp_path / "bad.txt").write_bytes(b"\x00" * 100)
    with pytest.raises(DocumentError, match="as it was"):
        index_paths([tmp_path / "bad.txt"], store, recipe, rebuild=True)
    assert open_store(store, recipe).count() == (2, 2)


def test_rebuild_over_a_killed_writer(folder: Path, store: Path, recipe: Recipe) -> None:
    index_paths([folder], store, recipe)
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('PRAGMA cache_size = 1');"
        "c.execute('BEGIN IMMEDIATE'); c.execute('DELETE FROM documents'); "
        "c.executemany('INSERT INTO roots VALUES (?)', [(str(i) * 200,) for i in range(500)]); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(store / "index.sqlite")], check=False)
    assert (store / "index.sqlite-wal").stat().st_size, "it was killed in a transaction"
    index_paths([folder], store, recipe, rebuild=True)
    with sqlite3.connect(store / "index.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert open_store(store, recipe).count() == (2, 2)
