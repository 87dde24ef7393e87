"""The figures of a language model's answers: what is made up, marked, wrong; and the command, with a real model."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Run

from rag.checking import Checker
from rag.checking.loading import load_checker
from rag.embeddings import Embedder
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.writing import Written, writing_figures
from rag.models import Answer, AnswerSentence, Citation, Notice, Passage, Proof

TEXT = "The bridge over the Tal was opened in 1963. It is 412 metres long."
PASSAGE = Passage(1, 1.0, "d", "d.txt", "Bridge", "en", None, None, 0, len(TEXT), TEXT, 0.9, 1.0)
CITATION = Citation(1, "d", "d.txt", "Bridge", "en", None, None, 0, 43, TEXT[:43], "", TEXT[43:])
GOLD = GoldQuestion("q1", "When was the bridge opened?", "en", True, ("1963",))
OFF_TOPIC = GoldQuestion("q2", "Who won the cup?", "en", False)


def said(text: str, verdict: str, *, cited: tuple[int, ...] = (1,), quoted: bool = False) -> AnswerSentence:
    proof = (Proof("d", "d.txt", 0, 43, text),) if quoted else ()
    return AnswerSentence(text, cited, verdict, proof=proof)  # type: ignore[arg-type]


def answer(*sentences: AnswerSentence, model: str = "m") -> Answer:
    timings = {"first_token": 10.0, "first_sentence": 30.0} if model else {}
    return Answer("q", "en", "", not sentences, 0.9, sentences, (CITATION,), (PASSAGE,), timings, model=model)


QUOTED = answer(said(TEXT[:43], "supported", quoted=True), model="")


@pytest.fixture(scope="module")
def checker(embedder: Embedder) -> Checker:
    return load_checker(embedder)


@pytest.mark.model
def test_what_is_made_up_and_what_of_it_is_marked(checker: Checker) -> None:
    loose = answer(
        said("It was opened in 1963.", "supported"),
        said("It fell down.", "unsupported"),
        said("It is red.", "supported"),
    )
    figures = writing_figures([Written(GOLD, loose, QUOTED, QUOTED)], checker)
    assert figures["made_up"] == {"sentences": 2, "of": 3, "marked": 0.5}
    assert figures["loose"]["unmarked"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["loose"]["wrong_unmarked"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["loose"]["supported"] == pytest.approx(2 / 3, abs=1e-4)
    assert (figures["strict"]["unmarked"], figures["strict"]["wrong_unmarked"]) == (0.0, 0.0)
    assert (figures["first_token_ms"], figures["first_sentence_ms"]) == (10.0, 30.0)


@pytest.mark.model
def test_recall_f1_and_citations(checker: Checker) -> None:
    right = Written(GOLD, answer(said("1963", "supported")), QUOTED, QUOTED)
    wrong = Written(GOLD, answer(said("In 1950.", "contradicted")), QUOTED, QUOTED)
    figures = writing_figures([right, wrong], checker)
    assert figures["loose"]["F1"] == 0.5 and figures["loose"]["gold_in_answer"] == 0.5
    assert figures["quoting"]["gold_in_answer"] == 1.0
    assert figures["loose"]["citations"]["recall"] == 0.5 and figures["loose"]["citations"]["precision"] == 0.5
    uncited = Written(GOLD, answer(said("1963", "supported", cited=())), QUOTED, QUOTED)
    assert writing_figures([uncited], checker)["loose"]["citations"]["recall"] == 0.0


@pytest.mark.model
def test_refusals_and_failures(checker: Checker) -> None:
    failed = replace(QUOTED, notices=(Notice("model_failed", "it is down"),))
    rows = [
        Written(OFF_TOPIC, answer(), answer(), answer(model="")),
        Written(GOLD, answer(), QUOTED, QUOTED),
        Written(GOLD, failed, failed, QUOTED),
    ]
    figures = writing_figures(rows, checker)
    assert figures["loose"]["refusal"] == {"refused": 2, "precision": 0.5, "recall": 1.0}
    assert (figures["written"], figures["failed"]) == (2, 1)


@pytest.mark.model
def test_the_command_with_a_real_model(run: Run, tmp_path: Path, gguf: Path) -> None:
    rows = [
        {"id": "q1", "question": "When was the bridge opened?", "answers": [{"text": "1963", "answer_start": 38}]},
        {"id": "q2", "question": "How long is the bridge?", "answers": [{"text": "412 metres", "answer_start": 50}]},
    ]
    data = {"data": [{"title": "Bridge", "paragraphs": [{"context": TEXT, "qas": rows}]}]}
    (tmp_path / "tiny.json").write_text(json.dumps(data), "utf-8")
    code, out, err = run("evaluate", tmp_path / "tiny.json", "--model", gguf, "--json")
    assert code == 0, err
    writing = json.loads(out)["writing"]
    assert (writing["model"], writing["questions"], writing["written"], writing["failed"]) == ("gemma.gguf", 2, 2, 0)
    assert writing["quoting"]["gold_in_answer"] == writing["strict"]["gold_in_answer"] == 1.0
    assert writing["first_sentence_ms"] >= writing["first_token_ms"] > 0
    code, out, _ = run("evaluate", tmp_path / "tiny.json", "--model", gguf)
    assert code == 0 and "gemma.gguf" in out and "made up" in out
    assert run("evaluate", tmp_path / "tiny.json", "--model", "nothing")[0] == 1
