"""A document that is forgotten is gone from every byte; and the search that says so finds what is there."""

import json
import random
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hashes import MODEL, hash_recipe
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import StoreError
from rag.index import Store, forgetting, index_paths, scanning
from rag.index.forgetting import forget
from rag.index.repairing import repair
from rag.index.scanning import PIECE, Scanner, of_bytes, of_text, scan
from rag.index.verifying import verify
from rag.late_interaction import SIZE

SECRET = "The agent known as Halcyon met the minister at dawn. ثم غادر العميل المدينة على متن قارب صغير."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(6):
        lines = [f"Sentence {line} of document {number} is about a ship." for line in range(30)]
        (docs / f"{number}.txt").write_text("\n".join(lines), "utf-8")
    (docs / "secret-of-the-ministry.txt").write_text(SECRET + " Sentence 3 of document 4 is about a ship.", "utf-8")
    index_paths([docs], tmp_path / "store", hash_recipe())
    return Store(tmp_path / "store", MODEL)


def everywhere(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_forgotten_document_is_in_no_byte(store: Store) -> None:
    document = store.document("secret-of-the-ministry.txt")
    connection = sqlite3.connect(store.folder / "index.sqlite")
    own = "SELECT {1} FROM {0} WHERE document = ? AND key NOT IN (SELECT key FROM {0} WHERE document <> ?)"
    vectors, blobs = (
        [
            row[0]
            for table in tables
            for row in connection.execute(own.format(table, column), (document.id, document.id))
        ]
        for tables, column in ((("chunks", "sentences"), "vector"), (("chunks",), "tokens"))
    )
    connection.close()
    vectors += [blob[at : at + SIZE] for blob in blobs for at in range(0, len(blob), SIZE)]
    levelled = store.levelled_vectors(document.id)
    before = everywhere(store.folder)
    assert document.id.encode() in before and SECRET[:40].encode() in before and all(one in before for one in vectors)
    assert all(one in before for one in levelled)
    certificate = forget(store, "secret-of-the-ministry.txt")
    assert certificate.gone and certificate.pieces > 100 and certificate.vectors == len(vectors) > 4
    after = everywhere(store.folder)
    assert certificate.bytes == len(after) and certificate.files == len(list(store.folder.iterdir()))
    assert document.id.encode() not in after and not any(one in after for one in (*vectors, *levelled))
    for start in range(len(SECRET) - PIECE):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert SECRET[start : start + PIECE].encode(encoding) not in after
    assert certificate.file == str(store.folder.parent / "docs" / "secret-of-the-ministry.txt")
    assert verify(store.folder, MODEL).problems == [] and store.count()[0] == 6
    json.dumps(certificate.as_json())


def test_what_another_document_says_too_is_left_out_and_counted(store: Store) -> None:
    certificate = forget(store, "secret-of-the-ministry.txt")
    shared = len("Sentence 3 of document 4 is about a ship.") - PIECE + 1
    assert certificate.gone and certificate.shared >= shared
    assert certificate.shared < certificate.pieces and certificate.shared_vectors == 1
    twins = store.folder.parent / "docs"
    (twins / "twin-a.txt").write_text(SECRET, "utf-8")
    (twins / "twin-b.txt").write_text(SECRET, "utf-8")
    (twins / "secret-of-the-ministry.txt").unlink()
    index_paths([twins], store.folder, hash_recipe())
    certificate = forget(store, "twin-a.txt")
    assert certificate.gone and certificate.vectors == 0 and certificate.shared >= len(SECRET) - PIECE + 1
    (twins / "twin-a.txt").unlink()
    assert forget(store, "twin-b.txt").shared == 0, "nobody else says it any more"


def test_what_a_careless_deletion_leaves_is_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sweeping the same search finds the text, the id and the vectors: it does look."""
    monkeypatch.setattr(forgetting, "sweep", lambda folder: None)
    copy = store.folder / "copy.of.mine"
    copy.write_bytes(b"x" * 1001 + (store.folder / "index.sqlite").read_bytes())
    certificate = forget(store, "secret-of-the-ministry.txt")
    assert not certificate.gone
    assert {found["file"] for found in certificate.found} == {"copy.of.mine"}
    names = {found["what"] for found in certificate.found}
    assert any("text" in name for name in names) and any("id" in name for name in names)


def tokens_of(store: Store, name: str) -> bytes:
    connection = sqlite3.connect(store.folder / "index.sqlite")
    found = connection.execute("SELECT tokens FROM chunks WHERE document = ?", (store.document(name).id,)).fetchall()
    connection.close()
    return b"".join(row[0] for row in found)


def test_a_token_vector_that_lies_somewhere_still_is_found(store: Store) -> None:
    tokens = tokens_of(store, "secret-of-the-ministry.txt")
    (store.folder / "copy.of.mine").write_bytes(b"x" * 1001 + tokens[SIZE : 2 * SIZE] + b"x" * 99)
    certificate = forget(store, "secret-of-the-ministry.txt")
    assert not certificate.gone
    assert {(found["file"], found["byte"], found["what"]) for found in certificate.found} == {
        ("copy.of.mine", 1001, "a chunk's token vectors")
    }


def test_token_vectors_that_another_document_has_too_are_left_out_and_counted(store: Store) -> None:
    twins = store.folder.parent / "docs"
    (twins / "twin.txt").write_bytes((twins / "secret-of-the-ministry.txt").read_bytes())
    index_paths([twins], store.folder, hash_recipe())
    tokens = tokens_of(store, "twin.txt")
    assert tokens and tokens == tokens_of(store, "secret-of-the-ministry.txt")
    certificate = forget(store, "twin.txt")
    chunks_and_sentences = 1 + 3
    assert certificate.found == [] and certificate.vectors == 0
    assert certificate.shared_vectors == len(tokens) // SIZE + chunks_and_sentences
    assert tokens in everywhere(store.folder)


def test_chunks_without_tokens_are_forgotten_like_any(store: Store) -> None:
    connection = sqlite3.connect(store.folder / "index.sqlite")
    connection.execute("UPDATE chunks SET tokens = x''")
    connection.commit()
    connection.close()
    certificate = forget(store, "secret-of-the-ministry.txt")
    assert certificate.gone and certificate.vectors == 3, "a chunk's and two sentences'"


def test_a_sweep_that_fails_is_told_and_finished_by_repair(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(forgetting.unfinished, "discard", full)
    with pytest.raises(StoreError, match="out of the index, but not yet off the disk") as caught:
        forget(store, "secret-of-the-ministry.txt")
    assert f"rag verify --repair --store {store.folder}" in str(caught.value)
    monkeypatch.undo()
    assert any("forgotten" in problem.found for problem in verify(store.folder, MODEL).problems)
    assert repair(store.folder, hash_recipe()).problems == []
    assert SECRET[:30].encode() not in everywhere(store.folder)


def test_a_root_that_is_the_document_is_forgotten_with_it(store: Store) -> None:
    alone = store.folder.parent / "alone-and-very-secret-file.txt"
    alone.write_text(SECRET, "utf-8")
    index_paths([alone], store.folder, hash_recipe())
    assert forget(store, alone.name).gone
    assert alone.name.encode() not in everywhere(store.folder)


def test_unknown_names_change_nothing(store: Store) -> None:
    before = everywhere(store.folder)
    with pytest.raises(StoreError, match="rag list"):
        forget(store, "nothing.txt")
    assert everywhere(store.folder) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "json"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3, 16_777_216 - 30])
def test_the_scan_finds_a_piece_in_any_encoding_at_any_place(tmp_path: Path, encoding: str, shift: int) -> None:
    piece = SECRET[45 : 45 + PIECE]
    data = json.dumps(piece)[1:-1].encode() if encoding == "json" else piece.encode(encoding)
    # Not `os.urandom`: one time in 256 it put the character before the piece there, which makes another piece.
    before, after = random.Random(1).randbytes(shift), random.Random(2).randbytes(50)
    (tmp_path / "some.file").write_bytes(before + data + after)
    result = scan(tmp_path, of_text("text", SECRET))
    assert {found["piece"] for found in result["found"]} == {45}
    assert {found["byte"] for found in result["found"]} == {shift}
    result = scan(tmp_path, of_text("text", SECRET, [45]))
    assert result["found"] == [] and result["excepted"] == 1
    (tmp_path / "some.file").write_bytes(before + data[:-1] + b"\x01" + after)
    assert scan(tmp_path, of_text("text", SECRET))["found"] == [], "nineteen characters are no piece"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_scanner_agrees_with_a_plain_search(data: st.DataObject) -> None:
    letters = data.draw(st.sampled_from(["ab", "abcdefgh ", "ابت ab", "😀é "]))
    text = data.draw(st.text(letters, min_size=1, max_size=120))
    other = data.draw(st.text(letters, max_size=120))
    start = data.draw(st.integers(0, len(text)))
    file = (other + text[start : start + data.draw(st.integers(0, 40))] + other[::-1]).encode()
    least = min(PIECE, len(text))
    plain = {text[at : at + least] for at in range(len(text) - least + 1) if text[at : at + least].encode() in file}
    wanted = next(of_text("text", text))
    found = list(Scanner([wanted]).pieces(file))
    assert {text[unit : unit + least] for _, unit, _ in found} == plain
    for _, unit, at in found:
        assert file[at:].startswith(text[unit : unit + least].encode())


def test_repeated_text_does_not_take_for_ever(tmp_path: Path) -> None:
    (tmp_path / "dashes").write_bytes(b"-" * 100_000)
    assert scan(tmp_path, of_text("text", "Before. " + "-" * 20_000 + " After that."))["found"]


def test_vectors_are_found_by_any_sixty_four_bytes(tmp_path: Path) -> None:
    vector = np.random.default_rng(0).normal(size=384).astype("<f4").tobytes()
    # Not `os.urandom`: one time in 256 it put the byte before the piece there, and the piece began one byte earlier.
    before, after = random.Random(1).randbytes(77), random.Random(2).randbytes(9)
    (tmp_path / "file").write_bytes(before + vector[300:380] + after)
    assert scan(tmp_path, [of_bytes("vector", vector)])["found"][0]["byte"] == 77
    (tmp_path / "file").write_bytes(before + vector[300:360] + after)
    assert scan(tmp_path, [of_bytes("vector", vector)])["found"] == []


def test_the_scan_runs_as_a_program_of_its_own() -> None:
    source = Path(scanning.__file__).read_text("utf-8")
    assert "import rag" not in source and "from rag" not in source
