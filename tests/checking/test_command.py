"""`rag check`: an answer against a folder, claims in JSON Lines; exit codes that a build can stand on."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from commands import Run, runner

import rag.checking.command
from rag.embeddings import Embedder

pytestmark = pytest.mark.model


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedder: Embedder, tmp_path: Path) -> Run:
    """Run `rag check` in this process, with the real model already loaded; gives exit code, stdout, stderr."""
    monkeypatch.setattr(rag.checking.command, "load_embedder", lambda settings: embedder)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "b-port.txt").write_text("Ports\n\nThe port opened in May. Eight people were hurt.\n", "utf-8")
    (folder / "a-road.txt").write_text("Roads\n\nThe road cost 150,000 dinars.\n", "utf-8")
    (folder / "c-empty.txt").write_bytes(b"")

    run_it = runner(monkeypatch, capsys)
    return partial(run_it, "check")


def answer(run: Run, text: str) -> tuple[int, list[dict[str, Any]]]:
    Path("answer.md").write_text(text, "utf-8")
    code, out, _ = run("--answer", "answer.md", "--sources", "sources", "--json")
    return code, json.loads(out)["sentences"]


def lines(run: Run, *rows: object) -> tuple[int, list[dict[str, Any]]]:
    stdin = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    code, out, _ = run(stdin=stdin)
    return code, [json.loads(line) for line in out.splitlines()]


def test_markers_number_the_documents_by_path(run: Run) -> None:
    code, found = answer(run, "The road cost 150,000 dinars [1]. The port opened in May [٢].\n")
    assert code == 0 and [one["label"] for one in found] == ["supported", "supported"]
    assert [one["spans"][0]["source"] for one in found] == ["a-road.txt", "b-port.txt"]
    for one in found:
        span = one["spans"][0]
        assert Path("sources", span["source"]).read_text("utf-8")[span["start"] : span["end"]] == span["text"]


def test_a_list_of_references_comes_before_the_order_of_the_folder(run: Run) -> None:
    text = "The port opened in May [1]. The road cost 150,000 dinars [^2].\n\n## Sources\n\n[1]: b-port.txt\n[^2]: a-road.txt\n"
    code, found = answer(run, text)
    assert code == 0 and [(one["label"], one["citations"]) for one in found] == [("supported", [1]), ("supported", [2])]
    code, found = answer(run, "The port opened in May [1].\n\n[1] b-port.txt\n")
    assert code == 0 and len(found) == 1


def test_a_reference_to_no_document_supports_nothing(run: Run) -> None:
    code, (one,) = answer(run, "The port opened in May [1].\n\n[1]: gone.txt\n")
    assert code == 3 and one["label"] == "unsupported"
    assert "gone.txt" in one["reason"] and "found in b-port.txt" in one["reason"]


def test_an_unreadable_source_keeps_its_number_and_is_told(run: Run) -> None:
    code, (one,) = answer(run, "The port opened in May [3].\n")
    assert code == 3 and one["label"] == "unsupported" and "[3] is c-empty.txt, which cannot be read" in one["reason"]


def test_people_get_a_table_and_exit_code_3(run: Run) -> None:
    Path("answer.md").write_text("# News\n\nThe **port** opened in May. The road cost 15,000 dinars [1][7].\n", "utf-8")
    code, out, err = run("--answer", "answer.md", "--sources", "sources")
    assert code == 3 and "c-empty.txt" in err
    assert "✓ supported    0.99  The port opened in May." in out and "found in b-port.txt" in out
    assert (
        "✗ contradicted" in out
        and "source says 150,000, answer says 15,000" in out
        and "[7] points at no source" in out
    )
    assert out.endswith("2 sentences: 1 supported, 1 contradicted, 0 unsupported\n")


def test_supported_beside_a_broken_marker_is_exit_code_3_too(run: Run) -> None:
    code, (one,) = answer(run, "The port opened in May [2][9].")
    assert code == 3 and one["label"] == "supported" and "[9] points at no source" in one["reason"]


@pytest.mark.parametrize("text", ["", "\n \n", "[1]", "# Only a heading\n"])
def test_an_empty_answer_is_a_verdict(run: Run, text: str) -> None:
    code, (one,) = answer(run, text)
    assert code == 3 and (one["label"], one["reason"][:19]) == ("unsupported", "the answer is empty")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--answer", "no.md", "--sources", "sources"), 1, "the answer no.md cannot be read"),
        (("--answer", "sources/a-road.txt", "--sources", "nowhere"), 1, "nowhere"),
        (("--answer", "sources/a-road.txt"), 2, "go together"),
    ],
)
def test_what_is_missing_is_one_line(run: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "") and says in err


def test_claims_are_answered_in_order_with_spans_of_their_evidence(run: Run) -> None:
    evidence = ["It rained.", "Some said so. The port opened in 1963."]
    code, found = lines(
        run,
        {"claim": "The port opened in 1963.", "evidence": evidence, "id": "a"},
        {"claim": "The port opened in 1964 [1].", "evidence": evidence[1], "question": ""},
    )
    assert code == 3 and [one["label"] == "supported" for one in found] == [True, False]
    assert (
        list(found[0]) == ["id", "label", "score", "reason", "spans"]
        and found[0]["score"] > 0.9 > 0.5 > found[1]["score"]
    )
    assert found[0]["spans"] == [{"piece": 1, "start": 14, "end": 38, "text": "The port opened in 1963."}]
    assert "1963" in found[1]["reason"] and "1964" in found[1]["reason"]
    assert lines(run, {"claim": "It rained.", "evidence": evidence})[0] == 0


@pytest.mark.parametrize(
    "bad",
    [b"nope", b"[1]", b'{"claim": "x"}', b'{"claim": 1, "evidence": "x"}', b"\xff\xfe", b"[" * 99_999, b'{"a":1e999}'],
)
def test_a_bad_line_is_an_error_in_its_place(run: Run, bad: bytes) -> None:
    good = {"claim": "It rained.", "evidence": "It rained."}
    code, found = lines(run, good, bad, good)
    assert code == 1
    assert [one.get("label") for one in found] == ["supported", None, "supported"]
    assert found[1]["error"].startswith("line 2: ")


@pytest.mark.parametrize("evidence", ["", [], ["", " "], "\ud800"])
def test_no_evidence_supports_nothing(run: Run, evidence: object) -> None:
    code, (one,) = lines(run, {"claim": "It rained.", "evidence": evidence, "question": None})
    assert code == 3 and one["label"] == "unsupported" and one["reason"]


def test_long_evidence_is_read_in_pieces_whose_spans_count_from_its_beginning(run: Run) -> None:
    text = " ".join(f"Line {number} is about road {number * 7} and bridge {number * 3}." for number in range(400))
    code, (one,) = lines(run, {"claim": "Line 333 is about road 2331 and bridge 999.", "evidence": text})
    (span,) = one["spans"]
    assert (
        code == 0 and text[span["start"] : span["end"]] == span["text"] == "Line 333 is about road 2331 and bridge 999."
    )
