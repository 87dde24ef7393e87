"""Drafts by any writer are checked by the chain: the real assistant, with a writer that does not only quote."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from rag.answering.draft import Draft, answer_text
from rag.answering.quoting import quote
from rag.chain import Assistant
from rag.models import Answer, AnswerSentence
from rag.retrieval import Retrieval

pytestmark = pytest.mark.model
QUESTION = "How much water a day does the Ras Zumurrud plant produce?"


def answer(assistant: Assistant, change: Callable[[Draft], Draft]) -> Answer:
    def write(retrieval: Retrieval) -> Iterator[Draft]:
        yield change(quote(retrieval, refuse_below=0.0))

    return Assistant(assistant.retriever, assistant.settings, write=write).ask(QUESTION)


def says(*sentences: AnswerSentence) -> Callable[[Draft], Draft]:
    return lambda draft: replace(draft, text=answer_text(sentences), sentences=sentences)


def test_what_is_quoted_is_supported_by_text_alone(assistant: Assistant) -> None:
    found = assistant.ask(QUESTION)
    assert found.timings_ms["checking"] >= 0
    for sentence, citation in zip(found.sentences, found.citations, strict=True):
        assert (sentence.verdict, sentence.reason) == ("supported", "the source says this word for word")
        assert [(one.document, one.start, one.end, one.text) for one in sentence.proof] == [
            (citation.document, citation.start, citation.end, citation.quote)
        ]


def test_a_changed_figure_is_told_with_where_the_source_says_otherwise(assistant: Assistant) -> None:
    def change(draft: Draft) -> Draft:
        first = next(one for one in draft.sentences if "150,000" in one.text)
        wrong = replace(first, text=first.text.replace("150,000", "950,000"))
        return replace(draft, sentences=(wrong,))

    (sentence,) = answer(assistant, change).sentences
    assert sentence.verdict != "supported" and sentence.support is not None and sentence.support < 0.5
    assert "150,000" in sentence.reason and "950,000" in sentence.reason
    for proof in sentence.proof:
        document = assistant.retriever.store.document(proof.source)
        assert document.text[proof.start : proof.end] == proof.text


def test_a_sentence_without_a_citation_is_looked_for_in_the_passages(assistant: Assistant) -> None:
    quoted = assistant.ask(QUESTION).sentences[0].text
    uncited, absent = (
        answer(assistant, says(AnswerSentence(quoted, ()), AnswerSentence("The harbour holds 7,431 boats.", ())))
    ).sentences
    assert uncited.verdict == "supported" and uncited.reason.startswith("no source is cited; found in ")
    assert absent.verdict == "unsupported" and absent.reason.startswith("no source is cited; ")


@pytest.mark.parametrize(("text", "cited"), [("{}", (7,)), ("{} [7]", ()), ("{} [[1]]", ()), ("{} [1-2", ())])
def test_broken_markers_are_told(assistant: Assistant, text: str, cited: tuple[int, ...]) -> None:
    quoted = assistant.ask(QUESTION).sentences[0].text
    (sentence,) = answer(assistant, says(AnswerSentence(text.format(quoted), cited))).sentences
    assert sentence.verdict == "unsupported"
    assert "[7] points at no source" in sentence.reason or "cannot be read" in sentence.reason


def test_a_citation_of_a_document_that_is_gone_is_told(assistant: Assistant) -> None:
    def change(draft: Draft) -> Draft:
        gone = replace(draft.citations[0], document="0" * 16, source="gone.txt")
        return replace(draft, sentences=draft.sentences[:1], citations=(gone,))

    (sentence,) = answer(assistant, change).sentences
    assert sentence.verdict == "unsupported"
    assert "[1] is gone.txt, which is no longer in the index" in sentence.reason


def test_a_citation_of_an_earlier_answer_is_checked_against_its_document(assistant: Assistant) -> None:
    earlier = assistant.ask("من فاز بكأس سهران؟")

    def change(draft: Draft) -> Draft:
        return replace(draft, sentences=earlier.sentences[:1], citations=earlier.citations[:1])

    (sentence,) = answer(assistant, change).sentences
    assert sentence.verdict == "supported"
    assert sentence.proof[0].text == earlier.citations[0].quote


@pytest.mark.parametrize("text", ["", " ", "…", "[", "\x00", "\ud800", "x" * 50_000])
def test_any_text_gets_a_verdict_with_a_reason(assistant: Assistant, text: str) -> None:
    (sentence,) = answer(assistant, says(AnswerSentence(text, (1,)))).sentences
    assert sentence.verdict == "unsupported" and sentence.reason
