"""The checker with its fitted weights: labels, floors of what it catches, and claims that need their question."""

import random
from dataclasses import replace

import pytest
from altered_data import altered_sentences, true_claims
from fit_data import ROOT

from rag.balance import Balance
from rag.chain import Assistant
from rag.checking import Checker, Claim, Evidence
from rag.checking.checker import CheckingModel
from rag.checking.features import fullest
from rag.checking.loading import load_checker
from rag.embeddings import Embedder
from rag.models import Verdict
from rag.questions import make_question
from rag.settings import load_settings

pytestmark = pytest.mark.model

TEXT = "The hotline was set up in 1963, a year after the crisis. Eight ships left the port of Nantes on Monday."


@pytest.fixture(scope="module")
def checker(embedder: Embedder) -> Checker:
    return load_checker(embedder)


def check(checker: Checker, claim: str, text: str = TEXT, language: str = "en", question: str = "") -> Verdict:
    return checker.check([(Claim(claim, language, question), [Evidence(text, "en")])])[0]


def test_nothing_to_check_is_no_error(checker: Checker) -> None:
    assert checker.check([]) == []
    assert check(checker, "The hotline was set up in 1963.", "").label == "unsupported"
    quote = Claim("Eight ships left the port of Nantes on Monday.", "en")
    assert [one.label for one in checker.check([(quote, [Evidence(TEXT, "en")])] * 2)] == ["supported"] * 2


@pytest.mark.parametrize(
    ("claim", "label", "reason"),
    [
        ("On Monday eight ships left Nantes.", "supported", ""),
        ("On Monday nine ships left Nantes.", "contradicted", "source says Eight, answer says nine"),
        ("On Monday eight ships left Lyon.", "unsupported", "the source does not name Lyon"),
        ("Eight ships left the port of Lyon on Monday.", "contradicted", "source says Nantes, answer says Lyon"),
        ("The hotline was not set up in 1963.", "contradicted", "answer says “not set”"),
        ("The bakery sells forty kinds of bread.", "unsupported", ""),
    ],
)
def test_labels(checker: Checker, claim: str, label: str, reason: str) -> None:
    verdict = check(checker, claim)
    assert (verdict.label, reason in verdict.reason) == (label, True)


@pytest.mark.parametrize("claim", ["4. Eight ships left Nantes.", "(2) Eight ships left Nantes."])
def test_the_number_of_an_item_in_a_list_is_no_fact(checker: Checker, claim: str) -> None:
    assert check(checker, claim).label == "supported"


@pytest.mark.parametrize("claim", ["Ships that left Nantes: 9.", "How many ships left Nantes? 9."])
def test_a_number_at_the_end_is_one(checker: Checker, claim: str) -> None:
    assert "source says Eight, answer says 9" in check(checker, claim).reason


def test_a_fact_that_differs_elsewhere_contradicts_nothing(checker: Checker) -> None:
    assert check(checker, "The bridge fell in 1990.", "The hall was built in 1950.").label == "unsupported"
    assert check(checker, "It cost 80.", "It cost 8.").label == "contradicted"


def test_without_fitted_weights_only_quotes_are_supported(embedder: Embedder) -> None:
    bare = Checker(embedder, CheckingModel(), Balance())
    assert check(bare, "On Monday eight ships left Nantes.").label == "unsupported"
    assert check(bare, "Eight ships left the port of Nantes on Monday.").label == "supported"


def test_a_translation_is_supported_and_another_name_is_not(checker: Checker) -> None:
    assert check(checker, "غادرت ثماني سفن ميناء نانت يوم الاثنين.", language="ar").label == "supported"
    assert check(checker, "غادرت ثماني سفن ميناء بيروت يوم الاثنين.", language="ar").label != "supported"


@pytest.mark.parametrize("claim", ["I have been hacked.", "The bakery sells forty kinds of bread.", "Yes."])
def test_a_question_lends_nothing_to_a_claim_in_another_language(checker: Checker, claim: str) -> None:
    evidence = Evidence("غادرت ثماني سفن ميناء نانت يوم الاثنين.", "ar")
    assert checker.check([(Claim(claim, "en", "كم سفينة غادرت ميناء نانت؟"), [evidence])])[0].label == "unsupported"


def test_an_index_tells_which_sentences_a_translation_may_rest_on(checker: Checker, assistant: Assistant) -> None:
    found = assistant.retriever.retrieve(make_question("How much water a day does the Ras Zumurrud plant produce?"))
    passage = next(one for one in found.passages if one.language == "en" and "150,000 cubic metres" in one.text)
    evidence = Evidence.of(passage)
    claim = Claim("تستطيع المحطة إنتاج 150 ألف متر مكعب من المياه العذبة يوميا.", "ar")
    assert len(evidence.sentences) > 6 and len(evidence.vectors) == len(evidence.sentences)
    ((near,),), ((far,),) = (
        checker.read([(claim, [evidence])]),
        checker.read([(claim, [replace(evidence, vectors={})])]),
    )
    assert near.best == far.best
    assert "150,000" in evidence.text[near.best.start : near.best.end]
    assert near.kind == "across" and near.features["nearest"] == far.features["nearest"] > 0.8


def test_a_claim_is_read_with_few_sentences_however_long_its_evidence_is() -> None:
    evidence = Evidence(" ".join(f"Ship number {number} left the port of Nantes." for number in range(90)), "en")
    claim = Claim("Ship number 77 left.", "en", "Which ship left the port of Nantes?")
    assert fullest(claim, evidence) == (0, 1, 77)


def test_a_short_answer_is_read_with_its_question(checker: Checker) -> None:
    asked = "When was the hotline set up?"
    right, wrong = (check(checker, answer, question=asked).score for answer in ("In 1963.", "On Monday."))
    assert right > wrong


def test_a_short_answer_is_no_piece_of_a_figure_and_not_what_is_denied(checker: Checker) -> None:
    asked = "How many ships left the port of Nantes?"
    verdict = check(checker, "8 ships", "On Monday 18 ships left the port of Nantes.", question=asked)
    assert (verdict.label != "supported", "18" in verdict.reason) == (True, True)
    denied = "Nobody says that the port of Nantes was opened by the mayor."
    assert check(checker, "the port of Nantes was opened", denied, question="What happened?").label != "supported"


def test_what_it_catches_does_not_fall(checker: Checker, embedder: Embedder) -> None:
    settings = load_settings()
    examples = altered_sentences([ROOT / "seeds"], embedder.count_tokens, settings)
    examples += true_claims(embedder.count_tokens, settings)
    chance = random.Random(0)
    for kind, flagged in {"true": 0.0, "number": 0.93, "date": 0.93, "name": 0.88, "negation": 0.85}.items():
        some = chance.sample([one for one in examples if one.kind == kind], 60)
        verdicts = checker.check([(one.claim, [one.evidence]) for one in some])
        share = sum(one.label != "supported" for one in verdicts) / len(verdicts)
        assert (share == 0) if kind == "true" else (share >= flagged), (kind, share)
    told = chance.sample([one for one in examples if one.kind in ("paraphrase", "translation")], 80)
    verdicts = checker.check([(one.claim, [one.evidence]) for one in told])
    assert sum(one.label != "supported" for one in verdicts) / len(verdicts) <= 0.15
