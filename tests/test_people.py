"""`rag user` and `rag feedback`, as they are typed."""

import json
from pathlib import Path

import pytest
from commands import Run
from making_answers import answer

from rag.conversations import Conversations, Feedback
from rag.models import Document
from rag.users import Users

FLOOD = Document("d", "docs/flood.txt", "Flood", "en", None, "The river rose by two metres.")


def test_users_are_added_listed_and_removed(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code, out, err = run("user", "add", "amal", "--auth", "users.txt", stdin=b"correct horse\n")
    assert (code, out, err) == (0, "amal is in users.txt\n", "")
    assert Users(tmp_path / "users.txt").admit("amal", "correct horse") == "amal"
    monkeypatch.setenv("RAG_AUTH", "users.txt")
    assert run("user", "add", "amal", stdin=b"another horse\n")[1] == "amal has another password in users.txt\n"
    assert run("user", "list", "--json")[1] == '["amal"]\n'
    assert run("user", "remove", "amal")[0] == 0 and run("user", "list")[1].strip() == ""


def test_what_is_wrong_is_told_in_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = run("user", "add", "amal", "--auth", "users.txt", stdin=b"short\n")
    assert code == 1 and err == "rag: the password has 5 characters: give at least 8\n"
    code, _, err = run("user", "list")
    assert code == 1 and "RAG_AUTH" in err and err.count("\n") == 1


def test_feedback_is_printed_or_written_beside_the_documents(run: Run, tmp_path: Path) -> None:
    mine = Conversations(tmp_path / "store", "amal")
    _, round_ = mine.add(None, "How far?", answer("How far?", (FLOOD, FLOOD.text)))
    mine.rate(round_, Feedback(True))
    code, out, _ = run("feedback", "--store", "store")
    assert code == 0 and json.loads(out)["documents"][0]["source"] == "docs/flood.txt"
    (tmp_path / "docs").mkdir()
    code, out, _ = run("feedback", "--store", "store", "--output", "docs/questions.feedback.jsonl")
    assert code == 0 and out.startswith("1 questions in docs/questions.feedback.jsonl")
    row = json.loads((tmp_path / "docs" / "questions.feedback.jsonl").read_text("utf-8"))
    assert row["documents"][0]["source"] == "flood.txt"
    code, _, err = run("feedback", "--store", "store", "--output", "docs/questions.feedback.jsonl")
    assert code == 1 and "may hold your work" in err
