"""How good is retrieval on public data? Run: `python benchmarks/retrieval.py [--part xquad-r] [--languages ar,en] [--store DIR]`.

`xquad`: nDCG@10 of the systems of `rag evaluate` on XQuAD (Artetxe et al. 2020, arXiv 1910.11856), 240 paragraphs and 1,190
questions a language. `xquad-r`: every question and every candidate sentence of XQuAD-R (LAReQA, Roy et al. 2020, arXiv
2004.05484) in one pool, mean average precision over the answer sentences in all 11 languages, and the share of the ten first that
are in the question's own language. `answerable`: half of XQuAD's articles are left out; AUROC of the evidence that a question's
is among those left. Nothing is fitted on either set; `benchmarks/README.md` says what is fitted on what.
About forty minutes on two cores for all; `--store DIR` keeps the indexes for the next time.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from xquad_r import read_xquad_r, xquad_r

from rag.balance import load_balance
from rag.chain import index_recipe
from rag.embeddings import model_name
from rag.evaluation.datasets import read_dataset
from rag.evaluation.evaluate import evaluate
from rag.index.build import Recipe
from rag.settings import load_settings

PARTS = ("xquad", "xquad-r", "answerable")
SYSTEMS = ("dense", "lexical", "rrf", "hybrid", "hybrid+balance")
LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")


def xquad(folder: Path, languages: list[str], recipe: Recipe, store: Path | None) -> dict[str, Any]:
    """Return system → language → nDCG@10, and R@1, with the mean over languages."""
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for language in languages:
        dataset = read_dataset(folder / f"{language}.json")
        result = evaluate(dataset, SYSTEMS, recipe=recipe, store=store, show_progress=True)
        for name, system in result.systems.items():
            assert system.documents is not None
            overall = system.documents.overall
            figures.setdefault(name, {})[language] = {key: overall[key] for key in ("nDCG@10", "R@1")}
            print(
                f"XQuAD {language} {name:<15} nDCG@10 {overall['nDCG@10']:.4f}  R@1 {overall['R@1']:.4f}",
                file=sys.stderr,
            )
    for rows in figures.values():
        rows["mean"] = {
            key: round(float(np.mean([row[key] for row in rows.values()])), 4) for key in ("nDCG@10", "R@1")
        }
    return figures


def answerable(folder: Path, languages: list[str], recipe: Recipe, store: Path | None) -> dict[str, Any]:
    """Return language → AUROC and Brier score of the evidence with half of the articles left out, two draws."""
    figures = {}
    for language in languages:
        draws = []
        for seed in (0, 1):
            dataset = read_dataset(folder / f"{language}.json")
            result = evaluate(dataset, recipe=recipe, store=store, held_out=0.5, seed=seed, show_progress=True)
            draws.append(result.refusal)
        figures[language] = {key: round(float(np.mean([one[key] for one in draws])), 4) for key in ("AUROC", "brier")}
        print(f"answerable {language} {figures[language]}", file=sys.stderr)
    return figures


def main() -> None:
    """Measure and print."""
    root = Path(__file__).resolve().parents[2] / "shared" / "benchmarks"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", default=",".join(PARTS))
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="of XQuAD")
    parser.add_argument("--benchmarks", type=Path, default=root, help="folder that holds xquad and xquad-r")
    parser.add_argument("--store", type=Path, help="folder to keep indexes in")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    parts, languages = arguments.part.split(","), arguments.languages.split(",")
    settings = load_settings()
    recipe = index_recipe(settings)
    figures: dict[str, Any] = {}
    if "xquad" in parts:
        figures["xquad"] = xquad(arguments.benchmarks / "xquad", languages, recipe, arguments.store)
    if "answerable" in parts:
        chosen = [language for language in languages if language in ("ar", "en")]
        figures["answerable"] = answerable(arguments.benchmarks / "xquad", chosen, recipe, arguments.store)
    if "xquad-r" in parts:
        pool = read_xquad_r(arguments.benchmarks / "xquad-r", recipe.load_embedder(), arguments.store)
        figures["xquad-r"] = xquad_r(pool, load_balance(model_name(settings)))
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for part, rows in figures.items():
        print(f"\n{part}")
        for name, row in rows.items():
            cells = row.items() if part != "xquad" else ((key, value["nDCG@10"]) for key, value in row.items())
            print(f"{name:<28}" + "  ".join(f"{key} {value:.4f}" for key, value in cells))


if __name__ == "__main__":
    main()
