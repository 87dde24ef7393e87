"""The quoting answer: direct, verbatim, short, without repeating itself; and refusals in the question's language."""

import numpy as np
import pytest

from rag.answering.quoting import choose_sentences, quote
from rag.chain import Assistant
from rag.models import Passage, Question, Sentence
from rag.retrieval import Retrieval


def passage(texts: dict[str, float], *, document: str = "d", axes: tuple[int, ...] = (), title: str = "T") -> Passage:
    text = " ".join(texts)
    sentences, at = [], 0
    for number, (one, score) in enumerate(texts.items()):
        vector = np.eye(16, dtype=np.float32)[axes[number] if axes else number + 8 * (document != "d")]
        sentences.append(Sentence(at, at + len(one), one, None, score, vector))
        at += len(one) + 1
    source = f"{document}.txt"
    return Passage(1, 0.5, document, source, title, "en", None, None, 0, len(text), text, 0.5, 0.5, tuple(sentences))


def texts_of(*passages: Passage) -> list[str]:
    return [one.sentence.text for one in choose_sentences("en", passages)]


def test_most_direct_first_and_at_most_three() -> None:
    found = texts_of(
        passage(
            {
                "One of the four is a.": 0.5,
                "Two of the four is b.": 0.8,
                "Three of the four is c.": 0.7,
                "Four is d too.": 0.6,
            }
        )
    )
    assert found == ["Two of the four is b.", "Three of the four is c.", "Four is d too."]


def test_what_is_far_less_relevant_is_left_out() -> None:
    assert texts_of(passage({"This is the answer here.": 0.9, "This is quite something else.": 0.3})) == [
        "This is the answer here."
    ]


def test_the_same_in_two_documents_is_said_once() -> None:
    one = passage({"Eight people were hurt there.": 0.9}, document="a", axes=(3,))
    other = passage({"Eight people got hurt there.": 0.85}, document="b", axes=(3,))
    different = passage({"Six people got hurt there.": 0.8}, document="c", axes=(3,))
    assert texts_of(one, other) == ["Eight people were hurt there."]
    assert texts_of(
        one, other.__class__(**{**_fields(other), "rank": 2}), _with_digits(different, "6 people got hurt there.")
    ) == [
        "Eight people were hurt there.",
        "6 people got hurt there.",
    ]


def test_a_sentence_comes_before_a_heading_as_relevant() -> None:
    found = texts_of(passage({"Aid reaches the old capital": 0.81, "Ninety tonnes reached the capital.": 0.8}))
    assert found == ["Ninety tonnes reached the capital.", "Aid reaches the old capital"]


def _fields(one: Passage) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _with_digits(one: Passage, text: str) -> Passage:
    old = one.sentences[0]
    sentence = Sentence(0, len(text), text, None, old.score, old.vector)
    return Passage(**{**_fields(one), "text": text, "end": len(text), "sentences": (sentence,)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "useless", ["Who opened the new museum?", "من افتتح المتحف الجديد؟", "By Rana Khalil –", "The new museum opens"]
)
def test_questions_bylines_and_titles_answer_nothing(useless: str) -> None:
    found = texts_of(passage({useless: 0.95, "The mayor opened it on Monday.": 0.8}, title="The new museum opens"))
    assert found == ["The mayor opened it on Monday."]


@pytest.mark.parametrize(
    ("language", "says"), [("ar", "الوثائق"), ("en", "documents"), ("fr", "documents"), ("und", "documents")]
)
def test_little_evidence_is_refused_in_the_questions_language(language: str, says: str) -> None:
    retrieval = Retrieval(Question("?", language), (passage({"This is the answer here.": 0.9}),), evidence=0.04)
    draft = quote(retrieval, refuse_below=0.05)
    assert says in draft.text and draft.sentences == () and draft.citations == ()
    assert quote(retrieval, refuse_below=0.04).sentences


def test_no_passages_are_a_refusal() -> None:
    assert quote(Retrieval(Question("?", "ru"), (), 0.0), refuse_below=0.0).text.startswith("В имеющихся")


def test_citations_point_at_their_sentences() -> None:
    found = passage({"First comes this small one.": 0.7, "Then there is the answer.": 0.9})
    draft = quote(Retrieval(Question("?", "en"), (found,), 1.0), refuse_below=0.5)
    assert draft.text == "Then there is the answer. [1]\nFirst comes this small one. [2]"
    for sentence, citation in zip(draft.sentences, draft.citations, strict=True):
        assert sentence.citations == (citation.marker,)
        assert found.text[citation.start : citation.end] == citation.quote == sentence.text
        assert citation.before + citation.quote + citation.after == found.text


@pytest.mark.model
def test_every_quote_of_real_answers_stands_in_its_document(assistant: Assistant) -> None:
    for question in (
        "من افتتح محطة رأس الزمرد؟",
        "Who won the Sahran Cup final?",
        "Combien a coûté l'usine de dessalement ?",
    ):
        answer = assistant.ask(question)
        assert not answer.refused and 1 <= len(answer.sentences) <= 3
        for citation in answer.citations:
            document = assistant.retriever.store.document(citation.source)
            assert document.text[citation.start : citation.end] == citation.quote
            assert document.page_at(citation.start) == citation.page
        for found in answer.passages:
            assert assistant.retriever.store.document(found.source).text[found.start : found.end] == found.text
