"""Does the evidence score know what the documents answer, and what they do not?"""

from collections.abc import Sequence
from typing import Any

from sklearn.metrics import brier_score_loss, roc_auc_score

from rag.evaluation.answers import AT, Outcome

_POINTS = 100


def refusal_figures(outcomes: Sequence[Outcome], threshold: float) -> dict[str, Any]:
    """Return how well evidence tells answerable questions from unanswerable ones, and the risk-coverage curve.

    AUROC and Brier score are those of the evidence (0…1) as the probability that a question is answerable; precision and
    recall those of refusing at `threshold`: of the refused questions, how many are unanswerable, and the other way round.
    All are None where the questions are all answerable, or all not.
    """
    answerable = [outcome.question.answerable for outcome in outcomes]
    figures: dict[str, Any] = {
        "threshold": threshold,
        "questions": len(outcomes),
        "unanswerable": answerable.count(False),
        **dict.fromkeys(("AUROC", "brier", "precision", "recall")),
        "risk_coverage": risk_coverage(outcomes),
    }
    if len(set(answerable)) < 2:
        return figures
    evidence = [outcome.evidence for outcome in outcomes]
    refused = sum(outcome.refused for outcome in outcomes)
    rightly = sum(outcome.refused and not outcome.question.answerable for outcome in outcomes)
    figures["AUROC"] = round(float(roc_auc_score(answerable, evidence)), 4)
    figures["brier"] = round(float(brier_score_loss(answerable, evidence)), 4)
    figures["precision"] = round(rightly / refused, 4) if refused else None
    figures["recall"] = round(rightly / answerable.count(False), 4)
    return figures


def risk_coverage(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    """Return the curve (Geifman & El-Yaniv 2017, arXiv 1705.08500), thinned to a hundred points.

    At a point, the questions with at least `threshold` evidence are answered: `coverage` is their share of all, `risk` the share
    of them whose answer is wrong, because no gold string stands in it or because there is none to find. Answerable
    questions whose answer is not known are left out; where that is all of them, the curve is empty.
    """
    judged = [one for one in outcomes if one.question.answers or not one.question.answerable]
    if not any(one.question.answers for one in judged):
        return []
    judged.sort(key=lambda one: -one.evidence)
    points: list[dict[str, float]] = []
    wrong = 0
    for count, one in enumerate(judged, start=1):
        wrong += one.held_at is None or one.held_at > max(AT)
        tied = count < len(judged) and judged[count].evidence == one.evidence
        if tied or (count < len(judged) and points and count / len(judged) - points[-1]["coverage"] < 1 / _POINTS):
            continue
        coverage, risk = count / len(judged), wrong / count
        points.append({"threshold": round(one.evidence, 4), "coverage": round(coverage, 4), "risk": round(risk, 4)})
    return points
