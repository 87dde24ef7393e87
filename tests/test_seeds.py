"""The seed corpus keeps its promises: size, languages, kinds of questions, exact offsets, our own wording."""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from rag.documents import find_documents, read_document
from rag.models import Document

SEEDS = Path(__file__).parent.parent / "seeds"
SHARED = SEEDS.parent.parent / "shared" / "seeds"
KEYS = {"id", "language", "q", "answerable", "kind", "story", "answers", "documents"}
STORIES = {"desalination", "flood", "manuscripts", "cup-final", "solar-tender", "ukraine"}
FILES = find_documents([SEEDS]).files
SOURCES = [path.relative_to(SEEDS).as_posix() for path in FILES]
QUESTIONS = [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text("utf-8").splitlines()]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
UNANSWERABLE = [question for question in QUESTIONS if not question["answerable"]]


@cache
def document(source: str) -> Document:
    return read_document(SEEDS / source, source=source)


def words(text: str) -> list[str]:
    """Return the words of `text` without vowel marks and tatweel."""
    return re.findall(r"\w+", re.sub("[\u064b-\u0652\u0640]", "", unicodedata.normalize("NFC", text)))


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def test_corpus_is_large_and_multilingual_with_arabic_the_most():
    languages = Counter(source.split("/")[0] for source in SOURCES)
    assert len(SOURCES) >= 28
    assert len(languages) >= 7
    assert languages.most_common(1)[0][0] == "ar"
    assert languages["ar"] >= 10
    assert {path.suffix for path in FILES} == {".txt", ".md", ".html", ".pdf"}


@pytest.mark.parametrize("source", SOURCES)
def test_document_has_its_folders_language_and_a_title(source: str):
    found = document(source)
    assert found.language == source.split("/")[0]
    assert found.title in found.text
    assert 3 <= len(found.title.split()) <= 15 or found.language == "zh"


def test_one_arabic_pdf_has_two_pages_and_pdfs_are_small():
    assert len(document("ar/manuscripts.pdf").pages) == 2
    assert all(path.stat().st_size < 150_000 for path in FILES if path.suffix == ".pdf")


def test_there_are_enough_questions_of_each_kind():
    kinds = Counter(question["kind"] for question in QUESTIONS)
    assert len(QUESTIONS) >= 100
    assert kinds["cross"] * 3 >= len(ANSWERABLE)
    assert len(UNANSWERABLE) * 4 >= len(QUESTIONS)
    assert kinds["near_miss"] == kinds["off_topic"] == len(UNANSWERABLE) / 2
    assert {question["language"] for question in QUESTIONS} == {source.split("/")[0] for source in SOURCES}


def test_ids_and_questions_are_unique():
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["q"] for question in QUESTIONS}) == len(QUESTIONS)


def test_every_document_answers_two_questions():
    counts = Counter(
        source for question in QUESTIONS for source in {entry["source"] for entry in question["documents"]}
    )
    assert [source for source in SOURCES if counts[source] < 2] == []
    assert set(counts) <= set(SOURCES)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_answerable_question_quotes_its_documents_exactly(question):
    assert question.keys() == KEYS
    assert question["story"] in STORIES
    for entry in question["documents"]:
        assert entry["quote"] == document(entry["source"]).text[entry["start"] : entry["end"]]
        assert entry["language"] == entry["source"].split("/")[0]
    quotes = {" ".join(entry["quote"].split()) for entry in question["documents"]}
    assert set(question["answers"]) == quotes
    assert all(not answer.isdigit() and 1 <= len(answer.split()) <= 10 for answer in question["answers"])
    in_own_language = any(entry["language"] == question["language"] for entry in question["documents"])
    assert question["kind"] == ("same" if in_own_language else "cross")


@pytest.mark.parametrize("question", UNANSWERABLE, ids=lambda question: question["id"])
def test_unanswerable_question_has_no_answer(question):
    assert question.keys() == KEYS
    assert question["answers"] == question["documents"] == []
    assert question["story"] in STORIES if question["kind"] == "near_miss" else question["story"] == "none"
    assert question["kind"] in {"near_miss", "off_topic"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared articles are not next to this checkout")
@pytest.mark.shared
def test_no_eight_words_in_a_row_are_taken_from_the_shared_articles():
    theirs = set().union(*(runs(path.read_text("utf-8")) for path in SHARED.glob("*.txt")))
    assert theirs
    assert {
        source: runs(document(source).text) & theirs for source in SOURCES if runs(document(source).text) & theirs
    } == {}
