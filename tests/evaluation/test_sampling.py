"""Half a data set, or a few of its questions: the same ones each time, and consistent with what is left."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import DatasetError
from rag.evaluation import read_dataset
from rag.evaluation.gold import Dataset
from rag.evaluation.sampling import check_draws, hold_out, limit_questions

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def ten(tmp_path: Path) -> Dataset:
    articles = [
        {
            "title": f"Article {i}",
            "paragraphs": [
                {
                    "context": f"Bridge {i} was opened in 1963.",
                    "qas": [
                        {
                            "id": str(i),
                            "question": "When was it opened?",
                            "answers": [{"text": "1963", "answer_start": 23}],
                        }
                    ],
                }
            ],
        }
        for i in range(10)
    ]
    (tmp_path / "s.json").write_text(json.dumps({"data": articles}), "utf-8")
    return read_dataset(tmp_path / "s.json")


def test_holding_out_makes_questions_unanswerable_the_same_way_each_time(tmp_path: Path) -> None:
    dataset = ten(tmp_path)
    half = hold_out(dataset, 0.5, seed=1)
    assert len(half.documents) == 5 and len(half.questions) == 10
    kept = {document.id for document in half.documents}
    for before, after in zip(dataset.questions, half.questions, strict=True):
        indexed = before.places[0].document in kept
        assert after.answerable == indexed and bool(after.places) == indexed and bool(after.answers) == indexed
    assert hold_out(dataset, 0.5, seed=1) == half != hold_out(dataset, 0.5, seed=2)
    assert hold_out(dataset, 0.0) == dataset
    for share in (1.0, -0.1, 0.01, math.nan, math.inf):
        with pytest.raises(DatasetError, match="cannot be held out"):
            hold_out(dataset, share)


def test_a_question_of_which_no_document_is_known_is_not_asked_when_something_is_held_out(tmp_path: Path) -> None:
    dataset = ten(tmp_path)
    first, second, *others = dataset.questions
    unplaced, unanswerable = replace(first, places=()), replace(second, places=(), answers=(), answerable=False)
    half = hold_out(replace(dataset, questions=(unplaced, unanswerable, *others)), 0.5)
    assert [question.id for question in half.questions] == [question.id for question in (second, *others)]
    assert (half.unplaced, dataset.unplaced) == (1, 0)
    assert hold_out(replace(dataset, questions=(unplaced, unanswerable)), 0.0).questions == (unplaced, unanswerable)
    with pytest.raises(DatasetError, match="names no documents that answer"):
        hold_out(replace(dataset, questions=(unplaced,)), 0.5)


def test_a_negative_seed_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="-1 is no seed"):
        check_draws(0.0, -1)


def test_a_question_is_answerable_while_one_of_its_places_is_left() -> None:
    dataset = read_dataset(SEEDS)
    half = hold_out(dataset, 0.5, seed=0)
    kept = {document.id for document in half.documents}
    several = 0
    for before, after in zip(dataset.questions, half.questions, strict=True):
        assert after.places == tuple(place for place in before.places if place.document in kept)
        assert after.answerable == bool(after.places)
        several += 0 < len(after.places) < len(before.places)
    assert several > 5


def test_limit_draws_questions_and_keeps_all_documents(tmp_path: Path) -> None:
    dataset = ten(tmp_path)
    few = limit_questions(dataset, 4, seed=3)
    order = [dataset.questions.index(question) for question in few.questions]
    assert len(order) == 4 and order == sorted(order) and few.documents == dataset.documents
    assert limit_questions(dataset, 4, seed=3) == few
    assert limit_questions(dataset, 99) == limit_questions(dataset, None) == dataset
    with pytest.raises(DatasetError, match="at least 1"):
        limit_questions(dataset, 0)


def test_which_questions_are_asked_does_not_depend_on_what_is_held_out(tmp_path: Path) -> None:
    # One question an article: drawn alike, the few would be the very ones that nothing answers any more.
    dataset = ten(tmp_path)
    unanswerable = [
        sum(not question.answerable for question in limit_questions(half, 5, seed=seed).questions)
        for seed in range(40)
        for half in [hold_out(dataset, 0.5, seed=seed)]
    ]
    assert len(set(unanswerable)) > 2 and 2.0 < sum(unanswerable) / 40 < 3.0
