"""Suggested questions: out of the documents, exact, spread, plainly unverified, and never over somebody's work."""

import json
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pytest

from rag.documents import read_document
from rag.errors import DatasetError
from rag.evaluation import read_dataset
from rag.evaluation.command import suggest
from rag.evaluation.facts import facts
from rag.evaluation.questions import read_documents
from rag.evaluation.suggest import suggest_questions, write_suggestions
from rag.models import Document

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def asked(text: str, language: str) -> list[str]:
    document = Document("d", "d.txt", "", language, None, text)
    return [text[fact.span.start : fact.span.end] for fact in facts(document)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The plant will give the whole coast 150,000 cubic metres of water a day.", ["150,000"]),
        ("ar", "وتنتج المحطة بحسب الوزارة ١٥٠ ألف متر مكعب من المياه العذبة يوميًّا.", ["١٥٠"]),
        ("zh", "工厂每天可以生产15万立方米的淡水，供应沿海城市。", ["15"]),
        ("en", "The exhibition on the second floor stays open until 15 December 2025.", ["15 December 2025"]),
        ("fr", "La ligne directe entre les deux capitales est née en 1963 après la crise.", ["1963"]),
        (
            "en",
            "The new plant was opened on the coast yesterday by Salma al-Rifaei Hadi and Omar Saadi.",
            ["Omar Saadi"],
        ),
        ("en", "PARIS, 21 November 2024 – It is often thought of as a red telephone on a desk.", []),
        ("en", "Nobody in the whole of the town knows when it will be opened.", []),
        ("en", "There were 12 ships in the bay, and 12 more in the harbour of the town.", []),
        ("en", "Were there really 12 ships in the bay on that day of the storm?", []),
    ],
)
def test_what_is_asked_for(language: str, text: str, expected: list[str]) -> None:
    assert asked(text, language) == expected


def in_folder(folder: Path) -> Collection[Document]:
    return read_documents(folder)[0].values()


def test_suggestions_are_exact_unverified_and_do_not_give_the_answer_away() -> None:
    rows = suggest_questions(in_folder(SEEDS))
    assert len(rows) == 30
    for row in rows:
        (place,) = row["documents"]
        text = read_document(SEEDS / place["source"], source=place["source"]).text
        assert text[place["start"] : place["end"]] == place["quote"] == row["answers"][0]
        assert row["verified"] is False and row["answerable"] is True
        assert row["answers"][0] not in row["q"] and row["q"][-1] in "?؟？"
        assert set(row) - {"verified"} <= set(json.loads((SEEDS / "questions.jsonl").read_text("utf-8").split("\n")[0]))


def test_suggestions_are_spread_over_languages_and_documents() -> None:
    rows = suggest_questions(in_folder(SEEDS), 27)
    languages = Counter(row["language"] for row in rows)
    assert len(languages) == 9 and max(languages.values()) - min(languages.values()) <= 1
    arabic = [
        row["documents"][0]["source"] for row in suggest_questions(in_folder(SEEDS), 60) if row["language"] == "ar"
    ]
    assert len(set(arabic)) == len(arabic) >= 6, "every document once before any twice"
    assert suggest_questions(in_folder(SEEDS), 27) == rows


def test_figures_are_asked_for_in_the_documents_language() -> None:
    questions = {row["language"]: row["q"] for row in reversed(suggest_questions(in_folder(SEEDS), 60))}
    assert " كم " in questions["ar"] and "сколько" in questions["ru"] and "combien" in questions["fr"]


def test_they_are_a_data_set(tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text("The bridge over the river Tal is 412 metres long in all. " * 1, "utf-8")
    told = suggest(tmp_path, None, 30)
    output = tmp_path / "questions.suggested.jsonl"
    assert "1 questions about 1 documents" in told and str(output) in told
    (question,) = read_dataset(output).questions
    assert question.text == "The bridge over the river Tal is how many metres long in all?"
    assert question.answers == ("412",) and not question.verified


def test_as_json_it_is_a_line_of_json(tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text("The bridge over the river Tal is 412 metres long in all.", "utf-8")
    output = tmp_path / "mine.jsonl"
    assert json.loads(suggest(tmp_path, output, 30, as_json=True)) == {
        "suggested": 1,
        "documents": 1,
        "file": str(output),
    }


def test_nothing_is_asked_about_files_of_questions(tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text("The bridge over the river Tal is 412 metres long in all.", "utf-8")
    row = {
        "q": "The tower of the castle is how many metres high in all?",
        "answers": ["The tower is 97 metres high in all."],
    }
    (tmp_path / "mine.jsonl").write_text(json.dumps(row), "utf-8")
    assert {one["documents"][0]["source"] for one in suggest_questions(in_folder(tmp_path))} == {"bridge.txt"}


def test_what_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bridge.txt").write_text("The bridge over the river Tal is 412 metres long in all.", "utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    suggest(tmp_path, None, 30)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and told[0].startswith("rag: broken.pdf: ")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    output = tmp_path / "q.jsonl"
    output.write_text("mine", "utf-8")
    with pytest.raises(DatasetError, match="is there already"):
        write_suggestions(suggest_questions(in_folder(SEEDS), 1), output)
    assert output.read_text("utf-8") == "mine"
    with pytest.raises(DatasetError, match="cannot be written"):
        write_suggestions(suggest_questions(in_folder(SEEDS), 1), tmp_path / "none" / "q.jsonl")


def test_nothing_to_ask_about_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A line without any fact", "utf-8")
    with pytest.raises(DatasetError, match="write questions by hand"):
        suggest_questions(in_folder(tmp_path))
    with pytest.raises(DatasetError, match="at least 1"):
        suggest_questions(in_folder(SEEDS), 0)
