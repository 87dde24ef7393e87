"""Conversations as files, and what was thought of answers as questions that `rag evaluate` reads."""

import json
from dataclasses import replace
from pathlib import Path

from making_answers import answer
from markdown_it import MarkdownIt

from rag.conversations import Conversations, Feedback
from rag.conversations.candidates import as_lines, candidates
from rag.conversations.exporting import as_json, as_markdown
from rag.documents import read_document
from rag.evaluation.questions import read_questions
from rag.models import Answer, Document, Notice

HOSTILE = "It opens on 3 May <script>alert(1)</script> ![x](http://evil.example/a.png) [c](javascript:alert(2)) **bold** https://evil.example."
NEWS = Document("d", "docs/<b>.txt", "# A *title*", "en", "2031-05-03", f"Before. {HOSTILE} After.")
REFUSAL = Answer("Who paid?", "en", "The documents do not say.", True, 0.1)


def test_markdown_has_each_answer_with_its_verdicts_and_sources_as_text(tmp_path: Path) -> None:
    mine = Conversations(tmp_path)
    full = replace(
        answer("When?", (NEWS, HOSTILE)), asked="and when?", notices=(Notice("model_failed", "it timed out"),)
    )
    full = replace(
        full,
        sentences=(
            *full.sentences,
            replace(full.sentences[0], text="It closed.", verdict="contradicted", reason="it opened"),
        ),
    )
    conversation, round_ = mine.add(None, "# and\nwhen?", full)
    mine.add(conversation, "Who paid?", REFUSAL)
    mine.rate(round_, Feedback(False, "*no*"))
    text = as_markdown(mine.get(conversation), mine.rounds(conversation))
    shown = MarkdownIt("commonmark", {"linkify": False}).render(text)
    for markup in ("<script", "<img", "<a ", "<strong>bold", "<em>title"):
        assert markup not in shown
    assert shown.count("<h1>") == 1 and shown.count("<h2>") == 2
    for said in (
        "and when?",
        "→ When?",
        "it timed out",
        "It closed. [1] ✗ (it opened)",
        "The documents do not say.",
        "👎 *no*",
        "2031-05-03",
        "[1] <strong># A *title*</strong> (2031-05-03, docs/&lt;b&gt;.txt)",
        "[1] ✓",
    ):
        assert said in shown, said
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt; ![x](http://evil.example/a.png)") == 2


def test_json_has_all_that_is_known(tmp_path: Path) -> None:
    mine = Conversations(tmp_path)
    conversation, round_ = mine.add(None, "متى؟", answer("متى؟", (NEWS, HOSTILE)), {"languages": ["en"]})
    mine.rate(round_, Feedback(True, "نعم"))
    kept = json.loads(as_json(mine.get(conversation), mine.rounds(conversation)))
    (one,) = kept["rounds"]
    assert (kept["title"], one["message"], one["scope"]) == ("متى؟", "متى؟", {"languages": ["en"]})
    assert one["answer"]["citations"][0]["quote"] == HOSTILE and one["feedback"] == {"good": True, "comment": "نعم"}


def test_what_was_thought_becomes_questions_that_evaluation_reads(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "flood.txt").write_text("The river rose by two metres. Nobody was hurt.", "utf-8")
    flood = read_document(docs / "flood.txt", source="docs/flood.txt")
    mine = Conversations(tmp_path / "store", "amal")
    first = answer("How far did it rise?", (flood, "The river rose by two metres."), (flood, "Nobody was hurt."))
    first = replace(first, sentences=(first.sentences[0], replace(first.sentences[1], verdict="unsupported")))
    said = [
        (first, True),
        (REFUSAL, True),
        (replace(REFUSAL, question="Was anybody hurt?"), False),
        (replace(first, question="And who?"), False),
    ]
    conversation = None
    for one, good in said:
        conversation, round_ = mine.add(conversation, one.question, one)
        mine.rate(round_, Feedback(good, "" if good else "look again"))
    mine.add(conversation, "Not rated?", first)
    rows = candidates(mine.rated(), "docs")
    assert [(row["q"], row["answerable"], len(row["documents"]), row["feedback"]) for row in rows] == [
        ("How far did it rise?", True, 1, "up"),
        ("Who paid?", False, 0, "up"),
        ("Was anybody hurt?", True, 0, "down"),
        ("And who?", True, 0, "down"),
    ]
    assert rows[2]["comment"] == "look again"
    (docs / "questions.jsonl").write_text(as_lines(rows), "utf-8")
    dataset = read_questions(docs / "questions.jsonl")
    (place,) = dataset.questions[0].places
    assert place.span and flood.text[place.span.start : place.span.end] == "The river rose by two metres."
    assert not any(question.verified for question in dataset.questions)
    assert dataset.questions[1].answerable is False


def test_a_question_rated_twice_is_one_candidate(tmp_path: Path) -> None:
    mine = Conversations(tmp_path)
    for good in (True, False):
        _, round_ = mine.add(None, "Who paid?", REFUSAL)
        mine.rate(round_, Feedback(good))
    assert [row["feedback"] for row in candidates(mine.rated())] == ["down"]
