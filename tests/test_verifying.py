"""`verify` finds every damage, and `--repair` mends it, embedding no more than is lost."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hashes import MODEL, HashEmbedder, hash_recipe
from killing import digest

from rag.errors import StoreError
from rag.index import Store, index_paths
from rag.index.checksums import of_chunk
from rag.index.repairing import repair
from rag.index.rows import CHECKED_CHUNK_COLUMNS
from rag.index.verifying import verify


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(5):
        lines = [f"Sentence {line} of document {number} is about a ship." for line in range(40)]
        (docs / f"{number}.txt").write_text("\n".join([f"Headline {number}", "", *lines]), "utf-8")
    return docs


@pytest.fixture
def store(docs: Path, tmp_path: Path) -> Path:
    index_paths([docs], tmp_path / "store", hash_recipe())
    return tmp_path / "store"


def execute(store: Path, *statements: str) -> None:
    connection = sqlite3.connect(store / "index.sqlite", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def vector(table: str, change: str) -> str:
    return f"UPDATE {table} SET vector = {change} WHERE start = (SELECT max(start) FROM {table})"


def tokens(change: str) -> str:
    return f"UPDATE chunks SET tokens = {change} WHERE ordinal = 1 AND document = (SELECT min(document) FROM chunks)"


DAMAGES = [
    ("DELETE FROM chunks WHERE ordinal = 1 AND document = (SELECT min(document) FROM chunks)", "missing", 0),
    ("DELETE FROM sentences WHERE start = (SELECT max(start) FROM sentences)", "missing", 5),
    (vector("chunks", "zeroblob(64)"), "chunks: a row that does not fit", 5),
    (vector("sentences", "zeroblob(32)"), "sentences: a row that does not fit", 5),
    (vector("sentences", "x'00'"), "another length", 5),
    (tokens("zeroblob(64)"), "chunks: a row that does not fit", 1),
    (tokens("x''"), "chunks: a row that does not fit", 1),
    (tokens("substr(tokens, 2)"), "token vectors of another length than 64", 1),
    (tokens("'none'"), "wrong type", 1),
    ("UPDATE chunks SET text = replace(text, 'ship', 'shop') WHERE ordinal = 2", "text that is not", 5),
    ("UPDATE sentences SET end = end + 1 WHERE start = 0", "stand elsewhere", 5),
    ("UPDATE lexical SET terms = zeroblob(9)", "terms do not fit", 0),
    ("DELETE FROM lexical", "terms are missing", 0),
    ("INSERT INTO lexical VALUES ('nobody', 0, x'')", "1 rows of documents that are not there", 0),
    ("UPDATE languages SET chunks = chunks + 1", "sums of this language", 0),
    ("DELETE FROM languages", "sums of this language", 0),
    ("UPDATE documents SET text = replace(text, 'ship', 'shop') WHERE source = 'docs/3.txt'", "checksum", 0),
    ("UPDATE documents SET title = 'Another' WHERE source = 'docs/3.txt'", "checksum", 0),
    ("UPDATE documents SET way = '{}' WHERE source = 'docs/3.txt'", "checksum", 0),
    ("UPDATE chunks SET text = x'ff' WHERE ordinal = 1", "wrong type", 5),
]


@pytest.mark.parametrize(("damage", "says", "most"), DAMAGES, ids=[damage[0][:60] for damage in DAMAGES])
def test_damage_is_found_and_mended(store: Path, damage: str, says: str, most: int) -> None:
    assert verify(store, MODEL).problems == []
    before = digest(store)
    execute(store, "PRAGMA foreign_keys = OFF", damage)
    problems = verify(store, MODEL).problems
    assert any(says in problem.found for problem in problems), problems
    assert verify(store, MODEL).problems == problems, "looking changes nothing"
    embedder = HashEmbedder()
    report = repair(store, hash_recipe(embedder))
    assert report.problems == [] and report.mended
    assert report.embedded == len(embedder.embedded) <= max(most, 1)
    assert digest(store) == before
    assert repair(store, hash_recipe()).mended == []


def test_a_part_of_a_token_is_found_and_mended_though_its_checksum_fits(store: Path) -> None:
    before = digest(store)
    connection = sqlite3.connect(store / "index.sqlite")
    columns = ", ".join(CHECKED_CHUNK_COLUMNS)
    number, *values, blob = connection.execute(f"SELECT id, {columns} FROM chunks LIMIT 1").fetchone()
    changed = (blob[:-1], of_chunk(*values, blob[:-1]), number)
    connection.execute("UPDATE chunks SET tokens = ?, checksum = ? WHERE id = ?", changed)
    connection.commit()
    connection.close()
    assert [problem.found for problem in verify(store, MODEL).problems] == [
        "1 × chunks: token vectors of another length than 64"
    ]
    report = repair(store, hash_recipe())
    assert report.problems == [] and report.embedded == 1 and digest(store) == before


def test_a_document_whose_text_and_file_are_lost_is_told(store: Path, docs: Path) -> None:
    execute(store, "UPDATE documents SET text = 'x' WHERE source = 'docs/3.txt'")
    (docs / "3.txt").unlink()
    report = repair(store, hash_recipe())
    assert [problem.where for problem in report.problems] == ["docs/3.txt"] and report.as_json()["ok"] is False
    assert Store(store, MODEL).forget("docs/3.txt")
    assert repair(store, hash_recipe()).problems == []


@pytest.mark.parametrize("name", ["chunks.faiss", "chunks.postings"])
@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:200] + b"?" + data[201:], None])
def test_files_are_made_again_from_the_rows(store: Path, name: str, damage: Callable[[bytes], bytes] | None) -> None:
    whole = (store / name).read_bytes()
    (store / name).write_bytes(damage(whole)) if damage else (store / name).unlink()
    assert [problem.where for problem in verify(store, MODEL).problems] == [name]
    embedder = HashEmbedder()
    assert repair(store, hash_recipe(embedder)).problems == [] and embedder.embedded == []
    assert (store / name).read_bytes() == whole


def test_what_killed_programs_leave_is_told_and_swept(store: Path) -> None:
    part, rebuilt = store / f"chunks.faiss.tmp-{'0a' * 16}", store / "rebuild-a1b2c3_4"
    part.write_bytes(b"x")
    rebuilt.mkdir()
    (rebuilt / "index.sqlite").write_bytes(b"x")
    assert {problem.where for problem in verify(store, MODEL).problems} == {part.name, rebuilt.name}
    assert repair(store, hash_recipe()).problems == []
    assert not part.exists() and not rebuilt.exists()


def test_flipped_bits_are_never_overlooked_where_they_matter(store: Path) -> None:
    """A byte of the database is changed at a random place: either it is told, or nothing that can be read has changed."""
    chance, whole, before = random.Random(3), (store / "index.sqlite").read_bytes(), digest(store)
    told = 0
    for _ in range(60):
        at = chance.randrange(100, len(whole))
        (store / "index.sqlite").write_bytes(
            whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        )
        try:
            problems = [problem for problem in verify(store, MODEL).problems if problem.kind != "file"]
        except StoreError as error:
            assert "\n" not in str(error)
            problems = [str(error)]
        told += bool(problems)
        assert problems or digest(store) == before
    assert told > 30


def test_a_database_whose_pages_are_damaged_is_salvaged(store: Path, docs: Path, tmp_path: Path) -> None:
    before = digest(store)
    connection = sqlite3.connect(store / "index.sqlite")
    page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sentences'").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with (store / "index.sqlite").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    assert {problem.kind for problem in verify(store, MODEL).problems} >= {"database"}
    report = repair(store, hash_recipe())
    assert report.problems == []
    index_paths([docs], store, hash_recipe())  # brings back whatever could not be read
    assert digest(store) == before
    shutil.rmtree(store)


def test_a_store_that_is_none_is_one_line(tmp_path: Path) -> None:
    for look in (lambda: verify(tmp_path, MODEL), lambda: repair(tmp_path / "none", hash_recipe())):
        with pytest.raises(StoreError, match="no index in"):
            look()
