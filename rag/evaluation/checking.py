"""How good are the verdicts? Claims whose label is known, and answers whose citations are judged: `rag evaluate --checking`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score
from tqdm import tqdm

from rag.checking.answers import Nearest, check_claims
from rag.checking.checker import Checker
from rag.checking.claims import Claim, Evidence
from rag.checking.joining import join
from rag.checking.lines import LineError, check_row, row_of
from rag.checking.words import bag, share
from rag.errors import DatasetError
from rag.evaluation.alce import score_answer, score_sentence
from rag.evaluation.jsonfiles import read_json_lines
from rag.text.languages import detect_language, detect_within
from rag.text.markers import cited_sentences, without_markers

JUDGE = "Sanad's own checker"
_LABELS = {"supported": True, "unsupported": False, "contradicted": False, True: True, False: False}
_ROW = (
    "`claim`, `evidence` and `label` (supported, unsupported, contradicted, true or false), or `answer` and `passages`"
)
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Claims:
    """Rows whose label is known: the truth, what the checker says, its score, the overlap of words, and the language of each."""

    languages: list[str]
    truth: Booleans
    said: Booleans
    scores: npt.NDArray[np.float64]
    overlap: npt.NDArray[np.float64]


def evaluate_checking(path: Path, checker: Checker, nearest: Nearest, *, show_progress: bool = False) -> dict[str, Any]:
    """Return the figures over a file of JSON Lines: `claims`, by language too, and `citations`; each None where no row tells.

    A row has a claim, its evidence and whether that supports it, or an answer with markers and the passages that they number.

    Raises:
        DatasetError: if the file cannot be read, or holds another row.
    """
    rows = [_checked(path, number, row) for number, row in read_json_lines(path)]
    if not rows:
        raise DatasetError(f"{path} is empty: expected one JSON object a line, with {_ROW}")
    bar = tqdm(rows, "Checking", unit="row", disable=None if show_progress else True)
    judged, answers = [], []
    for row in bar:
        if "answer" in row:
            answers.append(_citations(checker, row))
        else:
            judged.append((row, check_row(checker, row, nearest)))
    claims = None
    if judged:
        claims = Claims(
            [str(row.get("language") or detect_language(row["claim"])) for row, _ in judged],
            np.array([row["label"] for row, _ in judged]),
            np.array([verdict.label == "supported" for _, verdict in judged]),
            np.array([verdict.score for _, verdict in judged]),
            np.array([_overlap(row) for row, _ in judged]),
        )
    return {"file": path.name, "claims": claims and claim_figures(claims), "citations": _mean(answers)}


def claim_figures(claims: Claims) -> dict[str, Any]:
    """Return the figures of all claims, and by language. Those that need supported and other claims are None without both.

    `F1` is that of "supported", `macro_F1` the mean of it and of that of the others. `overlap` is the share of the claim's words
    that the evidence holds, as a score, with the threshold that suits these very claims best.
    """
    languages = sorted(set(claims.languages))
    by_language = {code: _figures(claims, np.array([one == code for one in claims.languages])) for code in languages}
    return {**_figures(claims, np.ones(len(claims.truth), bool)), "by_language": by_language}


def _figures(claims: Claims, which: Booleans) -> dict[str, Any]:
    truth, said, scores, overlap = (one[which] for one in (claims.truth, claims.said, claims.scores, claims.overlap))
    both = bool(truth.any() and not truth.all())
    thresholds = np.unique(overlap)
    return {
        "claims": int(which.sum()),
        "supported": int(truth.sum()),
        "balanced_accuracy": _round(balanced_accuracy_score(truth, said)) if both else None,
        "AUROC": _round(roc_auc_score(truth, scores)) if both else None,
        "F1": _round(f1_score(truth, said, zero_division=0)),
        "macro_F1": _round(f1_score(truth, said, average="macro", zero_division=0)) if both else None,
        "overlap": {
            "balanced_accuracy": _round(max(balanced_accuracy_score(truth, overlap >= at) for at in thresholds)),
            "AUROC": _round(roc_auc_score(truth, overlap)),
        }
        if both
        else None,
    }


def checking_table(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures as lines for people."""
    claims, citations = figures["claims"], figures["citations"]
    if claims:
        names = ["claims", "supported", "balanced_accuracy", "AUROC", "F1", "macro_F1"]
        heads = [*names, "overlap: balanced", "AUROC"]
        yield f"{figures['file']:<12}" + "".join(f"{name.replace('_', ' '):>{len(name) + 3}}" for name in heads)
        for name, row in {"all": claims, **claims["by_language"]}.items():
            overlap = row["overlap"] or {"balanced_accuracy": None, "AUROC": None}
            cells = [*(row[key] for key in names), *overlap.values()]
            yield f"{name:<12}" + "".join(
                f"{_cell(cell):>{len(head) + 3}}" for cell, head in zip(cells, heads, strict=True)
            )
        yield "overlap: the share of the claim's words that the evidence holds, with the threshold that suits this file best"
    if citations:
        yield (
            f"citations of {citations['answers']} answers: recall {citations['recall']:.3f}, precision "
            f"{citations['precision']:.3f} (ALCE, arXiv 2305.14627; the judge is {citations['judge']})"
        )


def _checked(path: Path, number: int, row: dict[str, Any]) -> dict[str, Any]:
    where = f"{path}, line {number}"
    try:
        if "answer" not in row:
            label = row.get("label")
            if not isinstance(label, str | bool) or label not in _LABELS:
                raise LineError(f"`label` is {label!r}, expected a row with {_ROW}")
            return row_of(row) | {"label": _LABELS[label]}
        passages = [one.get("text") if isinstance(one, dict) else one for one in row.get("passages") or ()]
        found = row_of({"claim": row["answer"], "evidence": passages, "question": row.get("question")})
    except (LineError, TypeError) as error:
        raise DatasetError(f"{where}: {error}") from error
    return found | {"answer": found["claim"]}


def _citations(checker: Checker, row: dict[str, Any]) -> tuple[float, float]:
    """Return citation recall and precision of one answer."""
    passages = {
        number: Evidence(text, detect_language(text), document=str(number))
        for number, text in enumerate(row["evidence"], 1)
    }
    around = next((one.language for one in passages.values()), "und")
    scored = []
    for sentence in cited_sentences(row["answer"], around):
        claim = Claim(sentence.text, sentence.language, row["question"])

        def supports(numbers: tuple[int, ...], claim: Claim = claim) -> bool:
            evidence = join([passages[number] for number in numbers]).evidence
            return check_claims(checker, [(claim, [evidence])])[0].label == "supported"

        scored.append(score_sentence(sentence.citations, passages, supports))
    return score_answer(scored)


def _mean(answers: Sequence[tuple[float, float]]) -> dict[str, Any] | None:
    """Return the means over answers, as ALCE's own script takes them."""
    if not answers:
        return None
    recall, precision = np.mean(answers, axis=0)
    return {"answers": len(answers), "recall": _round(recall), "precision": _round(precision), "judge": JUDGE}


def _overlap(row: dict[str, Any]) -> float:
    text = "\n".join(row["evidence"])
    language = detect_language(text)
    claim = without_markers(row["claim"])
    return share(set(bag(claim, detect_within(claim, language)).stems), set(bag(text, language).stems))


def _round(value: float) -> float:
    return round(float(value), 4)


def _cell(value: float | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
