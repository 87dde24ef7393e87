"""What a change costs: only the texts that were never embedded, however files are named, moved, copied or edited."""

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hashes import MODEL, HashEmbedder, hash_recipe
from killing import digest

from rag.errors import EmbeddingModelError, StoreError
from rag.index import Store, files, index_paths
from rag.index.unfinished import UNFINISHED_FILE, Unfinished
from rag.index.verifying import verify
from rag.index.ways import text_key


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def sentences(count: int, word: str = "very") -> list[str]:
    return [f"Sentence number {number} has {word} {word} few words in it." for number in range(count)]


def run(docs: Path, store: Path, *, rebuild: bool = False) -> list[str]:
    """Index, and return what was embedded."""
    embedder = HashEmbedder()
    report = index_paths([docs], store, hash_recipe(embedder), rebuild=rebuild)
    assert report.embedded == len(embedder.embedded) == len(set(embedder.embedded))
    assert verify(store, MODEL).problems == []
    return embedder.embedded


def chunks_of(texts: list[str]) -> list[str]:
    return [text for text in texts if text.count("Sentence") > 1]


@pytest.mark.parametrize("place", [0, 1, 7, 150, 299, 300])
def test_a_sentence_that_is_added_costs_itself_and_three_chunks_at_most(docs: Path, store: Path, place: int) -> None:
    lines = sentences(300)
    (docs / "long.txt").write_text("\n".join(lines), "utf-8")
    run(docs, store)
    lines.insert(place, "Sentence that was added and is new here.")
    (docs / "long.txt").write_text("\n".join(lines), "utf-8")
    embedded = run(docs, store)
    assert 1 <= len(chunks_of(embedded)) <= 3
    assert [text for text in embedded if text not in chunks_of(embedded)] == [
        "Sentence that was added and is new here."
    ]


@pytest.mark.parametrize("place", [0, 1, 4, 150, 298, 299])
def test_a_sentence_that_is_changed_or_removed_costs_three_chunks_at_most(docs: Path, store: Path, place: int) -> None:
    lines = sentences(300)
    (docs / "long.txt").write_text("\n".join(lines), "utf-8")
    run(docs, store)
    for changed in ([*lines[:place], "Sentence changed.", *lines[place + 1 :]], [*lines[:place], *lines[place + 1 :]]):
        (docs / "long.txt").write_text("\n".join(changed), "utf-8")
        assert len(chunks_of(run(docs, store))) <= 3


def test_many_edits_do_not_leave_crumbs(docs: Path, store: Path) -> None:
    """Chunks that are cut around edits stay about as long as those that are cut in one go."""
    chance = np.random.default_rng(0)
    lines = sentences(200)
    for edit in range(40):
        place = int(chance.integers(len(lines)))
        lines[place : place + int(chance.integers(0, 2))] = [f"Sentence {edit} of an edit is very new."]
        (docs / "long.txt").write_text("\n".join(lines), "utf-8")
        run(docs, store)
    edited = Store(store, MODEL).count()[1]
    run(docs, store, rebuild=True)
    assert edited <= 1.5 * Store(store, MODEL).count()[1]


def test_renamed_and_copied_files_cost_nothing(docs: Path, store: Path, tmp_path: Path) -> None:
    (docs / "plain.txt").write_text(" ".join(sentences(30)), "utf-8")  # its title is its name
    (docs / "titled.txt").write_text("A headline\n\n" + " ".join(sentences(30, "rather")), "utf-8")
    assert run(docs, store)
    (docs / "plain.txt").rename(docs / "renamed.txt")
    (docs / "titled.txt").rename(docs / "sub.txt")
    (docs / "copy.txt").write_bytes((docs / "sub.txt").read_bytes())

    def must_not_load() -> HashEmbedder:
        raise AssertionError("the model was loaded for nothing")

    recipe = hash_recipe()
    lazy = type(recipe)(MODEL, must_not_load, recipe.chunk_tokens, recipe.chunk_overlap)  # type: ignore[arg-type]
    report = index_paths([docs], store, lazy)
    assert (report.documents.added, report.documents.removed, report.embedded) == (3, 2, 0)
    index_paths([docs], tmp_path / "fresh", hash_recipe())
    assert digest(store) == digest(tmp_path / "fresh"), "and it is what a fresh index would be"


def test_an_edited_file_that_is_copied_costs_nothing(docs: Path, store: Path) -> None:
    lines = sentences(100)
    (docs / "a.txt").write_text("\n".join(lines), "utf-8")
    run(docs, store)
    (docs / "a.txt").write_text("\n".join(["Sentence one, and new.", *lines]), "utf-8")
    run(docs, store)
    (docs / "b.txt").write_bytes((docs / "a.txt").read_bytes())
    assert run(docs, store) == []


def test_one_text_under_two_names_is_embedded_once(docs: Path, store: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (docs / name).write_text(" ".join(sentences(30)), "utf-8")
    assert run(docs, store)  # which sees that no text was embedded twice
    with Store(store, MODEL).snapshot() as snapshot:
        assert (
            len(snapshot.dense(HashEmbedder().encode_queries(["x"])[0], "en", 1000)) == Store(store, MODEL).count()[1]
        )


def test_a_failing_embedder_leaves_the_old_index_and_the_next_run_goes_on(docs: Path, store: Path) -> None:
    (docs / "a.txt").write_text(" ".join(sentences(30)), "utf-8")
    run(docs, store)
    before = digest(store)
    for number in range(10):
        (docs / f"new{number}.txt").write_text(" ".join(sentences(30, f"word{number}")), "utf-8")
    failing = HashEmbedder(fails_after=200)
    with pytest.raises(EmbeddingModelError, match=r"failed on docs/new\d.txt \(out of memory\)"):
        index_paths([docs], store, hash_recipe(failing))
    assert digest(store) == before and (store / UNFINISHED_FILE).exists()
    with (store / UNFINISHED_FILE).open("ab") as file:
        file.write(b"a record that was cut short")
    again = run(docs, store)
    assert again and len(again) < len(set(again) | set(failing.embedded))
    done = set(failing.embedded[:200]) - set(again)
    assert len(done) > 100, "what was embedded before it failed is not embedded again"
    assert not (store / UNFINISHED_FILE).exists()
    index_paths([docs], store.with_name("fresh"), hash_recipe())
    assert digest(store) == digest(store.with_name("fresh")), "tokens and all"


def test_what_a_killed_run_embedded_as_a_sentence_is_no_chunk_of_the_next(docs: Path, store: Path) -> None:
    alone = "Sentence that is a chunk of its own."
    store.mkdir()
    key = text_key(alone, hash_recipe().way())
    with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
        left.add([key], HashEmbedder().encode_passages([alone]))
    with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
        assert left.chunk(key) is None and left.vector(key) is not None
    (docs / "a.txt").write_text(alone, "utf-8")
    assert run(docs, store) == [alone], "its tokens were not kept"
    with Store(store, MODEL).snapshot() as snapshot:
        (hit,) = snapshot.hits(snapshot.dense(HashEmbedder().encode_queries([alone])[0], "en", 9).ids)
    assert np.array_equal(hit.tokens, HashEmbedder().encode_chunks([alone])[0].tokens) and len(hit.tokens)


def test_unfinished_vectors_that_are_damaged_or_of_another_model_are_not_taken(docs: Path, store: Path) -> None:
    (docs / "a.txt").write_text(" ".join(sentences(30)), "utf-8")
    with pytest.raises(EmbeddingModelError):
        index_paths([docs], store, hash_recipe(HashEmbedder(fails_after=1)))
    (docs / "b.txt").write_text(" ".join(sentences(30, "b")), "utf-8")
    with pytest.raises(EmbeddingModelError):
        index_paths([docs], store, hash_recipe(HashEmbedder(fails_after=60)))
    path = store / UNFINISHED_FILE
    whole = path.read_bytes()
    expected = None
    for damaged in (whole[:200] + b"?" + whole[201:], whole.replace(b"hashes", b"others"), b"", b"\x00" * 999):
        path.write_bytes(damaged)
        index_paths([docs], store, hash_recipe(), rebuild=True)
        expected = expected or digest(store)
        assert digest(store) == expected
    fresh = store.with_name("fresh")
    index_paths([docs], fresh, hash_recipe())
    assert digest(fresh) == expected


def test_a_file_is_known_by_its_times_only_when_they_are_old(docs: Path, store: Path, tmp_path: Path) -> None:
    file = docs / "a.txt"
    file.write_text("Something happened here today.", "utf-8")
    assert files.look(file).stamp == "", "it was written in this very second and may be again"
    run(docs, store)
    times = file.stat()
    file.write_text("Something happened here again.", "utf-8")  # as long, and made to look as old
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert index_paths([docs], store, hash_recipe()).documents.updated == 1


def test_an_old_file_is_not_read_again(docs: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = docs / "a.txt"
    file.write_text("Something happened here today.", "utf-8")
    monkeypatch.setattr(files, "_TICK", -(10**12))  # as if it had lain there for long
    run(docs, store)
    looked: list[Path] = []
    monkeypatch.setattr(files, "look", lambda path: looked.append(path))
    assert index_paths([docs], store, hash_recipe()).documents.unchanged == 1 and looked == []


def test_the_second_run_remembers_times(docs: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = docs / "a.txt"
    file.write_text("Something happened here today.", "utf-8")
    run(docs, store)
    generation = Store(store, MODEL).generation()
    monkeypatch.setattr(files, "_TICK", -(10**12))
    run(docs, store)
    assert Store(store, MODEL).generation() == generation, "times are nothing that a search depends on"
    monkeypatch.setattr(files, "look", None)
    run(docs, store)


def test_a_store_of_an_earlier_format_is_rebuilt_in_its_place(docs: Path, store: Path) -> None:
    (docs / "a.txt").write_text("Something happened here today.", "utf-8")
    store.mkdir()
    connection = sqlite3.connect(store / "index.sqlite", isolation_level=None)
    connection.executescript(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); CREATE TABLE roots (path TEXT PRIMARY KEY);"
        "CREATE TABLE documents (id TEXT PRIMARY KEY, source TEXT); INSERT INTO meta VALUES ('format', '2');"
        "CREATE TABLE chunks (id INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT REFERENCES documents (id));"
        "INSERT INTO documents VALUES ('d', 'old.txt'); INSERT INTO chunks (document) VALUES ('d')"
    )
    connection.close()
    with pytest.raises(StoreError, match=r"format '2'.*rag index --rebuild"):
        index_paths([docs], store, hash_recipe())
    run(docs, store, rebuild=True)
    assert [document.source for document in Store(store, MODEL).documents()] == ["docs/a.txt"]
    connection = sqlite3.connect(store / "index.sqlite")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
