"""Fit what `rag/checking` reads: how likely it is that evidence supports a claim.

Run: `python benchmarks/fit_checking.py [--training ../shared/training] [--output rag/data]`, about ten minutes on two idle cores.

Fitted on TyDi QA dev in nine languages (Apache-2.0), the slice of SQuAD 1.1 (CC BY-SA 4.0), our parallel items and the claims in
other words of part A of `seeds/` (`benchmarks/data`), made into examples as `checking_data.py` tells. A third of the passages
and items is held out to measure on. Nothing of part B of `seeds/` (`stories.py`) or of `../shared/benchmarks` is seen.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from checking_data import Example, read_all
from fit_data import fit_arguments
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from tqdm import tqdm

from rag.balance import file_name, load_balance
from rag.checking.checker import Checker, CheckingModel
from rag.embeddings import load_embedder, model_name
from rag.settings import load_settings

BATCH = 64
PLATEAU = 0.003
LEFT_OUT = ("number_", "date_", "name_", "negation_")
"""Facts rule by themselves: fitted on claims whose facts are mostly right or mostly swapped, they would drown all else."""


def read_features(checker: Checker, examples: Sequence[Example]) -> list[dict[str, float]]:
    """Return the features of each example."""
    rows: list[dict[str, float]] = []
    for start in tqdm(range(0, len(examples), BATCH), "Reading", disable=None):
        batch = examples[start : start + BATCH]
        for readings in checker.read([(one.claim, [one.evidence]) for one in batch]):
            rows.append(dict(readings[0].features))
    return rows


def matrix(rows: Sequence[dict[str, float]], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return features as a matrix, shape `(rows, names)`."""
    return np.array([[row[name] for name in names] for row in rows])


def fit(
    rows: Sequence[dict[str, float]], labels: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> CheckingModel:
    """Fit the regression, and choose the lowest threshold that has about the best balanced accuracy on the same rows.

    The lowest: what changes a fact is caught by the facts, and a true sentence that is flagged costs trust.
    """
    names = [name for name in rows[0] if not name.startswith(LEFT_OUT)]
    values = matrix(rows, names)
    fitted = LogisticRegression(C=10.0, max_iter=10_000).fit(values, labels, sample_weight=weights)
    chances = fitted.predict_proba(values)[:, 1]
    grid = np.arange(0.2, 0.81, 0.02)
    accuracies = np.array([balanced_accuracy_score(labels, chances >= at, sample_weight=weights) for at in grid])
    best = grid[accuracies >= accuracies.max() - PLATEAU].min()
    coefficients = {name: round(float(weight), 4) for name, weight in zip(names, fitted.coef_[0], strict=True)}
    return CheckingModel(round(float(fitted.intercept_[0]), 4), coefficients, round(float(best), 2))


def evenly(examples: Sequence[Example]) -> npt.NDArray[np.float64]:
    """Return weights that let every kind of example, in every language and of either label, count alike."""
    keys = [(one.kind, one.claim.language if one.kind != "parallel" else "", one.supported) for one in examples]
    counts = {key: keys.count(key) for key in set(keys)}
    return np.array([len(examples) / len(counts) / counts[key] for key in keys])


def measured(
    model: CheckingModel, examples: Sequence[Example], rows: Sequence[dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return AUROC and balanced accuracy by kind and language of the claim."""
    parts: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(examples):
        parts[one.kind].append(number)
        if one.kind == "TyDi QA":
            parts[f"TyDi QA {one.claim.language}"].append(number)
    chances = np.array([model.probability(row) for row in rows])
    truth = np.array([one.supported for one in examples])
    return {
        name: {
            "n": len(at),
            "AUROC": round(float(roc_auc_score(truth[at], chances[at])), 3),
            "balanced accuracy": round(float(balanced_accuracy_score(truth[at], chances[at] >= model.threshold)), 3),
        }
        for name, at in sorted(parts.items())
    }


def main() -> None:
    """Read, fit, print what the held-out third says, write the file."""
    arguments = fit_arguments(__doc__)
    settings = load_settings()
    name = model_name(settings)
    checker = Checker(load_embedder(settings), CheckingModel(), load_balance(name))
    examples = read_all(arguments.training)
    rows = read_features(checker, examples)
    groups = sorted({one.group for one in examples})
    held = set(random.Random(0).sample(groups, len(groups) // 3))
    shown = [number for number, one in enumerate(examples) if one.group not in held]
    hidden = [number for number, one in enumerate(examples) if one.group in held]
    labels = np.array([one.supported for one in examples])
    weights = evenly(examples)
    model = fit([rows[at] for at in shown], labels[shown], weights[shown])
    report = measured(model, [examples[at] for at in hidden], [rows[at] for at in hidden])
    record = {
        "fitted_by": "benchmarks/fit_checking.py",
        "fitted_on": "two thirds of: benchmarks/data/parallel-*.jsonl and paraphrases.jsonl (part A of seeds/), TyDi QA dev "
        "(Apache-2.0), a slice of SQuAD 1.1 (CC BY-SA 4.0)",
        "held_out": report,
        "threshold": model.threshold,
        "intercept": model.intercept,
        "weights": dict(model.weights),
    }
    print(json.dumps(record, indent=1, ensure_ascii=False))
    path = arguments.output / file_name("checking", name, "json")
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
