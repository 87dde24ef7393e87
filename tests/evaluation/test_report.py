"""The report of `rag evaluate`: what it tells, and how it is built."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from evaluation.made_up import HOSTILE, made_up_evaluation

from rag import __version__
from rag.embeddings import model_name
from rag.evaluation.plots import Bars, Frame, bar_plot, steps
from rag.evaluation.report import as_page
from rag.evaluation.worst import worst_questions, worst_section
from rag.settings import load_settings

SVG = re.compile(r"<svg.*?</svg>", re.S)


def test_it_tells_how_it_was_made() -> None:
    page = as_page([made_up_evaluation()], load_settings(chunk_tokens=64))
    assert model_name(load_settings()) in page and f"Sanad {__version__}" in page and "up to 64 tokens" in page
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", page)
    assert "<dt>Documents</dt><dd>3, in Arabic, English, French</dd>" in page
    assert "<dt>Questions</dt><dd>5, 1 of them unanswerable, in Arabic, English, German</dd>" in page


def test_every_measure_in_a_head_is_explained_below() -> None:
    page = as_page([made_up_evaluation()], load_settings())
    explained = set(re.findall(r"<dt>(.*?)</dt>", page))
    for measure in ("nDCG@10", "R@k", "RR@10", "AP", "Success@k", "median", "F1", "EM", "AUROC", "Brier", "precision"):
        assert measure in explained


@pytest.mark.parametrize(
    ("p", "told"), [(0.25, "not significant (p = 0.250)"), (0.0004, "this is significant (p &lt; 0.001)")]
)
def test_significance_is_told_in_words(p: float, told: str) -> None:
    evaluation = made_up_evaluation()
    other = evaluation.systems["dense"]
    assert other.versus_first is not None
    versus = {**other.versus_first, "p_holm": p}
    page = as_page(
        [replace(evaluation, systems={**evaluation.systems, "dense": replace(other, versus_first=versus)})],
        load_settings(),
    )
    assert "dense is 0.250 worse than default in nDCG@10" in page and told in page


def test_the_best_is_marked_only_where_there_is_something_to_compare() -> None:
    assert as_page([made_up_evaluation()], load_settings()).count("(best)") > 5
    assert "(best)" not in as_page([made_up_evaluation(("default",))], load_settings())


def test_the_worst_questions_show_the_gold_passage_and_what_came_first() -> None:
    worst, next_worst = worst_questions(made_up_evaluation())
    assert (worst.id, worst.rank, next_worst.id, next_worst.rank) == ("q4", None, "q2", 3)
    (expected,) = next_worst.expected
    assert expected.quote == "4.5 مليارات متر مكعب" and expected.before.endswith("ويخزن ") and expected.rank == 3
    section = worst_section(made_up_evaluation())
    assert "<mark>4.5 مليارات متر مكعب</mark>" in section and "first relevant document at rank 3" in section
    assert (
        "no relevant document found" in section and "score 1.250 (cosine 0.610, 50% of the question’s terms)" in section
    )
    assert '<h4 dir="rtl" lang="ar">ATACMS: كم' in section, "the way it runs is not that of its first word"
    assert "<bdi>en/copy.txt</bdi>" in section


def test_a_perfect_system_has_no_worst_questions() -> None:
    evaluation = made_up_evaluation(("default",))
    kept = tuple(question for question in evaluation.dataset.questions if question.id in {"q1", "q3"})
    assert worst_section(replace(evaluation, dataset=replace(evaluation.dataset, questions=kept))) == ""


def test_plots_are_named_and_described_with_ids_of_their_own() -> None:
    page = as_page([made_up_evaluation(), made_up_evaluation(name="again")], load_settings())
    plots = SVG.findall(page)
    assert len(plots) == 8 and HOSTILE not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 16
    for plot in plots:
        tree = ElementTree.fromstring(plot)
        assert tree.attrib["role"] == "img" and tree.findtext("title") and tree.findtext("desc")
        assert tree.attrib["aria-labelledby"] in ids and tree.attrib["aria-describedby"] in ids


@pytest.mark.parametrize("top", [0, 0.004, 0.31, 1, 9.9, 10, 381, 12_345])
def test_an_axis_ends_at_a_round_number_and_has_few_of_them(top: float) -> None:
    found = steps(top)
    assert found[0] == 0 and found[-1] >= top and 2 <= len(found) <= 7


def test_intervals_and_values_are_drawn() -> None:
    groups: Bars = {"ar\nn = 2": {"a": (0.5, (0.25, 0.75)), "b": (0.0, None)}}
    plot = bar_plot(Frame("k", "<t>", "note", "x", "y"), groups, digits=1)
    assert plot.count('class="whisker"') == 1 and ">0.5</text>" in plot and "&lt;t&gt;" in plot
