"""Retrieval's figures against values worked out by hand, against their formulae, and against what must hold of any ranking."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.gold import Dataset, GoldQuestion, Place
from rag.evaluation.measures import MEASURES, PASSAGE_MEASURES, score_queries
from rag.evaluation.retrieving import judged_documents, judged_passages, retrieval_figures
from rag.evaluation.running import passage_key
from rag.evaluation.statistics import bootstrap_intervals, holm, paired_p_value
from rag.models import Document, Span


def test_values_worked_out_by_hand() -> None:
    scores = score_queries({"q": {"a": 1, "b": 1, "c": 1}}, {"q": ["x", "a", "y", "b", *"123456", "c"]})["q"]
    # Relevant at ranks 2, 4 and 11.
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert scores["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal, abs=1e-6)
    assert scores["RR@10"] == 0.5
    assert scores["AP"] == pytest.approx((1 / 2 + 2 / 4 + 3 / 11) / 3, abs=1e-6)
    assert [scores[f"R@{k}"] for k in (1, 2, 5, 10, 100)] == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3, 1])
    assert [scores[f"Success@{k}"] for k in (1, 5)] == [0, 1]


def test_reciprocal_rank_is_cut_at_ten() -> None:
    assert score_queries({"q": {"a": 1}}, {"q": [*"0123456789", "a"]})["q"]["RR@10"] == 0


def test_grades_count_for_ndcg() -> None:
    better = score_queries({"q": {"a": 3, "b": 1}}, {"q": ["a", "b"]})["q"]
    worse = score_queries({"q": {"a": 3, "b": 1}}, {"q": ["b", "a"]})["q"]
    assert better["nDCG@10"] == pytest.approx(1)
    assert worse["nDCG@10"] == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)), abs=1e-6)
    assert better["AP"] == worse["AP"] == 1


def test_what_found_nothing_or_can_find_nothing_counts_as_zero() -> None:
    scores = score_queries(
        {"found": {"a": 1}, "empty": {"a": 1}, "missing": {"a": 1}, "cut": {}}, {"found": ["a"], "empty": []}
    )
    assert set(scores) == {"found", "empty", "missing", "cut"}
    assert all(value == 1 for value in scores["found"].values())
    for query in ("empty", "missing", "cut"):
        assert all(value == 0 for value in scores[query].values())


@given(st.permutations(range(30)), st.sets(st.integers(0, 29), min_size=1))
def test_formulae_hold_for_any_ranking(ranking: list[int], relevant: set[int]) -> None:
    scores = score_queries({"q": {str(item): 1 for item in relevant}}, {"q": [str(item) for item in ranking]})["q"]
    hits = [item in relevant for item in ranking]
    gains = sum(hit / math.log2(rank + 1) for rank, hit in enumerate(hits[:10], start=1))
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(relevant)) + 1))
    precisions = [sum(hits[:rank]) / rank for rank, hit in enumerate(hits, start=1) if hit]
    assert scores["nDCG@10"] == pytest.approx(gains / ideal, abs=1e-6)
    assert scores["AP"] == pytest.approx(sum(precisions) / len(relevant), abs=1e-6)
    assert scores["R@5"] == pytest.approx(sum(hits[:5]) / len(relevant), abs=1e-6)
    assert scores["RR@10"] == pytest.approx(next((1 / r for r, hit in enumerate(hits[:10], 1) if hit), 0), abs=1e-6)
    assert scores["R@100"] == pytest.approx(1)


def corpus() -> Dataset:
    texts = {"ar": "كتاب قديم", "en": "An old book is here.", "fr": "Un vieux livre."}
    documents = tuple(Document(code, code, "", code, None, text) for code, text in texts.items())
    questions = (
        GoldQuestion("1", "?", "ar", True, ("old",), (Place("en", Span(3, 6)), Place("fr", Span(3, 8)))),
        GoldQuestion("2", "?", "en", True, ("book",), (Place("en", Span(7, 11), grade=2),)),
        GoldQuestion("3", "?", "en", False),
        GoldQuestion("4", "?", "en", True, ("nobody knows where",)),
    )
    return Dataset("d", documents, questions)


def test_languages_and_pairs() -> None:
    dataset = corpus()
    judged = judged_documents(dataset)
    assert judged.qrels == {"1": {"en": 1, "fr": 1}, "2": {"en": 2}}, "unanswerable and unplaced questions are left out"
    figures = retrieval_figures(judged, {"1": ["fr", "en", "ar"], "2": ["ar", "en"]}, dataset.questions, MEASURES)
    assert figures is not None
    assert figures.overall["RR@10"] == 0.75 and figures.overall["R@1"] == 0.25
    assert {name: means["RR@10"] for name, means in figures.by_language.items()} == {"ar": 1, "en": 0.5}
    # ar→en: the French document is relevant too, so that it stands first is not held against the English one.
    assert {name: means["RR@10"] for name, means in figures.by_pair.items()} == {"ar→en": 1, "ar→fr": 1, "en→en": 0.5}
    assert figures.intervals["by_language"] == {"ar": None, "en": None}, "one question has no interval"
    low, high = figures.intervals["overall"]["RR@10"]
    assert low == 0.5 and high == 1


def test_a_passage_is_relevant_if_it_covers_the_whole_span() -> None:
    dataset = corpus()
    passages = {"en": [Span(0, 6), Span(3, 20), Span(8, 20)], "fr": [Span(0, 5), Span(5, 15)]}
    judged = judged_passages(dataset, passages)
    whole, cut = passage_key("en", 3, 20), passage_key("en", 8, 20)
    assert judged.qrels == {"1": {passage_key("en", 0, 6): 1, whole: 1}, "2": {whole: 2}}
    figures = retrieval_figures(judged, {"1": [whole], "2": [cut, whole]}, dataset.questions, PASSAGE_MEASURES)
    assert figures is not None
    assert (figures.overall["Success@1"], figures.overall["RR@10"], figures.overall["R@10"]) == (0.5, 0.75, 0.75)


def test_spans_that_no_passage_covers_score_zero() -> None:
    judged = judged_passages(corpus(), {"en": [Span(0, 4)], "fr": []})
    assert judged.qrels == {"1": {}, "2": {}}
    figures = retrieval_figures(judged, {}, corpus().questions, PASSAGE_MEASURES)
    assert figures is not None and set(figures.overall.values()) == {0}
    assert {name: means["RR@10"] for name, means in figures.by_pair.items()} == {"ar→en": 0, "ar→fr": 0, "en→en": 0}


def test_nothing_known_nothing_measured() -> None:
    dataset = replace(corpus(), questions=corpus().questions[2:])
    assert retrieval_figures(judged_documents(dataset), {}, dataset.questions, MEASURES) is None


def test_intervals_are_those_of_the_normal_law_for_many_queries() -> None:
    values = np.random.default_rng(7).random((2_000, 2))
    intervals = bootstrap_intervals(values)
    assert intervals == bootstrap_intervals(values), "seeded"
    assert intervals is not None
    for column, (low, high) in zip(values.T, intervals, strict=True):
        half = 1.96 * column.std(ddof=1) / math.sqrt(len(column))
        assert (low, high) == pytest.approx((column.mean() - half, column.mean() + half), abs=half / 10)
    assert bootstrap_intervals(np.ones((1, 1))) is None
    assert bootstrap_intervals(np.ones((5, 1))) == [(1, 1)]


def test_permutation_test_is_exact_for_few_queries() -> None:
    # All six differences are positive: of 64 ways to sign them two are as extreme.
    assert paired_p_value([0.9, 0.8, 0.7, 0.6, 0.9, 0.5], [0.1] * 6) == pytest.approx(2 / 64)
    assert paired_p_value([0.5, 0.5], [0.5, 0.5]) == 1
    assert paired_p_value([0.9], [0.1]) == 1, "of both ways to sign one difference both are as extreme"


def test_permutation_test_sees_a_difference_and_no_difference() -> None:
    draws = random.Random(3)
    one = [draws.random() for _ in range(300)]
    noise = [min(1, max(0, value + draws.gauss(0, 0.1))) for value in one]
    better = [value * 0.8 + 0.2 for value in one]
    assert paired_p_value(noise, one) > 0.05
    assert paired_p_value(better, one) == pytest.approx(1 / 5_000, abs=1e-4)
    assert paired_p_value(better, one) == paired_p_value(one, better)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6, unique=True))
def test_holm_against_its_definition(p_values: list[float]) -> None:
    corrected = holm({str(value): value for value in p_values})
    ordered = sorted(p_values)
    for rank, value in enumerate(ordered):
        steps = [(len(ordered) - step) * ordered[step] for step in range(rank + 1)]
        assert corrected[str(value)] == pytest.approx(min(1, max(steps)))
