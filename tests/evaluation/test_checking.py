"""Figures of verdicts against values worked out by hand, and the real checker through the command line."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rag.evaluation.command
from rag.cli import main
from rag.embeddings import Embedder
from rag.evaluation.alce import SentenceScore, score_answer, score_sentence
from rag.evaluation.checking import Claims, claim_figures


def test_alce_by_hand() -> None:
    def supports(numbers: tuple[int, ...]) -> bool:  # 1 and 2 only together, 3 alone
        return 3 in numbers or {1, 2} <= set(numbers)

    known = {1, 2, 3}
    assert score_sentence((1, 2), known, supports) == SentenceScore(True, 2, 2)
    assert score_sentence((1, 3), known, supports) == SentenceScore(True, 2, 1)  # 1 is irrelevant
    assert score_sentence((1, 2, 3), known, supports) == SentenceScore(True, 3, 1)  # without 1, or 2, 3 still supports
    assert score_sentence((1,), known, supports) == SentenceScore(False, 1, 0)
    assert score_sentence((), known, supports) == SentenceScore(False, 0, 0)
    assert score_sentence((3, 7), known, supports) == SentenceScore(False, 2, 0)
    scored = [score_sentence(cited, known, supports) for cited in ((1, 2), (1, 3), (1,), ())]
    assert score_answer(scored) == (2 / 4, 3 / 5)
    assert score_answer([]) == (0.0, 0.0)


def test_figures_of_claims_by_hand() -> None:
    claims = Claims(
        ["ar", "ar", "ar", "en", "en"],
        np.array([True, True, False, False, False]),
        np.array([True, False, True, False, False]),
        np.array([0.9, 0.4, 0.6, 0.2, 0.1]),
        np.array([1.0, 0.5, 0.5, 0.0, 0.0]),
    )
    figures = claim_figures(claims)
    # One of two supported and two of three others are right; 5 of the 6 pairs are in order; precision and recall are 1/2.
    assert (figures["claims"], figures["supported"]) == (5, 2)
    assert figures["balanced_accuracy"] == round((1 / 2 + 2 / 3) / 2, 4)
    assert figures["AUROC"] == round(5 / 6, 4) and figures["F1"] == 0.5
    assert figures["macro_F1"] == round((1 / 2 + 2 / 3) / 2, 4)
    # Overlap from 0.5 on finds both and is wrong once: (1 + 2/3) / 2; of its six pairs one is a tie.
    assert figures["overlap"] == {"balanced_accuracy": round(5 / 6, 4), "AUROC": round(5.5 / 6, 4)}
    assert figures["by_language"]["ar"]["balanced_accuracy"] == 0.25 and figures["by_language"]["ar"]["AUROC"] == 0.5
    english = figures["by_language"]["en"]
    assert (english["balanced_accuracy"], english["AUROC"], english["overlap"], english["F1"]) == (
        None,
        None,
        None,
        0.0,
    )


ROWS: list[dict[str, Any]] = [
    {"claim": "The port opened in May.", "evidence": "The port opened in May. It rained.", "label": "supported"},
    {"claim": "The road cost 15 dinars.", "evidence": ["The road cost 150 dinars."], "label": "contradicted"},
    {"claim": "The road cost 9 dinars.", "evidence": "The road cost 150 dinars.", "label": False, "language": "xx"},
    {
        "answer": "The port opened in May [1]. Eight people were hurt [2]. The road cost 15 dinars [3]. It rained.",
        "passages": ["The port opened in May.", {"text": "Eight people were hurt."}, "The road cost 150 dinars."],
    },
]


def evaluate(monkeypatch: pytest.MonkeyPatch, embedder: Embedder, path: Path, *more: str) -> int:
    monkeypatch.setattr(rag.evaluation.command, "load_embedder", lambda settings: embedder)
    monkeypatch.setattr(sys, "argv", ["rag", "evaluate", "--checking", str(path), *more])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.mark.model
def test_the_real_checker_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedder: Embedder, tmp_path: Path
) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), "utf-8")
    assert evaluate(monkeypatch, embedder, path, "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["claims"]["balanced_accuracy"] == figures["claims"]["AUROC"] == figures["claims"]["F1"] == 1.0
    assert {code: row["claims"] for code, row in figures["claims"]["by_language"].items()} == {"en": 2, "xx": 1}
    # Two of four sentences are what their source says; of three citations one is of a source that says another thing.
    assert figures["citations"] == {"answers": 1, "recall": 0.5, "precision": 0.6667, "judge": "Sanad's own checker"}
    assert evaluate(monkeypatch, embedder, path) == 0
    shown = capsys.readouterr().out
    assert "recall 0.500, precision 0.667 (ALCE, arXiv 2305.14627; the judge is Sanad's own checker)" in shown


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ('{"claim": "x", "evidence": "y"}', "line 1: `label` is None"),
        ('{"claim": "x", "evidence": "y", "label": "maybe"}', "`label` is 'maybe'"),
        ('{"claim": "x", "label": true}', "`evidence` is missing"),
        ('{"answer": "x", "passages": [1]}', "line 1: `evidence`"),
        ("nope", "line 1: found 'nope'"),
    ],
)
def test_a_file_that_cannot_be_measured_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    embedder: Embedder,
    tmp_path: Path,
    text: str,
    says: str,
) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(text, "utf-8")
    assert evaluate(monkeypatch, embedder, path) == 1
    err = capsys.readouterr().err
    assert err.startswith("rag: ") and err.count("\n") == 1 and says in err
