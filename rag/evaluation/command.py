"""What `rag evaluate` does: everything but reading its arguments and printing."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.chain import index_recipe
from rag.checking.loading import load_checker
from rag.checking.nearest import Nearest
from rag.documents.settling import printable
from rag.embeddings import load_embedder
from rag.errors import RagError
from rag.evaluation.checking import checking_table, evaluate_checking
from rag.evaluation.datasets import read_dataset
from rag.evaluation.evaluate import evaluate
from rag.evaluation.questions import read_documents
from rag.evaluation.report import write_report
from rag.evaluation.sampling import check_draws
from rag.evaluation.suggest import suggest_questions, write_suggestions
from rag.evaluation.systems import check_systems
from rag.evaluation.table import as_table
from rag.settings import Settings


@dataclass(frozen=True)
class Options:
    """How to evaluate; see `evaluate` for each."""

    systems: str = "default"
    as_json: bool = False
    report: Path | None = None
    store: Path | None = None
    held_out: float = 0.0
    limit: int | None = None
    seed: int = 0


def evaluate_all(paths: Sequence[Path], settings: Settings, options: Options) -> Iterator[str]:
    """Yield what to print for each data set: one line of JSON, or a table; then write the report, if one is asked for.

    Raises:
        RagError: for an unknown system, or a data set that cannot be read; before anything is measured.
    """
    systems = [name.strip() for name in options.systems.split(",")]
    check_systems(systems)
    check_draws(options.held_out, options.seed)
    datasets = [read_dataset(path) for path in paths]
    if options.as_json:  # the table tells it itself
        for dataset in datasets:
            _tell_failed(dataset.failed)
    if options.report is not None:
        _make_folder(options.report)
    recipe = index_recipe(settings)  # one for all: the model is loaded once
    evaluations = []
    for dataset in datasets:
        evaluation = evaluate(
            dataset,
            systems,
            settings,
            recipe=recipe,
            store=options.store,
            held_out=options.held_out,
            limit=options.limit,
            seed=options.seed,
            show_progress=not options.as_json,
        )
        evaluations.append(evaluation)
        if options.as_json:
            yield json.dumps(evaluation.as_json(), ensure_ascii=False)
        else:
            yield f"{as_table(evaluation)}\n"
    if options.report is not None:
        page = write_report(evaluations, options.report, settings)
        if not options.as_json:
            yield f"report: {page}"


def evaluate_verdicts(path: Path, settings: Settings, *, as_json: bool = False) -> Iterator[str]:
    """Yield what to print of the verdicts on the claims and answers in a file of JSON Lines.

    Raises:
        RagError: if it cannot be read.
    """
    embedder = load_embedder(settings)
    nearest = Nearest(embedder)
    figures = evaluate_checking(path, load_checker(embedder), nearest, show_progress=not as_json)
    yield from [json.dumps(figures, ensure_ascii=False)] if as_json else checking_table(figures)


def suggest(folder: Path, output: Path | None, count: int, *, as_json: bool = False) -> str:
    """Write suggested questions about a folder's documents, and return what to tell of it, in words or as a line of JSON.

    Raises:
        RagError: if the output exists already, or there is nothing to ask about.
    """
    output = output or folder / "questions.suggested.jsonl"
    documents, failed = read_documents(folder)
    _tell_failed(failed)
    rows = suggest_questions(documents.values(), count)
    write_suggestions(rows, output)
    asked_about = len({row["documents"][0]["source"] for row in rows})
    if as_json:
        told = {"suggested": len(rows), "documents": asked_about, "file": printable(str(output))}
        return json.dumps(told, ensure_ascii=False)
    return (
        f"{len(rows)} questions about {asked_about} documents in {output}, none of them verified: reword each as you would ask "
        "it, delete what nobody would ask, and take out its `verified` line by line as you go"
    )


def _tell_failed(failed: Sequence[tuple[str, str]]) -> None:
    for source, reason in failed:
        sys.stderr.write(f"rag: {printable(source)}: {reason}\n")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RagError(f"the report cannot be written to {folder} ({error.strerror}): give another folder") from error
