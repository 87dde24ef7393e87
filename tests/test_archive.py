"""A store moved as one file: the same at the other end, or refused before anything is touched."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hashes import MODEL, hash_recipe
from killing import digest

from rag.errors import StoreError
from rag.index import Store, index_paths
from rag.index.archive import export_store, import_store
from rag.index.verifying import verify
from rag.late_interaction import SIZE


@pytest.fixture
def store(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(4):
        (docs / f"{number}.txt").write_text(f"Ship {number} sailed at dawn. It came back at {number} o'clock.", "utf-8")
    index_paths([docs], tmp_path / "store", hash_recipe())
    return tmp_path / "store"


@pytest.fixture
def file(store: Path, tmp_path: Path) -> Path:
    export_store(Store(store, MODEL), tmp_path / "all.sanad")
    return tmp_path / "all.sanad"


def parts(file: Path) -> tuple[dict[str, Any], bytes]:
    line, _, database = file.read_bytes().partition(b"\n")
    return json.loads(line), database


def forged(file: Path, change: Callable[[sqlite3.Connection], object], **said: object) -> Path:
    """An export whose database was changed by someone who also knows how to make its checksum."""
    header, database = parts(file)
    other = file.with_name("forged.sqlite")
    other.write_bytes(database)
    connection = sqlite3.connect(other, isolation_level=None)
    change(connection)
    connection.close()
    data = other.read_bytes()
    header |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **said}
    made = file.with_name("forged.sanad")
    made.write_bytes(json.dumps(header).encode() + b"\n" + data)
    return made


def tokens(store: Path) -> list[bytes]:
    connection = sqlite3.connect(store / "index.sqlite")
    found = connection.execute("SELECT tokens FROM chunks ORDER BY document, ordinal").fetchall()
    connection.close()
    return [row[0] for row in found]


def test_a_moved_store_is_the_same(store: Path, file: Path, tmp_path: Path) -> None:
    archive = import_store(file, tmp_path / "there" / "store", MODEL)
    assert (archive.documents, archive.chunks) == (4, 4)
    assert digest(tmp_path / "there" / "store") == digest(store)
    assert verify(tmp_path / "there" / "store", MODEL).problems == []
    assert tokens(tmp_path / "there" / "store") == tokens(store) and min(map(len, tokens(store))) >= SIZE
    assert sorted(path.name for path in (tmp_path / "there" / "store").iterdir()) == sorted(
        path.name for path in store.iterdir()
    )
    report = index_paths([tmp_path / "docs"], store, hash_recipe())
    assert report.documents.unchanged == 4
    header, database = parts(file)
    assert header["sha256"] == hashlib.sha256(database).hexdigest() and database.startswith(b"SQLite format 3")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.sanad", "docs", "store", "there"]


def test_the_same_store_is_exported_to_the_same_index(store: Path, file: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there already"):
        export_store(Store(store, MODEL), file)
    export_store(Store(store, MODEL), tmp_path / "again.sanad")
    assert parts(tmp_path / "again.sanad")[0] == parts(file)[0]


def test_a_store_that_is_there_is_replaced_only_when_asked(store: Path, file: Path, tmp_path: Path) -> None:
    (tmp_path / "docs" / "0.txt").write_text("Something else altogether.", "utf-8")
    index_paths([tmp_path / "docs"], store, hash_recipe())
    reader = Store(store, MODEL)
    with reader.snapshot() as old:
        with pytest.raises(StoreError, match="--replace"):
            import_store(file, store, MODEL)
        assert "altogether" in reader.document("0.txt").text
        import_store(file, store, MODEL, replace=True)
        assert "Ship 0" in reader.document("0.txt").text
        assert sum(mean.chunks for mean in old.language_sums().values()) == 4, "who reads sees the old one to the end"
    assert verify(store, MODEL).problems == []


def cut(data: bytes) -> bytes:
    return data[:-1]


def longer(data: bytes) -> bytes:
    return data + b"x"


def flipped(data: bytes) -> bytes:
    return data[:5000] + bytes([data[5000] ^ 1]) + data[5001:]


@pytest.mark.parametrize(
    "damage", [cut, longer, flipped, lambda data: b"", lambda data: data[1:], lambda data: b"[" * 9999]
)
def test_a_damaged_file_is_refused_before_anything_is_touched(
    store: Path, file: Path, damage: Callable[[bytes], bytes]
) -> None:
    file.write_bytes(damage(file.read_bytes()))
    before, names = digest(store), sorted(path.name for path in store.iterdir())
    with pytest.raises(StoreError, match=r"damaged|no exported store") as caught:
        import_store(file, store, MODEL, replace=True)
    assert "\n" not in str(caught.value)
    assert digest(store) == before and sorted(path.name for path in store.iterdir()) == names


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER evil AFTER UPDATE ON documents BEGIN DELETE FROM chunks; END",
        "CREATE VIEW evil AS SELECT 1",
        "CREATE TABLE evil (x)",
        "DROP TABLE languages",
        "UPDATE documents SET text = 'Another text.'",
        "UPDATE chunks SET vector = zeroblob(64)",
        "UPDATE chunks SET tokens = zeroblob(64)",
        "UPDATE documents SET pages = 'no JSON'",
        "UPDATE chunks SET start = 'one'",
        "UPDATE languages SET chunk_sum = zeroblob(128)",
        "INSERT INTO sentences VALUES ('nobody', 0, 1, x'00', 0, x'00')",
        "UPDATE meta SET value = '77' WHERE key = 'dimension'",
        "DELETE FROM meta WHERE key = 'generation'",
        "INSERT INTO meta VALUES ('unswept', '{}')",
    ],
)
def test_a_forged_database_is_refused(store: Path, file: Path, tmp_path: Path, statement: str) -> None:
    before = digest(store)

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)

    made = forged(file, change)
    for folder, replace in ((store, True), (tmp_path / "new", False)):
        with pytest.raises(StoreError, match=r"damaged|no exported store") as caught:
            import_store(made, folder, MODEL, replace=replace)
        assert "\n" not in str(caught.value)
    assert digest(store) == before and Store.is_absent(tmp_path / "new")


def test_another_model_or_format_is_refused_with_what_to_do(file: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="RAG_EMBEDDING_MODEL"):
        import_store(file, tmp_path / "new", "another/model")
    for said in ({"format": "99"}, {"format": "2"}):
        with pytest.raises(StoreError, match="export it anew"):
            import_store(forged(file, lambda connection: None, **said), tmp_path / "new", MODEL)
    assert Store.is_absent(tmp_path / "new")


def test_missing_files_and_full_folders_are_one_line(store: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot import"):
        import_store(tmp_path / "none.sanad", tmp_path / "new", MODEL)
    with pytest.raises(StoreError, match="cannot write"):
        export_store(Store(store, MODEL), tmp_path / "no" / "such" / "folder.sanad")
