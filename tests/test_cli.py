"""The command line's promises: its JSON, its exit codes, one line for each error, nothing lost."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Run, one_line
from fpdf import FPDF
from PIL import Image

pytestmark = pytest.mark.model


def test_pages_that_were_not_read_are_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_OCR_LANGUAGES", "")
    pdf, picture = FPDF(), io.BytesIO()
    Image.new("RGB", (400, 400), "gray").save(picture, "PNG")
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.multi_cell(0, 8, "The ferry leaves at nine every day from the pier of the old town.")
    pdf.add_page()
    pdf.image(picture, x=0, y=0, w=pdf.w, h=pdf.h)
    pdf.output(str(tmp_path / "ferry.pdf"))
    code, out, err = run("index", tmp_path / "ferry.pdf", "--store", tmp_path / "store")
    assert code == 0 and "1 added" in out and "ferry.pdf: page 2" in one_line(err)
    code, out, _ = run("index", "--rebuild", tmp_path / "ferry.pdf", "--store", tmp_path / "store", "--json")
    assert [part["source"] for part in json.loads(out)["documents"]["partly"]] == ["ferry.pdf"]


def test_index_json_and_exit_codes(run: Run, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.txt").write_text("The bridge opened in May 2021. It cost 12 million euros.", "utf-8")
    (docs / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (docs / "broken.html").write_text(
        "<html><body><div><p>The <b>ferry leaves at nine<table></p></i> every day.", "utf-8"
    )
    (docs / "empty.md").write_text("", "utf-8")
    pdf = FPDF()
    pdf.set_encryption(owner_password="o", user_password="u")
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="secret")
    pdf.output(str(docs / "locked.pdf"))
    code, out, err = run("index", docs, "--store", tmp_path / "store", "--json")
    report = json.loads(out)
    assert set(report) == {"documents", "chunks", "seconds"} and "3 of the files" in one_line(err)
    documents = report["documents"]
    assert {key: documents[key] for key in ("added", "updated", "unchanged", "removed")} == {
        **{"added": 2, "updated": 0, "unchanged": 0, "removed": 0}
    }
    assert [failure["source"] for failure in documents["failed"]] == [
        "docs/binary.txt",
        "docs/empty.md",
        "docs/locked.pdf",
    ]
    assert "password" in documents["failed"][2]["error"] or "encrypted" in documents["failed"][2]["error"]
    assert code == 1, "something failed, and the exit code says so"
    for path in (docs / "binary.txt", docs / "empty.md", docs / "locked.pdf"):
        path.unlink()
    code, out, err = run("index", docs, "--store", tmp_path / "store")
    assert code == 0 and "2 unchanged" in out and err == ""
    code, out, _ = run("list", "--store", tmp_path / "store", "--json")
    assert [row["source"] for row in json.loads(out)] == ["docs/broken.html", "docs/good.txt"]


def test_without_json_failures_are_lines_on_stderr(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00" * 100)
    code, out, err = run("index", tmp_path / "bad.txt", "--store", tmp_path / "store")
    assert code == 1 and "1 failed" in out and "bad.txt" in one_line(err)


def test_missing_things_are_one_line_and_exit_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "nowhere" in one_line(run("index", tmp_path / "nowhere", "--store", tmp_path / "s")[2])
    assert "no document" in one_line(run("index", tmp_path / "empty", "--store", tmp_path / "s")[2])
    assert not (tmp_path / "s").exists()
    assert "rag index PATH" in one_line(run("ask", "Why?", "--store", tmp_path / "s")[2])
    assert "cannot be read" in one_line(run("ask", "--questions", tmp_path / "no.jsonl", "--json")[2])
    for arguments in (("index", tmp_path / "nowhere"), ("ask", "Why?", "--store", tmp_path / "s"), ("show", "x")):
        assert run(*arguments)[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "a?", "--questions", "f.jsonl"),
        ("ask", "--questions", "f.jsonl"),
        ("index",),
        ("fly",),
        ("ask", "--no"),
    ],
)
def test_wrong_usage_is_exit_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert code == 2 and out == "" and "Traceback" not in err and err


def test_unknown_setting_is_refused_with_the_nearest(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_STOER", "x")
    code, _, err = run("list")
    assert code == 1 and "RAG_STOER" in err and "RAG_STORE" in one_line(err)


def test_another_model_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, seeds_store: Path) -> None:
    monkeypatch.setenv("RAG_EMBEDDING_MODEL", "another/model")
    code, _, err = run("ask", "Why?", "--store", seeds_store)
    assert code == 1 and "another/model" in err and "rag index --rebuild" in one_line(err)


def test_python_m_rag_is_the_same(seeds_store: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag", "ask", "من افتتح محطة رأس الزمرد؟", "--store", str(seeds_store), "--json"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["citations"] and done.stderr == ""


def test_folders_without_permission_are_one_line(seeds_store: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "a.txt").write_text("Something happened here today.", "utf-8")
    locked.chmod(0)
    as_user = ["capsh", "--drop=cap_dac_override,cap_dac_read_search", "--", "-c", 'exec "$@"', "sh"]
    if os.geteuid() == 0 and shutil.which("capsh") is None:
        pytest.skip("root may read everything, and there is no capsh to be less than root with")
    try:
        for arguments in (
            ("index", locked, "--store", seeds_store),
            ("list", "--store", locked),
            ("ask", "Why?", "--store", locked),
        ):
            command = [sys.executable, "-m", "rag", *map(str, arguments)]
            done = subprocess.run(
                [*(as_user if os.geteuid() == 0 else []), *command],
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
            )
            assert done.returncode == 1 and "ermission denied" in one_line(done.stderr)
    finally:
        locked.chmod(0o755)
