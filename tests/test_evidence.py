"""Evidence: a probability that grows with relevance; 0 without passages, ½ without a fit."""

import math

import pytest
from making import make_passage

from rag.bundled_model import bundled_model_name
from rag.evidence import Evidence, alone_features, evidence_features, load_evidence


def test_what_was_fitted_grows_with_relevance() -> None:
    evidence = load_evidence(bundled_model_name())
    for language in ("ar", "en"):
        others = [make_passage(score=0.1, document=str(number)) for number in range(9)]
        chances = [
            evidence.score(language, [make_passage(score=score), *others]) for score in (0.1, 0.3, 0.5, 0.7, 0.9)
        ]
        assert chances == sorted(chances) and 0 <= chances[0] < 0.1 and 0.9 < chances[-1] <= 1


def test_without_a_fit_or_without_passages_nothing_is_known() -> None:
    assert load_evidence("org/unknown").score("ar", [make_passage()]) == 0.5
    assert load_evidence(bundled_model_name()).score("ar", []) == Evidence().score("ar", []) == 0.0


def test_weights_by_hand() -> None:
    evidence = Evidence(-1.0, {"relevance": 2.0, "coverage": 1.0, "crossed": -3.0})
    passages = [make_passage(score=0.4, document="a"), make_passage(score=0.6, document="b")]
    assert evidence.score("en", passages) == pytest.approx(1 / (1 + math.exp(-(-1 + 2 * 0.6 + 0.4))))
    # Of another language terms in common say nothing.
    assert evidence.score("ar", passages) == pytest.approx(1 / (1 + math.exp(-(-1 + 2 * 0.6 - 3))))


def test_features_tell_of_the_best_sentence_and_its_language() -> None:
    passages = [make_passage(score=0.4, language="ar"), make_passage(score=0.6, document="b")]
    features = evidence_features("ar", passages)
    expected = {"relevance": 0.6, "lead": 0.2, "passage_lead": 0.1, "coverage": 0.4, "crossed": 1.0}
    expected |= {"relevance_crossed": 0.6, "lead_crossed": 0.2}
    expected |= {"few": 1 / 2, "relevance_few": 0.3, "coverage_few": 0.0, "crossed_few": 1 / 2}
    assert features["coverage"] == 0.0 and features["coverage_crossed"] == 0.4
    assert {name: features[name] for name in expected} == pytest.approx(expected | {"coverage": 0.0})
    alone = evidence_features("en", passages[1:])
    assert alone["lead"] == alone["passage_lead"] == alone["crossed"] == alone["coverage_crossed"] == 0.0


def test_an_index_of_one_language_has_weights_of_its_own() -> None:
    evidence = Evidence(-1.0, {"relevance": 2.0}, Evidence(-2.0, {"dense": 1.0, "coverage": 4.0}))
    passages = [make_passage(score=0.4, document="a"), make_passage(score=0.6, document="b")]
    alone = pytest.approx(1 / (1 + math.exp(-(-2 + 0.6 + 4 * 0.4))))
    general = pytest.approx(1 / (1 + math.exp(-(-1 + 2 * 0.6))))
    assert evidence.score("en", passages, {"en": 1.0}) == alone
    assert evidence.score("en", passages, {"en": 0.5, "ar": 0.5}) == evidence.score("en", passages) == general
    assert evidence.score("ar", passages, {"en": 1.0}) == general, "asked in another language than the index's"
    assert evidence.score("en", passages, {"en": 0.99, "ar": 0.01}) == pytest.approx(
        0.98 * evidence.score("en", passages, {"en": 1.0}) + 0.02 * evidence.score("en", passages)
    ), "a stray document changes little"
    assert evidence.score("en", [], {"en": 1.0}) == 0.0
    assert Evidence(-1.0, {"relevance": 2.0}).score("en", passages, {"en": 1.0}) == general, (
        "nothing was fitted for one alone"
    )


def test_what_was_fitted_for_one_language_is_as_sure_of_more_relevance() -> None:
    evidence = load_evidence(bundled_model_name())
    assert evidence.alone is not None
    assert list(evidence.alone.weights) == list(alone_features([make_passage()]))
    others = [make_passage(score=0.7, document=str(number)) for number in range(9)]
    passages = [[make_passage(score=score), *others] for score in (0.7, 0.75, 0.8, 0.85, 0.9)]
    chances = [evidence.score("ar", found, {"ar": 1.0}) for found in passages]
    assert chances == sorted(chances) and chances[0] < 0.1 and chances[-1] > 0.9
