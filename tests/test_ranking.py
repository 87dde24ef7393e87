"""Ranking by each method, by hand."""

import numpy as np
import pytest

from rag.ranking import ECHO, ECHO_FROM, LATE, LEXICAL, Candidates, echoes, score


def candidates(**changed: list[float]) -> Candidates:
    values = {
        "dense": [0.8, 0.7, 0.6],
        "sentence": [0.5, 0.9, 0.4],
        "bm25": [0.0, 3.0, 7.0],
        "coverage": [0.0, 0.5, 1.0],
    }
    arrays = {name: np.array(value, np.float32) for name, value in (values | changed).items()}
    return Candidates(**arrays, languages=["ar", "en", "en"])


def test_dense_and_lexical_are_what_they_say() -> None:
    assert score(candidates(), "dense", balanced=True) == pytest.approx([0.8, 0.7, 0.6])
    assert score(candidates(), "lexical", balanced=True) == pytest.approx([0, 3, 7])


def test_hybrid_adds_passage_sentence_and_terms() -> None:
    found = score(candidates(), "hybrid", balanced=False)
    assert found == pytest.approx([1.3, 1.6 + LEXICAL * 0.5, 1.0 + LEXICAL])


def test_balanced_terms_count_within_their_language() -> None:
    found = score(candidates(), "hybrid", balanced=True)
    assert found == pytest.approx([1.3, 1.6 + LEXICAL * (0.5 - 0.75), 1.0 + LEXICAL * (1 - 0.75)])


def test_tokens_count_and_balanced_within_their_language() -> None:
    near = candidates(late=[0.2, 0.5, 0.4])
    plain, level = (score(candidates(), "hybrid", balanced=balanced) for balanced in (False, True))
    assert score(near, "hybrid", balanced=False) == pytest.approx(plain + LATE * np.array([0.2, 0.5, 0.4]))
    assert score(near, "hybrid", balanced=True) == pytest.approx(level + LATE * np.array([0, 0.05, -0.05]), abs=1e-6)
    for method in ("dense", "lexical", "rrf"):
        assert score(near, method, balanced=True).tolist() == score(candidates(), method, balanced=True).tolist()


@pytest.mark.parametrize("balanced", [True, False])
def test_without_tokens_nothing_changes(balanced: bool) -> None:
    without = score(candidates(late=[0.0, 0.0, 0.0]), "hybrid", balanced=balanced)
    assert without.tolist() == score(candidates(), "hybrid", balanced=balanced).tolist()


def test_the_three_best_lead_a_language() -> None:
    coverage = [0.2, 0.9, 0.1, 0.4, 0.8]
    nothing = np.zeros(5, np.float32)
    many = Candidates(nothing, nothing, nothing, np.array(coverage, np.float32), ["en"] * 5)
    found = score(many, "hybrid", balanced=True)
    assert found == pytest.approx([LEXICAL * (value - 0.7) for value in coverage], abs=1e-7)
    order = score(many, "hybrid", balanced=False)
    assert (np.argsort(found) == np.argsort(order)).all(), "in one language the order is the same"


def test_reciprocal_ranks_by_hand() -> None:
    # Third, second, first by BM25; the one that holds no term has no rank there.
    found = score(candidates(), "rrf", balanced=False)
    assert found == pytest.approx([1 / 61, 1 / 62 + 1 / 62, 1 / 63 + 1 / 61])
    tied = candidates(dense=[0.5, 0.5, 0.5], bm25=[1.0, 1.0, 1.0])
    assert (np.diff(score(tied, "rrf", balanced=False)) < 0).all(), "of equals the earlier stays before"


@pytest.mark.parametrize("method", ["hybrid", "dense", "lexical", "rrf"])
@pytest.mark.parametrize("balanced", [True, False])
def test_no_candidates(method: str, balanced: bool) -> None:
    nothing = np.empty(0, np.float32)
    found = score(Candidates(nothing, nothing, nothing, nothing, []), method, balanced=balanced)  # type: ignore[arg-type]
    assert found.shape == (0,)


def test_what_says_the_same_in_another_language_comes_up_after_the_best() -> None:
    scores = np.array([1.0, 1.3, 1.2, 0.9, 1.25], np.float32)
    likeness = np.array([0.9, 1.0, 0.95, 0.6, 0.8], np.float32)
    found = echoes(scores, likeness, ["ar", "en", "en", "fr", "ar"])
    most = ECHO * (1 - ECHO_FROM)
    assert found == pytest.approx([1.0 + ECHO * 0.2, 1.3 + most, 1.2, 0.9, 1.25 + ECHO * 0.1])
    beyond = echoes(np.array([1.3, 1.29], np.float32), np.array([1.0, 1.4], np.float32), ["en", "ar"])
    assert beyond[0] > beyond[1], "evened cosines go past 1, but nothing goes past the best"


def test_in_one_language_nothing_echoes() -> None:
    scores = np.array([0.3, 1.0, 0.9], np.float32)
    found = echoes(scores, np.array([0.99, 1.0, 0.99], np.float32), ["hi", "hi", "hi"])
    assert np.argsort(-found).tolist() == [1, 2, 0] and found[[0, 2]] == pytest.approx(scores[[0, 2]])
