"""How good are the verdicts on public data? Run: `python benchmarks/checking.py [--part xnli] [--json]`.

AttributionBench (Li et al. 2024): claim and references, attributable or not; macro-F1, mean over its sources. FEVER-
Symmetric (Schuster et al. 2019): claims and evidence in which words alone tell nothing. XNLI dev (Conneau et al. 2018):
entailed or not. TyDi QA as in `checking_data.py`, the third that `fit_checking.py` held out. Beside each score that of word
overlap and of the cosine alone, with the thresholds that suit the measured set best: they are flattered, ours is not. And our own
inferences (`data/README.md`), every fifth item: so often is what follows, is not said, is denied called supported. And our
twins, of every fifth passage: claims that it supports, and their like that it does not.
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from checking_data import Example, read_all, read_inferences, read_twins
from cross_encoder_data import split_groups
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score
from tqdm import tqdm

from rag.balance import load_balance
from rag.checking import Checker, Claim, Evidence
from rag.checking.features import as_pair, fullest, standing_alone
from rag.checking.loading import load_checker
from rag.checking.vectors import LevelVectors
from rag.embeddings import load_embedder
from rag.settings import load_settings

PARTS = ("attribution", "fever", "xnli", "tydi", "inferences", "twins")
XNLI_PAIRS = 1200
LONGEST = 12_000  # characters of a reference that are read
MARKERS = re.compile(r"\s?\[\d+(?:, ?\d+)*\]")  # say which reference is cited: no part of what is said
Scores = npt.NDArray[np.float64]


def read_attribution(folder: Path) -> dict[str, list[Example]]:
    """Return source → examples of AttributionBench's out-of-domain part."""
    sets: dict[str, list[Example]] = {}
    for line in (folder / "attributionbench-ood.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        text = MARKERS.sub("", "\n".join(row["references"]))[:LONGEST]
        kind = f"attribution {row['src_dataset']}"
        claim = Claim(MARKERS.sub("", row["claim"]), "en")
        one = Example(claim, Evidence(text, "en"), row["attribution_label"] == "attributable", kind, "")
        sets.setdefault(kind, []).append(one)
    return sets


def read_fever(folder: Path) -> dict[str, list[Example]]:
    """Return FEVER-Symmetric: refuted or supported."""
    rows = [json.loads(line) for line in (folder / "fever-symmetric-dev.jsonl").read_text("utf-8").splitlines()]
    return {
        "fever-symmetric": [
            Example(Claim(row["claim"], "en"), Evidence(row["evidence"], "en"), row["label"] == "SUPPORTS", "fever", "")
            for row in rows
        ]
    }


def read_xnli(folder: Path, languages: str = "") -> dict[str, list[Example]]:
    """Return language → pairs of XNLI: entailed or not; of all languages, or of some, with commas between them."""
    sets = {}
    for path in sorted((folder / "xnli-dev").glob("*.tsv")):
        if languages and path.stem not in languages.split(","):
            continue
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        sets[f"xnli {path.stem}"] = [
            Example(Claim(row[1], path.stem), Evidence(row[0], path.stem), row[2] == "entailment", "xnli", "")
            for row in rows[:XNLI_PAIRS]
            if len(row) == 3
        ]
    return sets


def read_tydi(training: Path) -> dict[str, list[Example]]:
    """Return language → the held-out third of TyDi QA."""
    examples = read_all(training)
    _, held = split_groups(examples)
    sets: dict[str, list[Example]] = {}
    for one in examples:
        if one.group in held and one.kind == "TyDi QA":
            sets.setdefault(f"tydi {one.claim.language}", []).append(one)
    return sets


def read_twins_by_kind() -> dict[str, list[Example]]:
    """Return our twins, all together and those of each kind."""
    examples = read_twins()
    kinds = sorted({one.kind for one in examples})
    return {"twins": examples} | {kind: [one for one in examples if one.kind == kind] for kind in kinds}


def best_balanced(truth: npt.NDArray[np.bool_], scores: Scores) -> float:
    """Return the balanced accuracy with the best threshold."""
    return max(
        float(balanced_accuracy_score(truth, scores >= at)) for at in np.quantile(scores, np.linspace(0, 1, 101))
    )


def best_f1(truth: npt.NDArray[np.bool_], scores: Scores) -> float:
    """Return the macro-F1 with the best threshold."""
    return max(
        float(f1_score(truth, scores >= at, average="macro")) for at in np.quantile(scores, np.linspace(0, 1, 101))
    )


def measure(checker: Checker, vectors: LevelVectors, examples: Sequence[Example]) -> dict[str, float]:
    """Return our figures on a set, and those of word overlap and cosine with their best thresholds."""
    truth = np.array([one.supported for one in examples])
    ours, said, overlap, cosine = [], [], [], []
    for start in range(0, len(examples), 32):
        pairs = [(one.claim, [one.evidence]) for one in examples[start : start + 32]]
        for verdict, readings in zip(checker.check(pairs), checker.read(pairs), strict=True):
            ours.append(verdict.score)
            said.append(verdict.label == "supported")
            overlap.append(readings[0].features["stems_all"] if readings else 0.0)
        read = [(standing_alone(claim), told) for claim, (told,) in pairs]
        read = [(claim, replace(told, text=as_pair(claim, told, fullest(claim, told))[1])) for claim, told in read]
        cosine += [float(near.cosines.max(initial=-1)) for near in vectors.nearest(read, 1)]
    figures = {"n": float(len(examples)), "AUROC": float(roc_auc_score(truth, ours))}
    figures["balanced accuracy"] = float(balanced_accuracy_score(truth, said))
    figures["macro-F1"] = float(f1_score(truth, said, average="macro"))
    for name, scores in (("overlap", overlap), ("cosine", cosine)):
        figures[f"{name}: best balanced"] = best_balanced(truth, np.array(scores))
        figures[f"{name}: best macro-F1"] = best_f1(truth, np.array(scores))
    return {name: round(value, 4) for name, value in figures.items()}


def shares_supported(checker: Checker) -> dict[str, float]:
    """Return kind of inference, in all languages and in each → the share that is called supported; and balanced accuracy."""
    found: dict[str, list[bool]] = {}
    for one in tqdm(read_inferences(), "inferences", disable=None):
        (verdict,) = checker.check([(one.claim, [one.evidence])])
        for key in (one.kind, f"{one.kind} {one.claim.language}"):
            found.setdefault(key, []).append(verdict.label == "supported")
    shares = {key: round(float(np.mean(said)), 4) for key, said in sorted(found.items())}
    flagged = 1 - float(np.mean(found["not_said"] + found["denied"]))
    return {"balanced accuracy": round((float(np.mean(found["follows"])) + flagged) / 2, 4), **shares}


def main() -> None:
    """Measure and print."""
    shared = Path(__file__).resolve().parents[2] / "shared"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", default=",".join(PARTS))
    parser.add_argument("--languages", default="", help="of XNLI, such as ar,en; all by default")
    parser.add_argument("--shared", type=Path, default=shared)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = load_embedder(settings)
    checker, vectors = load_checker(embedder), LevelVectors(embedder, load_balance(embedder.name))
    public, training = arguments.shared / "benchmarks" / "checking", arguments.shared / "training"
    readers: dict[str, Callable[[], dict[str, list[Example]]]] = {
        "attribution": lambda: read_attribution(public),
        "fever": lambda: read_fever(public),
        "xnli": lambda: read_xnli(public, arguments.languages),
        "tydi": lambda: read_tydi(training),
        "twins": read_twins_by_kind,
    }
    figures = {}
    for part in arguments.part.split(","):
        if part == "inferences":
            figures[part] = shares_supported(checker)
            if not arguments.json:
                print("\n".join(f"{key:<28}{value}" for key, value in figures[part].items()), flush=True)
            continue
        for kind, examples in tqdm(readers[part]().items(), part, disable=None):
            figures[kind] = measure(checker, vectors, examples)
            if not arguments.json:
                print(f"{kind:<28}" + "  ".join(f"{key} {value}" for key, value in figures[kind].items()), flush=True)
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
