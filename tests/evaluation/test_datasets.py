"""Three shapes of data set, each read whole, and each mistake in them told in one line that says where."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rag.documents import read_document
from rag.errors import DatasetError
from rag.evaluation import read_dataset
from rag.evaluation.gold import document_id
from rag.models import Span

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
CONTEXT = "The bridge over the Tal was opened in 1963. It is 412 metres long."


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def squad(path: Path, *paragraphs: dict[str, Any]) -> Path:
    return write(path, {"data": [{"title": f"Article {i}", "paragraphs": [p]} for i, p in enumerate(paragraphs)]})


def qa(text: str = "1963", start: int = 38, **more: object) -> dict[str, Any]:
    return {
        "id": "a",
        "question": "When was the bridge opened?",
        "answers": [{"text": text, "answer_start": start}],
        **more,
    }


def beir(folder: Path, qrels: str = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td2\t0\n") -> Path:
    write(
        folder / "corpus.jsonl",
        {"_id": "d1", "title": "Bridge", "text": CONTEXT},
        {"_id": "d2", "title": "Only a title", "text": ""},
    )
    write(folder / "queries.jsonl", *({"_id": f"q{i}", "text": f"When was bridge {i} opened?"} for i in (1, 2, 3)))
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(qrels, "utf-8")
    return folder


def test_squad_paragraphs_are_documents(tmp_path: Path) -> None:
    impossible = {"id": "b", "question": "Who drew the bridge?", "answers": [], "is_impossible": True}
    path = squad(tmp_path / "s.json", {"context": CONTEXT, "qas": [qa(), impossible]}, {"context": "Other.", "qas": []})
    dataset = read_dataset(path)
    first, second = dataset.documents
    assert (first.text, first.title, first.language, second.text) == (CONTEXT, "", "en", "Other.")
    answered, unanswered = dataset.questions
    assert answered.answers == ("1963",) and answered.language == "en" and answered.answerable
    assert [(place.document, place.span) for place in answered.places] == [(first.id, Span(38, 42))]
    assert (unanswered.answerable, unanswered.answers, unanswered.places) == (False, (), ())
    assert dataset.article(first.id) != dataset.article(second.id)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"rows": []}', "no 'data'"),
        ("[1, 2]", "not SQuAD-style JSON"),
        ("{", "expected JSON"),
        ('{"data": []}', "holds no document"),
    ],
)
def test_broken_squad_is_told(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(content, "utf-8")
    with pytest.raises(DatasetError, match=told):
        read_dataset(path)


def test_squad_offset_that_points_elsewhere_is_told(tmp_path: Path) -> None:
    path = squad(tmp_path / "s.json", {"context": CONTEXT, "qas": [qa(start=37)]})
    with pytest.raises(DatasetError, match="'1963' at 37, where ' 196' stands"):
        read_dataset(path)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"answers": 1963}, "question 'a': found the answers 1963, expected a list of"),
        ({"answers": [1963]}, r"question 'a': found the answers \[1963\]"),
        ({"answers": [{"text": "1963", "answer_start": "x"}]}, "question 'a': found the answers"),
        ({"answers": [{"text": 1963, "answer_start": 38}]}, "question 'a': found the answers"),
        ({"answers": [{"text": "", "answer_start": -1}]}, "question 'a': found the answers"),
        ({"answers": {"text": ["1963"], "answer_start": []}}, "question 'a': found the answers"),
        ({"is_impossible": "false"}, "question 'a': found is_impossible 'false', expected true or false"),
        ({"answers": None, "question": None}, "question 'a': found the answers None"),
    ],
)
def test_broken_squad_answers_are_told_with_their_question(tmp_path: Path, more: dict[str, Any], told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        read_dataset(squad(tmp_path / "s.json", {"context": CONTEXT, "qas": [qa(**more)]}))


def test_squad_that_lacks_a_key_is_told_with_its_paragraph(tmp_path: Path) -> None:
    path = squad(tmp_path / "s.json", {"context": CONTEXT, "qas": [qa()]}, {"context": CONTEXT, "qas": [{"id": "b"}]})
    with pytest.raises(DatasetError, match="no 'question' in paragraph 1 of article 2"):
        read_dataset(path)


def test_squad_as_hugging_face_lists_answers(tmp_path: Path) -> None:
    listed = {"text": ["1963", "412 metres"], "answer_start": [38, 50]}
    (question,) = read_dataset(squad(tmp_path / "s.json", {"context": CONTEXT, "qas": [qa(answers=listed)]})).questions
    assert question.answers == ("1963", "412 metres")
    assert [place.span for place in question.places] == [Span(38, 42), Span(50, 60)]


def test_beir_folder(tmp_path: Path) -> None:
    dataset = read_dataset(beir(tmp_path))
    assert [(document.source, document.title, document.text) for document in dataset.documents] == [
        ("d1", "Bridge", CONTEXT),
        ("d2", "", "Only a title"),
    ]
    answerable, judged_empty = dataset.questions
    assert [(place.document, place.grade, place.span) for place in answerable.places] == [(document_id("d1"), 2, None)]
    assert (judged_empty.id, judged_empty.answerable) == ("q2", False)
    assert "q3" not in {question.id for question in dataset.questions}, "nobody has judged it"


def test_of_two_judgements_of_a_pair_the_higher_counts(tmp_path: Path) -> None:
    (question,) = read_dataset(beir(tmp_path, "q1\td1\t0\nq1\td1\t2\nq1\td1\t1\n")).questions
    assert [(place.document, place.grade) for place in question.places] == [(document_id("d1"), 2)]


def test_beir_prefers_the_test_split_and_takes_another(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    (folder / "qrels" / "dev.tsv").write_text("q3\td1\t1\n", "utf-8")
    assert {question.id for question in read_dataset(folder).questions} == {"q1", "q2"}
    (folder / "qrels" / "test.tsv").unlink()
    assert {question.id for question in read_dataset(folder).questions} == {"q3"}


@pytest.mark.parametrize(
    ("qrels", "told"),
    [
        ("q1\tnone\t1\n", "line 1 names the document 'none'"),
        ("query-id\tcorpus-id\tscore\nq1 d1 1\n", "line 2: found 'q1 d1 1'"),
        ("q1\td1\t1\nother\td1\t1\n", "line 2 names the query 'other', which is not in queries.jsonl"),
        ("query-id\tcorpus-id\tscore\n", "judges none of the queries"),
    ],
)
def test_broken_qrels_are_told(tmp_path: Path, qrels: str, told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        read_dataset(beir(tmp_path, qrels))


def test_two_documents_of_one_id_are_told(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    write(
        folder / "corpus.jsonl",
        {"_id": "d1", "text": "One."},
        {"_id": "d2", "text": "Two."},
        {"_id": "d1", "text": "Three."},
    )
    with pytest.raises(DatasetError, match="2 documents have the id 'd1'"):
        read_dataset(folder)


def test_half_a_beir_folder_is_told(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    shutil.rmtree(folder / "qrels")
    with pytest.raises(DatasetError, match="no qrels"):
        read_dataset(folder)
    (folder / "queries.jsonl").unlink()
    with pytest.raises(DatasetError, match="no queries"):
        read_dataset(folder)


def test_seeds_are_read_with_every_span() -> None:
    dataset = read_dataset(SEEDS)
    assert (len(dataset.documents), len(dataset.questions), dataset.failed) == (31, 168, ())
    texts = {document.id: document.text for document in dataset.documents}
    for question in dataset.questions:
        assert question.answerable == bool(question.places)
        for place in question.places:
            assert place.span is not None
            assert texts[place.document][place.span.start : place.span.end] in question.answers
    assert (
        dataset.documents[0].id
        == read_document(SEEDS / dataset.documents[0].source, source=dataset.documents[0].source).id
    )
    assert read_dataset(SEEDS / "questions.jsonl").questions == dataset.questions


def own(folder: Path, *rows: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "bridge.txt").write_text(CONTEXT + " In 1963 it was narrow.", "utf-8")
    return write(folder / "questions.jsonl", *rows)


def test_a_quote_without_offsets_counts_wherever_it_stands(tmp_path: Path) -> None:
    row = {"question": "When was it opened?", "documents": [{"source": "bridge.txt", "quote": "1963"}]}
    (question,) = read_dataset(own(tmp_path, row)).questions
    assert [place.span for place in question.places] == [Span(38, 42), Span(70, 74)]
    assert (question.id, question.language, question.answerable, question.verified) == ("line 1", "en", True, True)
    moved = {**row, "documents": [{"source": "bridge.txt", "quote": "412 metres", "start": 3, "end": 13}]}
    (question,) = read_dataset(own(tmp_path, moved)).questions
    assert [place.span for place in question.places] == [Span(50, 60)], "found again where the text was edited"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"documents": []}, r"line 1: found the keys documents, expected q or question"),
        ({"q": "Why?", "documents": [{"source": "x.txt"}]}, r"names the document 'x.txt'"),
        (
            {"q": "Why?", "documents": [{"source": "bridge.txt", "quote": "1964"}]},
            r"'1964' is not in the text of bridge.txt",
        ),
        ({"q": "Why?", "documents": ["bridge.txt"]}, r"expected \[\{"),
        ({"q": "Why?", "answerable": False, "documents": [{"source": "bridge.txt"}]}, "answerable is false, but"),
        ({"q": "Why?", "answerable": "false"}, "line 1: found answerable 'false', expected true or false"),
        ({"q": "Why?", "verified": 0}, "line 1: found verified 0, expected true or false"),
        ({"q": "Why?", "answers": 1963}, "line 1: found answers 1963, expected a list of strings"),
        ({"q": "Why?", "answers": [1963]}, r"line 1: found answers \[1963\], expected a list of strings"),
        ({"q": "Why?", "answers": {"start": [3]}}, "line 1: found answers {'start': .*, expected a list of strings"),
    ],
)
def test_broken_questions_are_told(tmp_path: Path, row: dict[str, Any], told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        read_dataset(own(tmp_path, row))


@pytest.mark.parametrize("listed", ["1963", ["1963"], {"text": ["1963"], "answer_start": [38]}])
def test_answers_are_a_string_or_several(tmp_path: Path, listed: object) -> None:
    (question,) = read_dataset(own(tmp_path, {"q": "When?", "answers": listed})).questions
    assert question.answers == ("1963",)
    (question,) = read_dataset(own(tmp_path, {"q": "When?", "answers": ["", " "]})).questions
    assert question.answers == ()


def test_other_files_of_questions_are_no_documents_and_named(tmp_path: Path) -> None:
    path = own(tmp_path, {"q": "When was it opened?"})
    write(
        tmp_path / "more" / "held-back.jsonl",
        {"q": "How long?", "answers": ["412"]},
        {"q": "Why?", "answerable": False},
    )
    write(tmp_path / "dialogue.jsonl", {"q": "How long is the bridge?", "a": "412 metres"})
    write(tmp_path / "mixed.jsonl", {"q": "How long is it?", "answers": ["412"]}, {"text": "The bridge was closed."})
    dataset = read_dataset(path)
    assert [document.source for document in dataset.documents] == ["bridge.txt", "dialogue.jsonl", "mixed.jsonl"]
    ((name, reason),) = dataset.failed
    assert name == "more/held-back.jsonl" and "holds questions" in reason


def test_halves_of_characters_are_replaced_one_for_one(tmp_path: Path) -> None:
    def escaped(path: Path) -> Path:  # as ASCII, a lone surrogate stays an escape
        path.write_text(path.read_text("utf-8").replace("§", "\\ud83d"), "utf-8")
        return path

    folder = beir(tmp_path / "beir", "q1\td1\t1\n")
    write(folder / "corpus.jsonl", {"_id": "d1", "title": "A §", "text": "Text § here"})
    write(folder / "queries.jsonl", {"_id": "q1", "text": "Where § is it?"}, {"_id": "q§", "text": "Why?", "k§": ["§"]})
    escaped(folder / "corpus.jsonl"), escaped(folder / "queries.jsonl")
    path = escaped(squad(tmp_path / "s.json", {"context": f"§ {CONTEXT}", "qas": [qa(start=40, question="When §?")]}))
    row = {"q": "When §?", "answers": ["§ 1963"], "documents": [{"source": "bridge.txt"}]}
    found = [read_dataset(one) for one in (folder, path, escaped(own(tmp_path / "own", row)))]
    shown = repr([(one.documents, one.questions) for one in found])
    assert shown.count("\ufffd") == 7 and "ud83d" not in shown
    assert found[1].questions[0].places[0].span == Span(40, 44), "offsets stay"
    path = escaped(write(tmp_path / "own" / "questions.jsonl", {"§": 1}))
    with pytest.raises(DatasetError, match="found the keys \ufffd, expected q"):
        read_dataset(path)


def test_two_questions_of_one_id_are_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="2 questions have the id 'a'"):
        read_dataset(own(tmp_path, {"id": "a", "q": "Why?"}, {"id": "a", "q": "How?"}))


def test_a_document_that_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    path = own(tmp_path, {"q": "Why?"})
    (tmp_path / "empty.txt").write_bytes(b"")
    assert [name for name, _ in read_dataset(path).failed] == ["empty.txt"]


def test_anything_else_names_what_was_found_and_the_three_shapes(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no data set", "utf-8")
    for path, found in (
        (tmp_path, "a folder of notes.txt"),
        (tmp_path / "notes.txt", "a .txt file"),
        (tmp_path / "x", "no "),
    ):
        with pytest.raises(DatasetError, match=found) as error:
            read_dataset(path)
        for shape in ("SQuAD", "BEIR", "questions.jsonl"):
            assert shape in str(error.value)
