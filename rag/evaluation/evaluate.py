"""`evaluate`: a data set and the names of systems → an `Evaluation`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.chain import index_recipe
from rag.documents.settling import printable
from rag.evaluation.answers import Outcome, answer_figures, ask_all
from rag.evaluation.corpus import Corpus, indexed
from rag.evaluation.gold import Dataset
from rag.evaluation.measures import MEASURES, PASSAGE_MEASURES
from rag.evaluation.refusal import refusal_figures
from rag.evaluation.retrieving import FIGURES, Figures, judged_documents, judged_passages, retrieval_figures
from rag.evaluation.running import SystemRun, check_questions, depth, run_system, time_system
from rag.evaluation.sampling import check_draws, hold_out, limit_questions
from rag.evaluation.statistics import TEST, holm, paired_p_value
from rag.evaluation.systems import check_systems, make_retriever
from rag.evaluation.writing import ask_model, writing_figures
from rag.index.build import Recipe
from rag.settings import Settings, load_settings


@dataclass(frozen=True)
class SystemResult:
    """What one system achieved. `documents` and `passages` are None where nothing is known to be relevant.

    `versus_first` compares its nDCG@10 with the first system's: `difference`, `p` and `p_holm`; None for the first.
    """

    documents: Figures | None
    passages: Figures | None
    latency_ms: dict[str, float]
    run: SystemRun
    versus_first: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the figures in the shape that `rag evaluate --json` promises."""
        figures = self.documents.as_json() if self.documents else dict.fromkeys(FIGURES)
        return {
            **figures,
            "latency_ms": self.latency_ms,
            "passages": self.passages.as_json() if self.passages else None,
            "versus_first": self.versus_first,
        }


@dataclass(frozen=True)
class Evaluation:
    """What systems achieved on a data set. Answers and refusals are the first system's, `writing` a model's over it, if any."""

    dataset: Dataset
    systems: dict[str, SystemResult]
    answers: dict[str, Any] | None
    refusal: dict[str, Any]
    outcomes: tuple[Outcome, ...] = field(repr=False)
    writing: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the figures in the shape that `rag evaluate --json` promises."""
        questions = self.dataset.questions
        return {
            "dataset": self.dataset.name,
            "questions": len(questions),
            "documents": len(self.dataset.documents),
            "unverified": sum(not question.verified for question in questions),
            "unplaced": self.dataset.unplaced,
            "failed": [{"source": printable(source), "error": reason} for source, reason in self.dataset.failed],
            "systems": {name: result.as_json() for name, result in self.systems.items()},
            "answers": self.answers,
            "refusal": self.refusal,
            "writing": self.writing,
        }


def evaluate(
    dataset: Dataset,
    systems: Sequence[str] = ("default",),
    settings: Settings | None = None,
    *,
    recipe: Recipe | None = None,
    store: Path | None = None,
    held_out: float = 0.0,
    limit: int | None = None,
    seed: int = 0,
    show_progress: bool = False,
) -> Evaluation:
    """Index a data set's documents, ask its questions of every system, and measure.

    Args:
        dataset: from `read_dataset`.
        systems: names out of `SYSTEMS`; the others are tested against the first.
        settings: those in force, by default.
        recipe: how documents are embedded; by default as `settings` say.
        store: a folder to keep the index in; by default it is temporary.
        held_out: share (0…1) of the articles to leave out of the index, so that their questions become unanswerable.
        limit: ask only so many questions, drawn at random.
        seed: the same seed draws the same articles, questions and bootstrap samples.
        show_progress: show bars on stderr.

    Raises:
        DatasetError: for an unknown system, a share, a limit or a seed that cannot be, or a question that cannot be asked.
    """
    check_systems(list(systems))
    check_draws(held_out, seed)
    settings = settings or load_settings()
    recipe = recipe or index_recipe(settings)
    dataset = limit_questions(hold_out(dataset, held_out, seed=seed), limit, seed=seed)
    check_questions(dataset.questions, settings)
    with indexed(dataset, recipe, store, show_progress=show_progress) as corpus:
        results = {name: _measure(name, dataset, corpus, settings, recipe, seed, show_progress) for name in systems}
        retriever = make_retriever(systems[0], corpus.folder, settings, recipe.load_embedder())
        outcomes = ask_all(retriever, settings, dataset.questions, show_progress=show_progress)
        writing = None
        if settings.model:
            writing = writing_figures(*ask_model(retriever, settings, dataset.questions, show_progress=show_progress))
    return Evaluation(
        dataset,
        _compared(results, seed),
        answer_figures(outcomes),
        refusal_figures(outcomes, settings.refuse_below),
        tuple(outcomes),
        writing,
    )


def _measure(
    name: str, dataset: Dataset, corpus: Corpus, settings: Settings, recipe: Recipe, seed: int, show_progress: bool
) -> SystemResult:
    embedder = recipe.load_embedder()
    documents, passages = judged_documents(dataset), judged_passages(dataset, corpus.passages)
    asked = [question for question in dataset.questions if question.id in documents.qrels]
    retriever = make_retriever(name, corpus.folder, settings, embedder)
    run = run_system(retriever, asked, depth(corpus), show_progress=show_progress)
    return SystemResult(
        retrieval_figures(documents, run.documents, asked, MEASURES, seed=seed),
        retrieval_figures(passages, run.passages, asked, PASSAGE_MEASURES, seed=seed),
        time_system(retriever, dataset.questions, seed=seed),
        run,
    )


def _compared(results: dict[str, SystemResult], seed: int) -> dict[str, SystemResult]:
    (first, reference), *others = results.items()
    if reference.documents is None or not others:
        return results
    values = {name: _ndcg(result) for name, result in results.items()}
    p_values = {name: paired_p_value(values[name], values[first], seed=seed) for name, _ in others}
    corrected = holm(p_values)
    compared = {first: reference}
    for name, result in others:
        versus = {
            "system": first,
            "difference": round(sum(values[name]) / len(values[name]) - sum(values[first]) / len(values[first]), 4),
            "p": round(p_values[name], 4),
            "p_holm": round(corrected[name], 4),
            "test": TEST,
        }
        compared[name] = replace(result, versus_first=versus)
    return compared


def _ndcg(result: SystemResult) -> list[float]:
    assert result.documents is not None
    return [scores["nDCG@10"] for _, scores in sorted(result.documents.scores.items())]
