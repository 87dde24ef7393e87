"""Answers and refusals against values worked out by hand: folding, token F1, the risk-coverage curve."""

from dataclasses import replace

import pytest

from rag.evaluation.answers import Outcome, answer_figures, judge
from rag.evaluation.folding import exact_match, fold, holds, token_f1
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.refusal import refusal_figures, risk_coverage
from rag.models import Answer, AnswerSentence, Citation


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("«وتنتج ١٥٠  ألف متر»", "150 ألف متر", True),
        ("نحو 15 ألف متر", "١٥٠ ألف متر", False),
        ("It rose by 15 points", "5", False),
        ("It rose by 1.5 points", "5", False),
        ("It rose by 5.", "5", True),
        ("Samir came", "Mir", False),
        ("ANKARA'DA KALDI", "Ankara", True),
        ("قالت وسلمى الرفاعي", "سلمى الرفاعي", True),
        ("15万立方米的水", "15万立方米", True),
        ("قالَتْ سَلْمَى الرِّفاعيّ", "سلمى الرفاعي", True),
        ("وبالمدرسة", "مدرسة", True),
        ("أعلنت إسرائيل", "سرا", False),
        ("بعد ثلاثين عاماً", "عام", True),
        ("وصل عامل", "عام", False),
        ("Alice left", "Ali", False),
        ("Ali's house", "Ali", True),
        ("Ankarasından geldi", "Ankara", True),
        ("anything", "", False),
    ],
)
def test_when_a_sentence_holds_the_gold_string(text: str, gold: str, expected: bool) -> None:
    assert holds(text, gold) is expected


def test_folding_keeps_numbers_apart() -> None:
    assert fold("१२") == fold("12") != fold("1 2")


def test_token_f1_by_hand() -> None:
    # SQuAD: "the" goes, three words of four are expected: precision 3/4, recall 3/3.
    assert token_f1("The old book museum reopened.", "an old book museum", "en") == pytest.approx(2 * 0.75 / 1.75)
    assert token_f1("der alte", "the alte", "de") == pytest.approx(0.5), "English articles are no words only in English"
    assert token_f1("在北京市", "北京", "zh") == pytest.approx(2 * 0.5 / 1.5), "by characters"
    assert token_f1("la la land", "la land", "es") == pytest.approx(2 * 2 / 5), "each word as often as it stands there"
    assert token_f1("x", "y", "en") == 0
    assert exact_match("The 1,200 books!", "1200 Books", "en") and not exact_match(
        "1200 books here", "1200 books", "en"
    )


def outcome(evidence: float, *, answerable: bool = True, held_at: int | None = 1, refused: bool = False) -> Outcome:
    gold = GoldQuestion("q", "?", "en", answerable, ("gold",) if answerable else ())
    return Outcome(gold, evidence, refused, held_at if answerable else None, 0.5, exact=False)


def test_answer_figures_by_hand() -> None:
    outcomes = [outcome(0.9), outcome(0.8, held_at=2), outcome(0.7, held_at=None), outcome(0.1, refused=True)]
    figures = answer_figures([*outcomes, outcome(0.1, answerable=False)])
    assert figures is not None
    assert figures["questions"] == 4 and figures["refused"] == 0.25
    assert figures["gold_in_sentence"] == {"@1": 0.25, "@2": 0.5, "@3": 0.5}, "a refused answer is not right"
    assert figures["F1"] == pytest.approx(0.375)
    assert answer_figures([outcome(0.1, answerable=False)]) is None


def test_refusal_figures_by_hand() -> None:
    outcomes = [
        outcome(0.9),
        outcome(0.6),
        outcome(0.2, refused=True),
        outcome(0.3, answerable=False),
        outcome(0.1, answerable=False, refused=True),
    ]
    figures = refusal_figures(outcomes, 0.25)
    # Of six pairs of an answerable and an unanswerable question, one (0.2, 0.3) is in the wrong order.
    assert figures["AUROC"] == pytest.approx(5 / 6, abs=1e-4)
    assert figures["brier"] == pytest.approx((0.01 + 0.16 + 0.64 + 0.09 + 0.01) / 5, abs=1e-4)
    assert (figures["precision"], figures["recall"]) == (0.5, 0.5)


def test_without_unanswerable_questions_nothing_is_invented() -> None:
    figures = refusal_figures([outcome(0.9), outcome(0.2, refused=True)], 0.25)
    assert [figures[key] for key in ("AUROC", "brier", "precision", "recall")] == [None] * 4
    assert figures["risk_coverage"] == [
        {"threshold": 0.9, "coverage": 0.5, "risk": 0.0},
        {"threshold": 0.2, "coverage": 1.0, "risk": 0.0},
    ]


def test_risk_coverage_by_hand() -> None:
    points = risk_coverage([outcome(0.9), outcome(0.5, held_at=None), outcome(0.5), outcome(0.1, answerable=False)])
    assert [(point["coverage"], point["risk"]) for point in points] == [
        (0.25, 0.0),
        (0.75, round(1 / 3, 4)),  # equal evidence is answered together
        (1.0, 0.5),
    ]
    assert risk_coverage([outcome(0.1, answerable=False)]) == [], "no gold answer is known"
    many = risk_coverage([outcome(i / 1000) for i in range(1000)])
    assert len(many) <= 101 and many[-1]["coverage"] == 1


def test_an_answer_is_judged_by_its_sentences_and_its_first_quote() -> None:
    def citation(marker: int, quote: str) -> Citation:
        return Citation(marker, "d", "d.txt", "", "en", None, None, 0, len(quote), quote)

    answer = Answer(
        question="?",
        language="en",
        text="",
        refused=False,
        evidence=0.4,
        sentences=(AnswerSentence("It is old.", (1, 2)), AnswerSentence("Built in 1963.", (3,))),
        citations=(citation(1, "It is old, as they say."), citation(2, "It is old."), citation(3, "Built in 1963.")),
    )
    gold = GoldQuestion("q", "?", "en", True, ("1963", "old"))
    assert judge(gold, answer, 0.3).held_at == 1
    judged = judge(replace(gold, answers=("1963",)), answer, 0.5)
    assert (judged.held_at, judged.refused, judged.f1, judged.exact) == (2, True, 0.0, False)
    assert judge(replace(gold, answers=("it is old",)), answer, 0.3).exact, "the shortest quote of the first sentence"
