"""`rag forget`, `rag verify`, `rag export`, `rag import` as people and programs use them."""

import json
import sqlite3
from pathlib import Path

import pytest
from commands import Run, runner
from hashes import HashEmbedder

import rag.chain
import rag.upkeep

MODEL = "test/hashes"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run `rag` in this process, with vectors of a hash; gives exit code, stdout, stderr."""
    for module in (rag.chain, rag.upkeep):
        monkeypatch.setattr(module, "model_name", lambda settings: MODEL)
    monkeypatch.setattr(rag.chain, "load_embedder", lambda settings: HashEmbedder())
    monkeypatch.setenv("RAG_CHUNK_TOKENS", "40")
    monkeypatch.chdir(tmp_path)

    run_it = runner(monkeypatch, capsys)
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(3):
        (docs / f"{number}.txt").write_text(f"Ship {number} sailed at dawn. It came back at {number} o'clock.", "utf-8")
    assert run_it("index", "docs", "--store", "store")[0] == 0
    return run_it


def test_forget_prints_a_certificate(run: Run) -> None:
    code, out, err = run("forget", "docs/1.txt", "--store", "store")
    assert (code, err) == (0, "")
    assert out.startswith("docs/1.txt (id ") and "is forgotten" in out and "found:        nothing" in out
    assert "its file is still there" in out and "would add it again" in out
    (chunk,) = HashEmbedder().encode_chunks([Path("docs/2.txt").read_text("utf-8")])
    Path("docs/2.txt").unlink()
    code, out, err = run("forget", "2.txt", "--store", "store", "--json")
    certificate = json.loads(out)
    assert (code, err) == (0, "") and certificate["gone"] is True and certificate["found"] == []
    assert certificate["source"] == "docs/2.txt" and certificate["file"] is None
    assert certificate["pieces"] > 20 and certificate["vectors"] == 3 + len(chunk.tokens) and certificate["files"] >= 6
    code, out, err = run("forget", "2.txt", "--store", "store")
    assert (code, out) == (1, "") and "no document '2.txt'" in err and err.count("\n") == 1


def test_verify_says_what_is_wrong_and_repair_mends_it(run: Run) -> None:
    code, out, err = run("verify", "--store", "store")
    assert (code, err) == (0, "") and out == "3 documents, 3 chunks, 6 sentences in store: all is well\n"
    connection = sqlite3.connect("store/index.sqlite", isolation_level=None)
    connection.execute("DELETE FROM lexical WHERE document = (SELECT id FROM documents WHERE source = 'docs/1.txt')")
    connection.close()
    code, out, err = run("verify", "--store", "store")
    assert code == 1 and "wrong:  docs/1.txt: its terms are missing" in out and "--repair" in err
    code, out, err = run("verify", "--store", "store", "--json")
    found = json.loads(out)
    assert code == 1 and found["ok"] is False
    assert found["problems"] == [{"kind": "parts", "where": "docs/1.txt", "found": "its terms are missing"}]
    code, out, err = run("verify", "--repair", "--store", "store")
    assert (code, err) == (0, "")
    assert "mended: docs/1.txt: its terms are missing" in out and "all is well; 0 texts embedded" in out
    assert json.loads(run("verify", "--store", "store", "--json")[1])["ok"] is True


def test_export_and_import(run: Run) -> None:
    code, out, err = run("export", "all.sanad", "--store", "store")
    assert (code, err) == (0, "") and out.startswith("3 documents, 3 chunks in all.sanad (SHA-256 ")
    code, out, err = run("import", "all.sanad", "--store", "there", "--json")
    assert (code, err) == (0, "") and json.loads(out)["documents"] == 3
    assert run("verify", "--store", "there")[0] == 0
    code, out, err = run("import", "all.sanad", "--store", "store")
    assert (code, out) == (1, "") and "--replace" in err and err.count("\n") == 1
    assert run("import", "all.sanad", "--store", "store", "--replace")[0] == 0
    assert "there already" in run("export", "all.sanad", "--store", "store")[2]


@pytest.mark.parametrize("arguments", [("forget",), ("export",), ("import",), ("verify", "x")])
def test_wrong_usage_is_exit_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert code == 2 and out == "" and err


def test_no_index_is_one_line(run: Run) -> None:
    for arguments in (("forget", "x"), ("verify",), ("verify", "--repair"), ("export", "f")):
        code, out, err = run(*arguments, "--store", "nowhere")
        assert (code, out) == (1, "") and "no index in nowhere" in err and err.count("\n") == 1
