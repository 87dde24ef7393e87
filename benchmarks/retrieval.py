"""How good is retrieval on public data? Run: `python benchmarks/retrieval.py [--part xquad-r] [--languages ar,en]`.

`xquad`: nDCG@10 of the systems of `rag evaluate` on XQuAD (Artetxe et al. 2020, arXiv 1910.11856), 240 paragraphs and 1,190
questions a language. `xquad-r`: every question and every candidate sentence of XQuAD-R (LAReQA, Roy et al. 2020, arXiv
2004.05484) in one pool, mean average precision over the answer sentences in all 11 languages, and the share of the ten first that
are in the question's own language. `answerable`: half of XQuAD's articles are left out; AUROC of the evidence that a question's
is among those left. Nothing is fitted on either set; `benchmarks/README.md` says what is fitted on what.
Most of the time goes into embedding: `--store DIR` keeps the indexes for the next time, `--systems` takes fewer of them.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score
from tqdm import tqdm
from xquad_r import read_xquad_r, xquad_r

from rag.balance import load_balance
from rag.chain import index_recipe
from rag.embeddings import model_name
from rag.evaluation.corpus import indexed
from rag.evaluation.datasets import read_dataset
from rag.evaluation.retrieving import judged_documents, retrieval_figures
from rag.evaluation.running import run_system
from rag.evaluation.sampling import hold_out
from rag.evaluation.systems import check_systems, make_retriever
from rag.index.build import Recipe
from rag.questions import make_question
from rag.settings import load_settings

PARTS = ("xquad", "xquad-r", "answerable")
SYSTEMS = ("dense", "lexical", "rrf", "hybrid", "hybrid+balance")
KEYS = ("nDCG@10", "R@1")
DEPTH = 50  # passages: at least ten documents
DRAWS = (0, 1)
LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")


def xquad(folder: Path, languages: list[str], systems: list[str], recipe: Recipe, store: Path | None) -> dict[str, Any]:
    """Return system → language → nDCG@10 and R@1, with the mean over languages."""
    settings = load_settings()
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for language in languages:
        dataset = read_dataset(folder / f"{language}.json")
        judged = judged_documents(dataset)
        with indexed(dataset, recipe, store, show_progress=True) as corpus:
            for name in systems:
                retriever = make_retriever(name, corpus.folder, settings, recipe.load_embedder())
                run = run_system(retriever, dataset.questions, DEPTH, show_progress=True)
                found = retrieval_figures(judged, run.documents, dataset.questions, KEYS)
                assert found is not None
                figures.setdefault(name, {})[language] = found.overall
                print(f"XQuAD {language} {name:<15} {found.overall}", file=sys.stderr)
    for rows in figures.values():
        rows["mean"] = {key: round(float(np.mean([row[key] for row in rows.values()])), 4) for key in KEYS}
    return figures


def answerable(folder: Path, languages: list[str], recipe: Recipe, store: Path | None) -> dict[str, Any]:
    """Return language → AUROC and Brier score of the evidence with half of the articles left out, over the draws."""
    settings = load_settings()
    figures = {}
    for language in languages:
        draws = []
        for seed in DRAWS:
            dataset = hold_out(read_dataset(folder / f"{language}.json"), 0.5, seed=seed)
            with indexed(dataset, recipe, store, show_progress=True) as corpus:
                embedder = recipe.load_embedder()
                retriever = make_retriever("default", corpus.folder, settings, embedder)
                encoded = embedder.encode_questions([question.text for question in dataset.questions])
                evidence = [
                    retriever.retrieve(make_question(question.text), encoded=one).evidence
                    for question, one in zip(tqdm(dataset.questions, "Asking", disable=None), encoded, strict=True)
                ]
            truth = [question.answerable for question in dataset.questions]
            draws.append((roc_auc_score(truth, evidence), brier_score_loss(truth, evidence)))
            print(f"answerable {language}, draw {seed}: AUROC {draws[-1][0]:.4f}", file=sys.stderr)
        area, brier = np.mean(draws, axis=0)
        figures[language] = {"AUROC": round(float(area), 4), "brier": round(float(brier), 4)}
    return figures


def main() -> None:
    """Measure and print."""
    root = Path(__file__).resolve().parents[2] / "shared" / "benchmarks"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", default=",".join(PARTS))
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="of XQuAD")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="for XQuAD")
    parser.add_argument("--benchmarks", type=Path, default=root, help="folder that holds xquad and xquad-r")
    parser.add_argument("--store", type=Path, help="folder to keep indexes in")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    parts, languages, systems = (text.split(",") for text in (arguments.part, arguments.languages, arguments.systems))
    for chosen, known in ((parts, PARTS), (languages, LANGUAGES)):
        if unknown := sorted(set(chosen) - set(known)):
            parser.error(f"there is no {', '.join(unknown)}: choose from {', '.join(known)}")
    check_systems(systems)
    settings = load_settings()
    recipe = index_recipe(settings)
    figures: dict[str, Any] = {}
    if "xquad" in parts:
        figures["xquad"] = xquad(arguments.benchmarks / "xquad", languages, systems, recipe, arguments.store)
    if "answerable" in parts:
        wanted = [language for language in languages if language in ("ar", "en")]
        figures["answerable"] = answerable(arguments.benchmarks / "xquad", wanted, recipe, arguments.store)
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
