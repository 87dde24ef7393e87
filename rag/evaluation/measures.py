"""How good is a ranking? The field's measures, through `ir_measures`, query by query.

`ir_measures` picks what computes each: pytrec_eval (trec_eval itself, in a wheel) for all but RR@10, which it would not cut at
10; that one is MS MARCO's script. None needs a network, a compiler or Java.
"""

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, R, Success, nDCG
from ir_measures.measures.base import Measure

MEASURES = ("nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10", "AP")
PASSAGE_MEASURES = (*MEASURES, "Success@1", "Success@5", "Success@10")
CURVE = (1, 2, 3, 5, 10, 20, 50, 100)
"""Where recall is plotted."""

Qrels = Mapping[str, Mapping[str, int]]
"""Query → item (a document or a passage) → how relevant it is, from 1."""

Run = Mapping[str, Sequence[str]]
"""Query → items, the best first."""

Scores = dict[str, dict[str, float]]
"""Query → measure → its value, 0…1."""


def score_queries(qrels: Qrels, run: Run) -> Scores:
    """Return all measures of every query in `qrels`; one that found nothing, or of which nothing can be found, has 0.

    >>> score_queries({"q": {"a": 1}}, {"q": ["b", "a"]})["q"]["RR@10"]
    0.5
    """
    measures = [nDCG @ 10, RR @ 10, AP, *(R @ k for k in CURVE), *(Success @ k for k in (1, 5, 10))]
    names = {measure: str(measure) for measure in measures}
    scores: Scores = {query: dict.fromkeys(names.values(), 0.0) for query in qrels}
    judged = {query: dict(relevant) for query, relevant in qrels.items() if relevant}
    if not judged:
        return scores
    # Ranks as scores: no ties, which trec_eval would break by the name of the document.
    ranked = {query: {item: -float(rank) for rank, item in enumerate(run.get(query, ()))} for query in judged}
    for metric in ir_measures.iter_calc(measures, judged, {query: items for query, items in ranked.items() if items}):
        scores[metric.query_id][_name(metric.measure, names)] = float(metric.value)
    return scores


def _name(measure: Measure, names: Mapping[Measure, str]) -> str:
    return names.get(measure) or str(measure)
