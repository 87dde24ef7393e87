"""Rankings and what is known → figures: overall, by the question's language, by language pair, with intervals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.evaluation.gold import Dataset, GoldQuestion
from rag.evaluation.measures import CURVE, Qrels, Run, Scores, score_queries
from rag.evaluation.running import passage_key
from rag.evaluation.statistics import bootstrap_intervals
from rag.models import Span

FIGURES = ("overall", "by_language", "by_pair", "intervals", "recall_curve")
_PAIR = "\t"  # between a question's id and a language, in the names of queries restricted to it


@dataclass(frozen=True)
class Judged:
    """What is relevant to each question: documents, or passages; the language of each; and in which there are any for a question.

    A question may be answered in a language and have no relevant passage there: see `judged_passages`.
    """

    qrels: dict[str, dict[str, int]]
    language: dict[str, str]
    answered_in: dict[str, set[str]]


def judged_documents(dataset: Dataset) -> Judged:
    """Return the relevant documents of every answerable question of which they are known."""
    language = {document.id: document.language for document in dataset.documents}
    judged = Judged({}, language, {})
    for question in dataset.questions:
        if question.answerable and question.places:
            relevant = judged.qrels.setdefault(question.id, {})
            for place in question.places:
                relevant[place.document] = max(place.grade, relevant.get(place.document, 0))
            judged.answered_in[question.id] = {language[place.document] for place in question.places}
    return judged


def judged_passages(dataset: Dataset, passages: Mapping[str, Sequence[Span]]) -> Judged:
    """Return the passages that cover a gold span whole, for every answerable question of which spans are known.

    A question whose spans are all cut in two by the chunker has no relevant passage, and scores 0: so it is for a reader.
    """
    languages = {document.id: document.language for document in dataset.documents}
    judged = Judged({}, {}, {})
    for question in dataset.questions:
        places = [place for place in question.places if place.span is not None]
        if not question.answerable or not places:
            continue
        relevant = judged.qrels.setdefault(question.id, {})
        judged.answered_in[question.id] = {languages[place.document] for place in places}
        for place in places:
            assert place.span is not None
            for passage in passages.get(place.document, ()):
                if passage.start <= place.span.start and place.span.end <= passage.end:
                    key = passage_key(place.document, passage.start, passage.end)
                    relevant[key] = max(place.grade, relevant.get(key, 0))
                    judged.language[key] = languages[place.document]
    return judged


@dataclass(frozen=True)
class Figures:
    """The figures of one system at one level. `scores` are those of each question; means are in 0…1."""

    overall: dict[str, float]
    by_language: dict[str, dict[str, float]]
    by_pair: dict[str, dict[str, float]]
    intervals: dict[str, Any]
    recall_curve: dict[str, float]
    scores: Scores

    def as_json(self) -> dict[str, Any]:
        """Return all but the single questions' scores."""
        return {key: getattr(self, key) for key in FIGURES}


def retrieval_figures(
    judged: Judged, run: Run, questions: Sequence[GoldQuestion], measures: Sequence[str], *, seed: int = 0
) -> Figures | None:
    """Return the figures of a run; None if nothing is known to be relevant.

    A pair `ar→en` is of the Arabic questions that an English document answers, with the English ones alone as relevant; the
    relevant ones in other languages are taken out of the ranking, since finding them first is no fault.
    """
    if not judged.qrels:
        return None
    scores = score_queries(judged.qrels, run)
    groups: dict[str, dict[str, list[dict[str, float]]]] = {
        "by_language": defaultdict(list),
        "by_pair": defaultdict(list),
    }
    spoken = {question.id: question.language for question in questions}
    for query, values in scores.items():
        groups["by_language"][spoken[query]].append(values)
    for query, values in score_queries(*_by_pair(judged, run)).items():
        question, _, language = query.rpartition(_PAIR)
        groups["by_pair"][f"{spoken[question]}→{language}"].append(values)
    means: dict[str, dict[str, dict[str, float]]] = {}
    intervals: dict[str, Any] = {"overall": _intervals(list(scores.values()), measures, seed)}
    for kind, members in groups.items():
        means[kind] = {
            name: {"questions": len(rows), **_means(rows, measures)} for name, rows in sorted(members.items())
        }
        intervals[kind] = {name: _intervals(rows, measures, seed) for name, rows in sorted(members.items())}
    overall = list(scores.values())
    curve = _means(overall, [f"R@{k}" for k in CURVE])
    return Figures(_means(overall, measures), means["by_language"], means["by_pair"], intervals, curve, scores)


def _by_pair(judged: Judged, run: Run) -> tuple[Qrels, Run]:
    qrels: dict[str, dict[str, int]] = {}
    ranked: dict[str, list[str]] = {}
    for query, relevant in judged.qrels.items():
        for language in judged.answered_in[query]:
            mine = {item: grade for item, grade in relevant.items() if judged.language[item] == language}
            qrels[f"{query}{_PAIR}{language}"] = mine
            ranked[f"{query}{_PAIR}{language}"] = [
                item for item in run.get(query, ()) if item in mine or item not in relevant
            ]
    return qrels, ranked


def _means(rows: Sequence[Mapping[str, float]], measures: Sequence[str]) -> dict[str, float]:
    return {measure: round(float(np.mean([row[measure] for row in rows])), 4) for measure in measures}


def _intervals(
    rows: Sequence[Mapping[str, float]], measures: Sequence[str], seed: int
) -> dict[str, list[float]] | None:
    found = bootstrap_intervals(np.array([[row[measure] for measure in measures] for row in rows]), seed=seed)
    if found is None:
        return None
    return {measure: [round(low, 4), round(high, 4)] for measure, (low, high) in zip(measures, found, strict=True)}
