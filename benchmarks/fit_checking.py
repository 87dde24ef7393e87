"""Fit what `rag/checking` reads: how likely it is that evidence supports a claim.

Run: `python benchmarks/fit_checking.py [--training ../shared/training] [--output rag/data]`, about ten minutes on two idle cores.

Fitted on TyDi QA dev in nine languages (Apache-2.0), the slice of SQuAD 1.1 (CC BY-SA 4.0), our parallel items and the claims in
other words of part A of `seeds/` (`benchmarks/data`), made into examples as `checking_data.py` tells: on two ninths of the
passages and items. On a third it is measured; on the others the cross-encoder learnt (`fit_cross_encoder.py`, to be run first),
and is too sure of them: of those only claims in another language, which it does not read, are fitted on. Nothing of part B of
`seeds/` (`stories.py`) or of `../shared/benchmarks` is seen.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import get_args

import numpy as np
import numpy.typing as npt
from checking_data import Example, by_kind, read_all
from cross_encoder_data import split_groups
from fit_data import fit_arguments
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from tqdm import tqdm

from rag.balance import file_name, load_balance
from rag.checking.checker import Checker, CheckingModel, Regression
from rag.checking.features import PairKind, Reading, is_crossed
from rag.cross_encoder import is_learnt
from rag.embeddings import load_embedder, model_name
from rag.settings import load_settings

BATCH = 64
PLATEAU = 0.003
FEW = ("parallel", "paraphrase", "translation")
"""Kinds that have but a few claims in a language."""
LEFT_OUT = ("number_", "date_", "name_", "negation_")
"""Facts rule by themselves: fitted on claims whose facts are mostly right or mostly swapped, they would drown all else."""


def read_all_of(checker: Checker, examples: Sequence[Example]) -> list[Reading]:
    """Return what the evidence of each example says."""
    read: list[Reading] = []
    for start in tqdm(range(0, len(examples), BATCH), "Reading", disable=None):
        batch = examples[start : start + BATCH]
        for readings in checker.read([(one.claim, [one.evidence]) for one in batch]):
            read.append(readings[0])
    return read


def is_ruled_out(reading: Reading) -> bool:
    """Tell whether a fact rules that the claim is not supported."""
    return any(one.outcome in ("differs", "absent") for one in reading.findings)


def fit(
    read: Sequence[Reading], labels: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> tuple[Regression, float]:
    """Return the regression for one kind of pair, and the threshold that its intercept was moved by to make it one half.

    That is the lowest with about the best balanced accuracy of the verdicts, facts included, on the same pairs: what changes a
    fact is caught by the facts, and a true sentence that is flagged costs trust.
    """
    values = np.array([list(one.features.values()) for one in read])
    told = [
        at for at, name in enumerate(read[0].features) if not name.startswith(LEFT_OUT) and np.ptp(values[:, at]) > 0
    ]
    fitted = LogisticRegression(C=10.0, max_iter=10_000).fit(values[:, told], labels, sample_weight=weights)
    possible = ~np.array([is_ruled_out(one) for one in read])
    chances = fitted.predict_proba(values[:, told])[:, 1] * possible
    grid = np.arange(0.1, 0.81, 0.02)
    accuracies = np.array([balanced_accuracy_score(labels, chances >= at, sample_weight=weights) for at in grid])
    best = float(grid[accuracies >= accuracies.max() - PLATEAU].min())
    names = list(read[0].features)
    coefficients = {names[at]: round(float(weight), 4) for at, weight in zip(told, fitted.coef_[0], strict=True)}
    return Regression(round(float(fitted.intercept_[0] - np.log(best / (1 - best))), 4), coefficients), round(best, 2)


def evenly(examples: Sequence[Example]) -> npt.NDArray[np.float64]:
    """Return weights that let every kind of example, in every language and of either label, count alike."""
    keys = [(one.kind, one.claim.language if one.kind not in FEW else "", one.supported) for one in examples]
    counts = {key: keys.count(key) for key in set(keys)}
    return np.array([len(examples) / len(counts) / counts[key] for key in keys])


def measured(model: CheckingModel, examples: Sequence[Example], read: Sequence[Reading]) -> dict[str, dict[str, float]]:
    """Return AUROC, facts apart, and balanced accuracy of the verdicts by kind and language of the claim."""
    chances = np.array([model.probability(one) for one in read])
    said = (chances >= 0.5) & ~np.array([is_ruled_out(one) for one in read])
    truth = np.array([one.supported for one in examples])
    return {
        name: {
            "n": len(at),
            "AUROC": round(float(roc_auc_score(truth[at], chances[at])), 3),
            "balanced accuracy": round(float(balanced_accuracy_score(truth[at], said[at])), 3),
        }
        for name, at in by_kind(examples).items()
    }


def main() -> None:
    """Read, fit, print what the held-out third says, write the file."""
    arguments = fit_arguments(__doc__)
    settings = load_settings()
    name = model_name(settings)
    if not is_learnt(name):
        raise SystemExit(
            f"nothing is learnt yet to read claims of {name} with: run benchmarks/fit_cross_encoder.py first"
        )
    checker = Checker(load_embedder(settings), CheckingModel(), load_balance(name))
    known = read_all(arguments.training)
    fitted, held = split_groups(known)
    examples = [one for one in known if one.group in fitted | held or is_crossed(one.claim, one.evidence)]
    read = read_all_of(checker, examples)
    shown = [number for number, one in enumerate(examples) if one.group not in held]
    hidden = [number for number, one in enumerate(examples) if one.group in held]
    labels = np.array([one.supported for one in examples])
    pairs, thresholds = {}, {}
    for kind in get_args(PairKind):
        mine = [at for at in shown if read[at].kind == kind]
        weights = evenly([examples[at] for at in mine])
        pairs[kind], thresholds[kind] = fit([read[at] for at in mine], labels[mine], weights)
    model = CheckingModel(pairs)
    record = {
        "fitted_by": "benchmarks/fit_checking.py",
        "fitted_on": "two ninths of: benchmarks/data/parallel-*.jsonl and paraphrases.jsonl (part A of seeds/), TyDi QA dev "
        "(Apache-2.0), a slice of SQuAD 1.1 (CC BY-SA 4.0); two thirds of the claims across languages",
        "held_out": measured(model, [examples[at] for at in hidden], [read[at] for at in hidden]),
        "thresholds": thresholds,
        "pairs": {kind: asdict(one) for kind, one in pairs.items()},
    }
    print(json.dumps(record, indent=1, ensure_ascii=False))
    path = arguments.output / file_name("checking", name, "json")
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
