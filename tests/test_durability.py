"""Kills, full disks, failing writes, many at once: nothing is lost, and nobody sees half of anything."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from durability import Crowd, edits
from hashes import MODEL, hash_recipe
from killing import digest

from rag.errors import StoreError
from rag.index import Store, database, index_paths, locking
from rag.index.verifying import verify

KILLING = Path(__file__).resolve().parent.parent / "benchmarks" / "killing.py"


@pytest.mark.timeout(1000)  # less than one minute on an idle machine
def test_kills_failing_writes_and_full_disks() -> None:
    """`benchmarks/killing.py` compares the store after each with one to which the same was done in peace."""
    command = [
        sys.executable,
        str(KILLING),
        "--kills",
        "80",
        "--failures",
        "10",
    ]  # `benchmarks/durability.py`: 200 and 40
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=950)
    assert done.returncode == 0, done.stderr[-2000:]
    left = json.loads(done.stdout)
    assert left["killed"]["kills"] == 80
    assert min(left["killed"]["old index left"], left["killed"]["new index left"]) >= 5, "kills came before and after"
    assert left["killed"]["with vectors to go on from"] >= 5
    assert left["write errors"]["failed"] == 10
    if left["disk full"] is None:
        pytest.skip("no file system may be mounted here to fill up; the rest of this test has passed")
    assert left["disk full"]["failed"] == 10 and left["disk full"]["old index left"] >= 1


def test_thirty_ask_while_two_write(tmp_path: Path) -> None:
    result = Crowd(tmp_path, threads=30, uploads=6).run()
    assert result["added"] == 12 and result["taken out"] == 4 and result["answers"] >= 30


def test_a_sentence_of_a_hundred_pages_costs_three_chunks(tmp_path: Path) -> None:
    result = edits(tmp_path, tries=4)
    assert result["texts of the document"] > 2000
    assert max(result["most chunks embedded anew"].values()) <= 3


def test_readers_see_the_whole_old_index_until_the_whole_new_one_is_there(tmp_path: Path) -> None:
    docs, store = tmp_path / "docs", tmp_path / "store"
    docs.mkdir()
    for number in range(10):
        (docs / f"{number}.txt").write_text(f"Old ship {number} sailed at dawn.", "utf-8")
    index_paths([docs], store, hash_recipe())
    for number in range(10):
        (docs / f"{number}.txt").write_text(f"New ship {number} sailed at dusk.", "utf-8")
    seen: set[frozenset[str]] = set()
    done = threading.Event()
    reader = Store(store, MODEL)

    def watch() -> None:
        while not done.is_set():
            with reader.snapshot() as snapshot:
                ids = snapshot.dense(hash_recipe().load_embedder().encode_queries(["x"])[0], "en", 100).ids
                seen.add(frozenset(hit.chunk.text[:3] for hit in snapshot.hits(ids)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    index_paths([docs], store, hash_recipe())
    done.set()
    watcher.join()
    assert seen <= {frozenset({"Old"}), frozenset({"New"})} and frozenset({"Old"}) in seen


def test_an_open_snapshot_keeps_no_writer_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT", 0.0)
    (tmp_path / "a.txt").write_text("Something happened here.", "utf-8")
    index_paths([tmp_path / "a.txt"], tmp_path / "store", hash_recipe())
    with Store(tmp_path / "store", MODEL).snapshot() as snapshot:
        (tmp_path / "a.txt").write_text("Something else happened here.", "utf-8")
        assert index_paths([tmp_path / "a.txt"], tmp_path / "store", hash_recipe()).documents.updated == 1
        assert snapshot.hits(snapshot.dense(hash_recipe().load_embedder().encode_queries(["x"])[0], "en", 1).ids)
    assert verify(tmp_path / "store", MODEL).problems == []


def test_the_second_indexer_waits_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Something happened here.", "utf-8")
    told: list[str] = []
    with locking.writing(tmp_path / "store"):
        second = threading.Thread(
            target=lambda: index_paths([tmp_path / "a.txt"], tmp_path / "store", hash_recipe(), on_wait=told.append)
        )
        second.start()
        second.join(0.5)
        assert second.is_alive() and Store.is_absent(tmp_path / "store")
        assert told == [f"another program is writing into {tmp_path / 'store'}: waiting until it is done"]
    second.join()
    assert Store(tmp_path / "store", MODEL).count() == (1, 1)


def test_a_late_reader_writes_no_files_of_an_earlier_generation(tmp_path: Path) -> None:
    """What was forgotten must not come back with files that a reader makes of what it saw before."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Something happened to {name} here.", "utf-8")
    index_paths([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "store", hash_recipe())
    (tmp_path / "store" / "chunks.faiss").unlink()
    reader = Store(tmp_path / "store", MODEL)
    with reader.snapshot() as snapshot:
        cache = snapshot._cache
        reader.forget("b.txt")
        reader.refresh()
        expected = (tmp_path / "store" / "chunks.faiss").read_bytes()
        reader._caches._offer(cache)
        assert (tmp_path / "store" / "chunks.faiss").read_bytes() == expected


def test_an_index_rebuilt_with_another_model_is_told_to_who_has_it_open(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Something happened here.", "utf-8")
    index_paths([tmp_path / "a.txt"], tmp_path / "store", hash_recipe())
    reader, other = Store(tmp_path / "store", MODEL), hash_recipe()
    renamed = type(other)("another/model", other.load_embedder, 40, 1)
    index_paths([tmp_path / "a.txt"], tmp_path / "store", renamed, rebuild=True)
    with pytest.raises(StoreError, match="rebuilt with the model another/model"), reader.snapshot():
        pass
    assert digest(tmp_path / "store")
