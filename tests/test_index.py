"""The index: exact, incremental, of one model, and clear about what is wrong with it."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from stores import counts, open_store, two_documents

from rag.balance import OFF
from rag.embeddings import Embedder, Vectors
from rag.errors import DocumentError, StoreError
from rag.index import Hit, Store, index_paths
from rag.index.build import Recipe
from rag.index.vectors import FAISS_FILE
from rag.text.terms import terms

pytestmark = pytest.mark.model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_documents(tmp_path / "docs")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def dense(store: Store, query: Vectors, k: int) -> tuple[list[Hit], list[float]]:
    with store.snapshot() as snapshot:
        ranked = snapshot.dense(query, "en", k)
        return snapshot.hits(ranked.ids), ranked.scores.tolist()


def test_indexing_again_embeds_nothing_and_loads_no_model(folder: Path, store: Path, recipe: Recipe) -> None:
    first = index_paths([folder], store, recipe)
    assert counts(first) == (2, 0, 0, 0, 0) and first.embedded > 0 and first.chunks == 2

    def must_not_load() -> Embedder:
        raise AssertionError("the model was loaded for nothing")

    lazy = Recipe(recipe.model_name, must_not_load, recipe.chunk_tokens, recipe.chunk_overlap)
    again = index_paths([folder], store, lazy)
    assert counts(again) == (0, 0, 2, 0, 0) and again.embedded == 0 and again.chunks == 2


def test_changed_new_and_vanished_files(folder: Path, store: Path, recipe: Recipe) -> None:
    index_paths([folder], store, recipe)
    (folder / "bridge.txt").write_text("The bridge was closed in June 2023.", "utf-8")
    (folder / "new.md").write_text("# Tunnel\n\nThe tunnel is 4 km long.", "utf-8")
    (folder / "sub" / "جسر.txt").unlink()
    assert counts(index_paths([folder], store, recipe)) == (1, 1, 0, 1, 0)
    opened = open_store(store, recipe)
    assert [document.source for document in opened.documents()] == ["docs/bridge.txt", "docs/new.md"]
    assert opened.document("bridge.txt").text == "The bridge was closed in June 2023."


def test_another_folder_takes_nothing_out(folder: Path, store: Path, recipe: Recipe, tmp_path: Path) -> None:
    index_paths([folder], store, recipe)
    other = tmp_path / "docs-2"
    other.mkdir()
    (other / "ship.txt").write_text("The ship sank in 1912.", "utf-8")
    assert counts(index_paths([other], store, recipe)) == (1, 0, 0, 0, 0)
    assert open_store(store, recipe).count()[0] == 3


def test_unreadable_file_is_reported_and_the_rest_goes_on(folder: Path, store: Path, recipe: Recipe) -> None:
    index_paths([folder], store, recipe)
    (folder / "bridge.txt").write_bytes(b"\x00\x01\x02\xff" * 500)
    (folder / "also.txt").write_text("The ferry leaves at 9.", "utf-8")
    report = index_paths([folder], store, recipe)
    assert counts(report) == (1, 0, 1, 0, 1)
    assert report.documents.failed[0]["source"] == "docs/bridge.txt"
    assert "\n" not in report.documents.failed[0]["error"]
    assert "May 2021" in open_store(store, recipe).document("bridge.txt").text, "what was known of it is kept"


def test_missing_and_empty_folders_change_nothing(folder: Path, store: Path, recipe: Recipe, tmp_path: Path) -> None:
    index_paths([folder], store, recipe)
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(DocumentError, match=path.name):
            index_paths([path], store, recipe)
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.raises(DocumentError):
        index_paths([folder], store, recipe)
    assert open_store(store, recipe).count() == (2, 2)


def test_dense_search_is_exact(folder: Path, store: Path, recipe: Recipe, embedder: Embedder) -> None:
    index_paths([folder], store, recipe)
    opened = Store(store, recipe.model_name, OFF)
    question = embedder.encode_queries(["How much did the bridge cost?"])[0]
    hits, scores = dense(opened, question, 10)
    assert [hit.document.source for hit in hits] == ["docs/bridge.txt", "docs/sub/جسر.txt"]
    for hit, score in zip(hits, scores, strict=True):
        document = opened.document(hit.document.source)
        raw = embedder.encode_passages([hit.chunk.text])  # its title is but the file's name, which may change
        assert score == pytest.approx(float(raw[0] @ question), abs=1e-4)
        assert document.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
        assert hit.sentence_vectors.shape == (len(hit.chunk.sentences), embedder.dimension)


def test_lexical_search_knows_names_numbers_and_titles(folder: Path, store: Path, recipe: Recipe) -> None:
    (folder / "tunnel.md").write_text("# Kessler tunnel\n\nIt is 4 km long. It was dug in six years.", "utf-8")
    index_paths([folder], store, recipe)
    opened = open_store(store, recipe)
    for asked, language, source in (
        ("Who is Ada Vance?", "en", "docs/bridge.txt"),
        ("tunnels of Keßler", "de", "docs/tunnel.md"),
        ("متى افتتح جسر", "ar", "docs/sub/جسر.txt"),
    ):
        with opened.snapshot() as snapshot:
            found = snapshot.lexical(terms(asked, language), 10)
            assert snapshot.hits(found.ids)[0].document.source == source
            counted = snapshot.language_sums()
            assert sum(language.chunks for language in counted.values()) == opened.count()[1] == 3


def test_faiss_file_is_made_again_when_missing_damaged_or_old(
    folder: Path, store: Path, recipe: Recipe, embedder: Embedder
) -> None:
    index_paths([folder], store, recipe)
    question = embedder.encode_queries(["bridge"])[0]
    expected = dense(open_store(store, recipe), question, 5)[1]
    whole = (store / FAISS_FILE).read_bytes()
    for damage in (b"", whole[:-1], whole[:100] + b"X" + whole[101:]):
        (store / FAISS_FILE).write_bytes(damage)
        assert dense(open_store(store, recipe), question, 5)[1] == expected
        assert (store / FAISS_FILE).read_bytes() == whole
    (store / FAISS_FILE).unlink()
    assert dense(open_store(store, recipe), question, 5)[1] == expected


def test_open_store_sees_what_is_added_elsewhere(folder: Path, store: Path, recipe: Recipe, embedder: Embedder) -> None:
    index_paths([folder], store, recipe)
    reader = open_store(store, recipe)
    question = embedder.encode_queries(["How long is the tunnel?"])[0]
    assert len(dense(reader, question, 10)[0]) == 2
    (folder / "tunnel.txt").write_text("The tunnel is 4 km long.", "utf-8")
    index_paths([folder], store, recipe)
    assert dense(reader, question, 10)[0][0].document.source == "docs/tunnel.txt"
    assert reader.forget("docs/tunnel.txt") and not reader.forget("docs/tunnel.txt")
    assert len(dense(reader, question, 10)[0]) == 2


def test_store_and_folder_can_move_together(folder: Path, store: Path, recipe: Recipe, tmp_path: Path) -> None:
    index_paths([folder], store, recipe)
    (tmp_path / "away").mkdir()
    folder.rename(tmp_path / "away" / "docs")
    store.rename(tmp_path / "away" / "store")
    report = index_paths([tmp_path / "away" / "docs"], tmp_path / "away" / "store", recipe)
    assert counts(report) == (0, 0, 2, 0, 0)


def test_nothing_in_a_store_is_a_pickle(seeds_store: Path) -> None:
    assert sorted(path.name for path in seeds_store.iterdir()) == [
        ".lock",
        "chunks.faiss",
        "chunks.faiss.json",
        "chunks.postings",
        "chunks.postings.json",
        "index.sqlite",
    ]
    assert (seeds_store / "index.sqlite").read_bytes().startswith(b"SQLite format 3")
    assert (seeds_store / "chunks.faiss").read_bytes()[:4] == b"IxM2"
    json.loads((seeds_store / "chunks.faiss.json").read_text())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_read_only_store_is_searched(folder: Path, store: Path, recipe: Recipe, embedder: Embedder) -> None:
    index_paths([folder], store, recipe)
    (store / FAISS_FILE).unlink()
    store.chmod(0o555)
    try:
        assert len(dense(open_store(store, recipe), np.ones(384, np.float32), 5)[0]) == 2
    finally:
        store.chmod(0o755)


def test_unwritable_place_is_one_line(folder: Path, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write a store"):
        index_paths([folder], tmp_path / "file" / "store", recipe)


def test_nothing_readable_makes_no_store(store: Path, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00" * 100)
    report = index_paths([tmp_path / "bad.txt"], store, recipe)
    assert counts(report) == (0, 0, 0, 0, 1) and Store.is_absent(store)


def test_a_parser_that_fails_is_one_failed_file(folder: Path, store: Path, recipe: Recipe) -> None:
    (folder / "deep.md").write_text("---\na: " + "[" * 3000 + "\n---\nText of the file.", "utf-8")
    report = index_paths([folder], store, recipe)
    assert report.documents.added >= 2 and len(report.documents.failed) <= 1


def test_a_name_that_is_not_utf8_is_told(folder: Path, store: Path, recipe: Recipe) -> None:
    name = os.fsencode(folder) + "/خبر.txt".encode("cp1256")
    Path(os.fsdecode(name)).write_text("Something happened here today.", "utf-8")
    report = index_paths([folder], store, recipe)
    assert counts(report) == (2, 0, 0, 0, 1)
    assert "not UTF-8" in report.documents.failed[0]["error"]
    json.dumps(report.as_json(), ensure_ascii=False).encode()


def test_a_very_long_title_hides_nothing(folder: Path, store: Path, recipe: Recipe, embedder: Embedder) -> None:
    sentences = "The ferry leaves at nine. The baker is called Omar. Snow fell in April."
    (folder / "long.md").write_text(f"# {'A title without end ' * 200}\n\n{sentences}", "utf-8")
    index_paths([folder], store, recipe)
    question = embedder.encode_queries(["What is the baker's name?"])[0]
    hits = [hit for hit in dense(open_store(store, recipe), question, 10)[0] if hit.document.source == "docs/long.md"]
    vectors = np.concatenate([hit.sentence_vectors for hit in hits])
    assert np.linalg.matrix_rank(vectors.astype(np.float64), tol=1e-2) > 2


def test_two_spellings_of_a_store_are_one(
    folder: Path, store: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_paths([folder], store, recipe)
    monkeypatch.chdir(folder)
    assert counts(index_paths([Path()], Path("../store"), recipe)) == (0, 0, 2, 0, 0)


def test_another_way_of_chunking_indexes_anew(folder: Path, store: Path, recipe: Recipe) -> None:
    index_paths([folder], store, recipe)
    other = Recipe(recipe.model_name, recipe.load_embedder, 64, recipe.chunk_overlap)
    assert counts(index_paths([folder], store, other)) == (0, 2, 0, 0, 0)


def test_two_indexers_of_one_store_take_turns(folder: Path, store: Path, recipe: Recipe, tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"set-{number}").mkdir()
        (tmp_path / f"set-{number}" / "a.txt").write_text(f"Ship number {number} sank in 19{number}2.", "utf-8")
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(index_paths, [tmp_path / f"set-{number}"], store, recipe) for number in range(4)]
        assert [counts(job.result())[0] for job in jobs] == [1, 1, 1, 1]
    assert open_store(store, recipe).count()[0] == 4
