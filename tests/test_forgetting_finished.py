"""A forgetting that was killed or failed is finished by whoever writes next; what is erased is what was handed in, no more."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hashes import MODEL, hash_recipe

from rag.errors import StoreError
from rag.index import Store, forgetting, index_paths
from rag.index.archive import export_store, import_store
from rag.index.forgetting import forget
from rag.index.locking import tidy
from rag.index.verifying import verify
from rag.uploads import UploadLimits, take_in

SECRET = "The agent known as Halcyon met the minister at dawn. ثم غادر العميل المدينة على متن قارب صغير."
LIMITS = UploadLimits(20, 10)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with a document in a folder of its owner's, and one that was handed in: `uploads/secret.txt`."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "harbour.txt").write_text("The harbour has two cranes, and a third in spring.", "utf-8")
    index_paths([tmp_path / "docs"], tmp_path / "store", hash_recipe())
    hand_in(tmp_path, "secret.txt", SECRET * 2)
    return Store(tmp_path / "store", MODEL)


def hand_in(folder: Path, name: str, text: str) -> str:
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / name).write_text(text, "utf-8")
    (outcome,) = take_in([folder / "in" / name], folder / "store", hash_recipe(), LIMITS)
    return outcome.kind


def everywhere(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
def killed(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store after a forgetting that was killed as soon as the document was out of the index."""

    def kill(folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "sweep", kill)
        with pytest.raises(KeyboardInterrupt):
            forget(store, "secret.txt")
    assert (store.folder / "uploads" / "secret.txt").exists() and SECRET[:30].encode() in everywhere(store.folder)
    return store


def is_gone(store: Store) -> bool:
    assert verify(store.folder, MODEL).problems == []
    assert [document.source for document in Store(store.folder, MODEL).documents()] == ["docs/harbour.txt"]
    assert not (store.folder / "uploads" / "secret.txt").exists()
    return not any(text.encode() in everywhere(store.folder) for text in (SECRET[:30], "secret.txt"))


def test_by_indexing(killed: Store, tmp_path: Path) -> None:
    index_paths([tmp_path / "docs"], killed.folder, hash_recipe())
    assert is_gone(killed)


def test_by_indexing_what_was_handed_in(killed: Store, tmp_path: Path) -> None:
    report = index_paths([tmp_path / "docs", killed.folder / "uploads"], killed.folder, hash_recipe()).documents
    assert report.failed == [] and is_gone(killed)


def test_by_rebuilding_with_another_model(killed: Store, tmp_path: Path) -> None:
    recipe = replace(hash_recipe(), model_name="test/others")
    index_paths([tmp_path / "docs", killed.folder / "uploads"], killed.folder, recipe, rebuild=True)
    assert verify(killed.folder, "test/others").problems == []
    assert not (killed.folder / "uploads" / "secret.txt").exists()
    assert SECRET[:30].encode() not in everywhere(killed.folder)


def test_by_forgetting_another(killed: Store, tmp_path: Path) -> None:
    forget(killed, "harbour.txt")
    index_paths([tmp_path / "docs"], killed.folder, hash_recipe())
    assert is_gone(killed)


def test_by_importing(killed: Store, tmp_path: Path) -> None:
    index_paths([tmp_path / "docs"], tmp_path / "other", hash_recipe())
    export_store(Store(tmp_path / "other", MODEL), tmp_path / "other.sanad")
    import_store(tmp_path / "other.sanad", killed.folder, MODEL, replace=True)
    assert is_gone(killed)


def test_what_is_handed_in_anew_is_kept(killed: Store, tmp_path: Path) -> None:
    assert hand_in(tmp_path, "secret.txt", SECRET * 2) == "added"
    assert (killed.folder / "uploads" / "secret.txt").read_text("utf-8") == SECRET * 2
    assert verify(killed.folder, MODEL).problems == []


def test_what_has_its_name_by_now_is_kept(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(forgetting.unfinished, "discard", full)  # when the file is erased
        with pytest.raises(StoreError, match="not yet off the disk"):
            forget(store, "secret.txt")
        with pytest.raises(StoreError):
            hand_in(tmp_path, "secret.txt", "Another text, of the same name.")
    assert hand_in(tmp_path, "secret.txt", "Another text, of the same name.") == "added"
    assert (store.folder / "uploads" / "secret.txt").read_text("utf-8") == "Another text, of the same name."


def test_copies_that_a_killed_upload_left_go_too(store: Store) -> None:
    uploads = store.folder / "uploads"
    shutil.copy(uploads / "secret.txt", uploads / "secret (2).txt")
    (uploads / "kept.txt").write_text("Something else.", "utf-8")
    (uploads / "secret.txt").chmod(0o400)
    assert forget(store, "secret.txt").gone
    assert [path.name for path in uploads.iterdir()] == ["kept.txt"]


def test_in_a_store_that_was_renamed(store: Store, tmp_path: Path) -> None:
    store.folder.rename(tmp_path / "another name")
    forget(Store(tmp_path / "another name", MODEL), "secret.txt")
    assert list((tmp_path / "another name" / "uploads").iterdir()) == []


def test_nothing_is_erased_that_was_not_handed_in(tmp_path: Path) -> None:
    own = tmp_path / "docs" / "a.txt"
    own.parent.mkdir()
    own.write_text(SECRET, "utf-8")
    index_paths([own.parent], tmp_path, hash_recipe())
    assert forget(Store(tmp_path, MODEL), "a.txt").file == str(own)
    assert own.read_text("utf-8") == SECRET


def test_what_else_lies_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rebuild-scripts").mkdir()
    (tmp_path / "rebuild-12345678").mkdir()
    (tmp_path / "rebuild-12345678" / "notes.txt").write_text("mine")
    for name in ("rebuild-notes.txt", "x.tmp-1", "y.tmp-backup"):
        (tmp_path / name).write_text("mine")
    assert tidy(tmp_path) == []


def test_a_log_that_lies_about_is_not_played_into_a_new_database(store: Store, tmp_path: Path) -> None:
    path = store.folder / "index.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE documents SET title = 'changed'")
    connection.commit()
    log = (store.folder / "index.sqlite-wal").read_bytes()
    connection.close()
    for one in store.folder.glob("index.sqlite*"):
        one.unlink()
    shutil.rmtree(store.folder / "uploads")
    for one in store.folder.glob("chunks*"):
        one.unlink()
    (store.folder / "index.sqlite-wal").write_bytes(log)
    index_paths([tmp_path / "docs"], store.folder, hash_recipe())
    assert [one.title for one in Store(store.folder, MODEL).documents()] == ["harbour"]
    assert verify(store.folder, MODEL).problems == []


def test_an_upload_that_fills_the_disk_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(StoreError, match="No space left"):
        hand_in(tmp_path, "big.txt", "A big document, about a whale.")
    assert [path.name for path in (store.folder / "uploads").iterdir()] == ["secret.txt"]
