"""Each sentence against what it cites, or against all there is; flaws of its markers are told, never passed over."""

import pytest

from rag.checking import Checker, Evidence
from rag.checking.answers import LONGEST_SENTENCE, Sources, check_sentences, is_flawless
from rag.checking.loading import load_checker
from rag.embeddings import Embedder
from rag.models import Verdict
from rag.text.markers import CitedSentence, cited_sentences

pytestmark = pytest.mark.model

PORT = Evidence("The port opened in May. Eight people were hurt.", "en", "port.txt", "d1", 100)
ROAD = Evidence("The road cost 150,000 dinars.", "en", "road.txt", "d2", 0)
SOURCES = Sources({1: [PORT], 2: [ROAD]})


@pytest.fixture(scope="session")
def checker(embedder: Embedder) -> Checker:
    return load_checker(embedder)


def check(checker: Checker, answer: str, sources: Sources = SOURCES) -> list[Verdict]:
    return check_sentences(checker, cited_sentences(answer, "en"), sources)


def test_a_quote_of_its_source_is_supported_where_it_stands(checker: Checker) -> None:
    (verdict,) = check(checker, "Eight people were hurt [1].")
    assert verdict.label == "supported" and verdict.reason == "the source says this word for word"
    (proof,) = verdict.spans
    assert (proof.source, proof.start, proof.end, proof.text) == ("port.txt", 124, 147, "Eight people were hurt.")


def test_a_changed_number_is_not_and_the_reason_names_both(checker: Checker) -> None:
    (verdict,) = check(checker, "The road cost 15,000 dinars [2].")
    assert verdict.label != "supported" and verdict.score < 0.5
    assert "150,000" in verdict.reason and "15,000" in verdict.reason


def test_without_a_marker_it_is_looked_for_in_all_sources(checker: Checker) -> None:
    found, absent = check(checker, "The road cost 150,000 dinars. The mayor of Lyon resigned in 1999.")
    assert found.label == "supported" and found.spans[0].source == "road.txt"
    assert found.reason == "no source is cited; found in road.txt: the source says this word for word"
    assert absent.label == "unsupported" and absent.reason.startswith("no source is cited; nearest is")


def test_a_quote_of_another_source_than_the_cited_one_is_not_supported_by_it(checker: Checker) -> None:
    (verdict,) = check(checker, "The road cost 150,000 dinars [1].")
    assert verdict.label != "supported"


@pytest.mark.parametrize("marker", ["[7]", "[[1]]", "[1-2]", "[1", "[a]", "[0]"])
def test_a_marker_that_points_at_nothing_is_told_and_supports_nothing(checker: Checker, marker: str) -> None:
    (verdict,) = check(checker, f"The port opened in May {marker}.")
    assert verdict.label == "unsupported" and verdict.score == 0.0
    assert marker in verdict.reason and "port.txt" in verdict.reason


def test_beside_a_good_marker_a_bad_one_is_told(checker: Checker) -> None:
    sentences = cited_sentences("The port opened in May [1][7]. The port opened in May [1].", "en")
    flawed, flawless = check_sentences(checker, sentences, SOURCES)
    assert flawed.label == flawless.label == "supported"
    assert flawed.reason.startswith("[7] points at no source (there are 2); ")
    assert not is_flawless(sentences[0], SOURCES, flawed) and is_flawless(sentences[1], SOURCES, flawless)


def test_a_source_that_is_gone_is_told(checker: Checker) -> None:
    sources = Sources({1: [PORT]}, {2: "is road.txt, which is no longer in the index"})
    (verdict,) = check(checker, "The road cost 150,000 dinars [2].", sources)
    assert verdict.label == "unsupported"
    assert verdict.reason.startswith("[2] is road.txt, which is no longer in the index; ")


def test_two_sources_may_say_together_what_neither_says_alone(checker: Checker) -> None:
    halves = {
        1: [Evidence("The port opened in May.", "en", "a.txt", "a", 10)],
        2: [Evidence("Eight people were hurt.", "en", "b.txt", "b", 50)],
    }
    both = CitedSentence("The port opened in May. Eight people were hurt.", "en", (1, 2))
    (verdict,) = check_sentences(checker, [both], Sources(halves))
    assert verdict.label == "supported"
    assert [(one.source, one.start, one.end) for one in verdict.spans] == [("a.txt", 10, 33), ("b.txt", 50, 73)]


@pytest.mark.parametrize("answer", ["... [1]", "?! [2]", "— [1]"])
def test_no_words_are_no_claim(checker: Checker, answer: str) -> None:
    for verdict in check(checker, answer):
        assert (verdict.label, verdict.reason) == ("unsupported", "there are no words to check")


def test_without_sources_there_is_a_reason(checker: Checker) -> None:
    (verdict,) = check(checker, "The port opened in May.", Sources({}))
    assert (verdict.label, verdict.reason) == ("unsupported", "there is no source to check this against")
    (verdict,) = check(checker, "The port opened in May [1].", Sources({}))
    assert verdict.label == "unsupported" and "[1] points at no source (there are 0)" in verdict.reason


def test_another_language_than_the_sources_gets_a_verdict(checker: Checker) -> None:
    right, wrong = check(checker, "بلغت كلفة الطريق ١٥٠ ألف دينار [2]. بلغت كلفة الطريق ٩ ملايين دينار [2].")
    assert right.reason and wrong.reason and wrong.label != "supported"
    assert right.score > wrong.score


def test_a_very_long_sentence_is_told_apart(checker: Checker) -> None:
    (verdict,) = check(checker, "the port opened " * (LONGEST_SENTENCE // 10) + "[1].")
    assert verdict.label == "unsupported" and f"at most {LONGEST_SENTENCE:,}" in verdict.reason


def test_an_answer_of_fifty_thousand_characters_gets_a_verdict_on_every_sentence(checker: Checker) -> None:
    answer = "Eight people were hurt [1]. The road cost 150,000 dinars [2]. " * 810
    assert len(answer) > 50_000
    verdicts = check(checker, answer)
    assert len(verdicts) == 1620 and {verdict.label for verdict in verdicts} == {"supported"}
