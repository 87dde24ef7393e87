"""Language balance and evidence: what is fitted is applied as told, and a model without any is used as it is."""

import math

import numpy as np
import pytest

from rag.balance import Balance, load_balance
from rag.bundled_model import bundled_model_name
from rag.embeddings import Embedder
from rag.evidence import Evidence, load_evidence
from rag.models import Passage, Sentence

SENTENCES = {
    "ar": "أُغلق المطار بسبب العاصفة حتى صباح الثلاثاء.",
    "en": "The airport was closed until Tuesday morning because of the storm.",
    "fr": "L'aéroport est resté fermé jusqu'à mardi matin à cause de la tempête.",
    "zh": "由于风暴，机场关闭至星期二上午。",
}
OTHERS = {
    "ar": "وقّع الوزيران اتفاقًا لتبادل الطلاب.",
    "en": "The two ministers signed an agreement on exchanging students.",
    "fr": "Les deux ministres ont signé un accord d'échange d'étudiants.",
    "zh": "两位部长签署了学生交流协议。",
}


def test_unknown_models_are_used_as_they_are() -> None:
    balance = load_balance("org/unknown")
    vectors = np.eye(4, dtype=np.float32)
    assert np.array_equal(balance.passages(vectors, "ar"), vectors)
    assert np.array_equal(balance.query(vectors[0], "ar"), vectors[0])
    assert balance.answer_cosines(vectors[0], "ar", vectors, "en").tolist() == [1, 0, 0, 0]
    assert load_evidence("org/unknown").score("ar", [passage(0.9)]) == 0.5


def test_means_are_taken_off_by_language() -> None:
    mean = np.array([0.5, 0.0], np.float32)
    balance = Balance({"und": mean * 0}, {"ar": mean, "und": mean * 0})
    vectors = np.array([[0.5, 0.5]], np.float32)
    assert np.allclose(balance.passages(vectors, "ar"), [[0, 1]])
    assert np.allclose(balance.passages(vectors, "sv"), [[math.sqrt(0.5)] * 2]), (
        "a language without a mean has that of all"
    )
    assert np.allclose(balance.passages(mean[None], "ar"), 0), "nothing but language is nothing"


@pytest.mark.model
def test_a_question_finds_the_translation_before_its_own_language(embedder: Embedder) -> None:
    balance = load_balance(bundled_model_name())
    question = embedder.encode_queries(["Why was the airport closed?"])[0]
    scores = {}
    for language in SENTENCES:
        vectors = embedder.encode_passages([SENTENCES[language], OTHERS[language]])
        scores[language] = balance.answer_cosines(question, "en", vectors, language)
    assert min(score[0] for score in scores.values()) > max(score[1] for score in scores.values())


def passage(score: float, language: str = "ar") -> Passage:
    sentence = Sentence(0, 1, "x", None, score, np.zeros(2, np.float32))
    return Passage(1, score, "d", "d", "", language, None, None, 0, 1, "x", (sentence,))


def test_evidence_grows_with_relevance_and_is_a_probability() -> None:
    evidence = load_evidence(bundled_model_name())
    for language in ("ar", "en"):
        chances = [evidence.score(language, [passage(score)]) for score in (0.0, 0.2, 0.4, 0.6, 0.8)]
        assert chances == sorted(chances) and 0 <= chances[0] < 0.1 and 0.9 < chances[-1] <= 1
    assert evidence.score("ar", []) == Evidence().score("ar", []) == 0.0
