"""Answers in a model's words: checked, cited, streamed; and quoted where the model fails."""

from dataclasses import replace

import pytest
from langchain_core.messages import BaseMessage
from modelled import FALSE, QUESTION, TRUE, ask, place_of, with_model
from scripted import Scripted, scripted

from rag.answering.draft import Draft
from rag.answering.prompting import make_prompt
from rag.chain import Assistant, Turn
from rag.errors import ModelError
from rag.llms.counting import tokens
from rag.models import AnswerSentence
from rag.questions import make_question

pytestmark = pytest.mark.model


def test_a_true_sentence_is_supported_and_cites_where_it_stands(assistant: Assistant) -> None:
    answer = ask(assistant, TRUE)
    (sentence,), (citation,) = answer.sentences, answer.citations
    assert (sentence.verdict, answer.model, answer.notices) == ("supported", "scripted", ())
    assert sentence.citations == (citation.marker,)
    assert "150,000 cubic metres" in citation.quote
    text = assistant.retriever.store.document(citation.document).text
    assert text[citation.start : citation.end] == citation.quote
    around = citation.before + citation.quote + citation.after
    assert text[citation.start - len(citation.before) :].startswith(around)


def test_a_false_sentence_is_marked_and_strictly_replaced(assistant: Assistant) -> None:
    loose, strict = ask(assistant, FALSE), ask(assistant, FALSE, strict=True)
    assert [one.verdict for one in loose.sentences] == ["contradicted"]
    assert "950,000" not in strict.text
    assert strict.sentences[0].instead_of.startswith("The plant produces 950,000")
    assert {one.verdict for one in strict.sentences} == {"supported"}
    assert [notice.kind for notice in strict.notices] == ["replaced"]
    quoted = assistant.ask(QUESTION)
    assert [one.text for one in strict.sentences] == [one.text for one in quoted.sentences]
    for sentence in strict.sentences:
        (citation,) = [one for one in strict.citations if one.marker in sentence.citations]
        text = assistant.retriever.store.document(citation.document).text
        assert sentence.text in text[citation.start - len(citation.before) : citation.end + len(citation.after)]


def test_what_turns_out_to_be_thought_aloud_is_no_answer(assistant: Assistant) -> None:
    long = " ".join(f"It may be {number} or more, who knows." for number in range(20))
    for thought in ("The user asks for the plant. It may be 950,000.", long, "NO ANSWER\nBut wait, it may."):
        answer = ask(assistant, f"{thought}\n</think>\n\n{TRUE}")
        (sentence,) = answer.sentences
        assert "150,000" in sentence.text and sentence.verdict == "supported"
        assert not answer.notices


@pytest.mark.parametrize(
    "said",
    [
        "NO ANSWER",
        "No answer.",
        "NO ANSWER。",
        "`NO ANSWER`",
        "- **NO ANSWER**",
        "Answer: NO ANSWER",
        "[NO ANSWER]",
        "NO ANSWER: the passages do not say.",
        "NO ANSWER: The passages don't mention when, or where, the museum's roof was built.",
    ],
)
def test_a_model_refuses_in_many_spellings(assistant: Assistant, said: str) -> None:
    answer = ask(assistant, said)
    assert answer.refused and not answer.sentences


def test_a_refusal_beside_a_cited_sentence_takes_nothing_away(assistant: Assistant) -> None:
    (sentence,) = ask(assistant, f"{TRUE}\nNO ANSWER").sentences
    assert sentence.verdict == "supported"
    assert not ask(assistant, "There is no answer in May. [{0}]").refused


def test_strictness_leaves_what_is_supported(assistant: Assistant) -> None:
    strict = ask(assistant, f"{TRUE}\n{FALSE}", strict=True)
    assert strict.sentences[0].text.startswith("The ministry says") and strict.sentences[0].instead_of == ""
    assert "950,000" not in strict.text


def test_a_bare_phrase_is_strictly_kept_only_with_its_quotation(assistant: Assistant) -> None:
    strict = ask(assistant, "150,000 cubic metres [{0}]", strict=True)
    assert len(strict.sentences) > 1
    assert any("150,000 cubic metres a day" in one.text for one in strict.sentences)
    assert (
        ask(assistant, "the French engineering firm [{0}]", strict=True).text.count("the French engineering firm [")
        == 0
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The plant produces 150,000 cubic metres a day. [77]", "[77] points at no source"),
        ("The plant produces 150,000 cubic metres a day. [[1]]", "“[[1]]” cannot be read"),
        ("The plant produces 150,000 cubic metres a day. [1] [no]", "“[no]” cannot be read"),
        ("The plant produces 150,000 cubic metres a day. [$ 9,500,000]", "“[$ 9,500,000]” cannot be read"),
    ],
)
def test_markers_that_a_model_invents_are_reported(assistant: Assistant, text: str, told: str) -> None:
    (sentence,) = ask(assistant, text).sentences
    assert told in sentence.reason
    assert sentence.verdict != "supported"


def test_strictly_a_marker_that_leads_nowhere_is_not_shown(assistant: Assistant) -> None:
    answer = ask(
        assistant, "The ministry says the plant can produce 150,000 cubic metres a day. [{0}][77]", strict=True
    )
    assert "[77]" not in answer.text and answer.sentences


def test_where_nothing_holds_and_nothing_can_be_quoted_it_refuses(assistant: Assistant) -> None:
    retrieval = assistant.retriever.retrieve(make_question(QUESTION))
    bare = replace(retrieval, passages=tuple(replace(one, sentences=one.sentences[:0]) for one in retrieval.passages))
    draft = Draft("It is 950.", (AnswerSentence("It is 950.", (1,), "unsupported"),), (), (), "m")
    turn = Turn(QUESTION, question=retrieval.question, retrieval=bare, draft=draft)
    answer = assistant.answer(turn, strict=True)
    assert answer.refused and answer.text == "The documents do not answer this question."


@pytest.mark.parametrize("text", ["\ud800 It", "The plant \x1b]52;c;x\x07 is", "\u202e150,000 is"])
def test_what_a_terminal_would_obey_is_left_out(assistant: Assistant, text: str) -> None:
    said = with_model(assistant, scripted(f"{text} large. [1]")).ask(QUESTION).text
    said.encode()
    assert not any(character in said for character in "\x1b\x07\u202e")


@pytest.mark.parametrize("text", ["“NO ANSWER”", "The passages do not say.\nNO ANSWER", "NO ANSWER [1]"])
def test_refusals_are_known_by_a_line_of_their_own(assistant: Assistant, text: str) -> None:
    assert with_model(assistant, scripted(text)).ask(QUESTION).refused
    kept = with_model(assistant, scripted("No answer was given by the minister. [1]")).ask(QUESTION)
    assert kept.sentences[0].text == "No answer was given by the minister."


def test_sentences_come_one_by_one_and_their_verdicts_after_them(assistant: Assistant) -> None:
    number = place_of(assistant, "150,000 cubic metres")
    writer = with_model(assistant, scripted(f"{TRUE}\n{FALSE}".format(number)))
    seen = [[one.verdict for one in answer.sentences] for answer in writer.stream(QUESTION)]
    assert seen == [
        ["unchecked"],
        ["supported"],
        ["supported", "unchecked"],
        ["supported", "contradicted"],
    ]
    strictly = with_model(assistant, scripted(f"{FALSE}\n{TRUE}".format(number)), strict=True)
    assert all("950,000" not in answer.text for answer in strictly.stream(QUESTION))


def test_streamed_and_asked_answers_are_the_same(assistant: Assistant) -> None:
    writer = with_model(assistant, scripted(f"{TRUE}\n{FALSE}".format(1)))
    *_, last = writer.stream(QUESTION)
    asked = writer.ask(QUESTION)
    assert replace(last, timings_ms={}) == replace(asked, timings_ms={})
    assert {"first_token", "first_sentence", "answer", "checking"} <= last.timings_ms.keys()


def test_strictly_too_a_refusal_is_one(assistant: Assistant) -> None:
    assert ask(assistant, "NO ANSWER", strict=True).refused
    assert with_model(assistant, scripted("It is 42. [1]"), strict=True).ask("Which glacier calves fastest?").refused


def test_what_is_true_but_beside_the_point_is_strictly_followed_by_quotations(assistant: Assistant) -> None:
    quoted = assistant.ask(QUESTION).sentences
    beside = "The plant was built by a consortium of Azraq Water and the French engineering firm Hydrolys."
    number = place_of(assistant, beside)
    answer = with_model(assistant, scripted(f"{beside} [{number}]"), strict=True).ask(QUESTION)
    assert answer.sentences[0].text == beside
    assert {one.text for one in quoted} <= {one.text for one in answer.sentences}


def test_what_says_but_a_part_of_a_quotation_is_strictly_followed_by_it(assistant: Assistant) -> None:
    quoted = assistant.ask(QUESTION).sentences
    answer = ask(assistant, "The ministry says the plant can produce 150,000 cubic metres a day. [{0}]", strict=True)
    assert answer.sentences[0].instead_of == "" and answer.sentences[0].text not in {one.text for one in quoted}
    assert {one.text for one in quoted} <= {one.text for one in answer.sentences}


def test_a_model_that_finds_no_answer_refuses(assistant: Assistant) -> None:
    answer = ask(assistant, "NO ANSWER.")
    assert answer.refused and answer.text == "The documents do not answer this question."
    assert answer.model == "scripted" and answer.passages


def test_without_evidence_the_model_is_not_asked(assistant: Assistant) -> None:
    llm = scripted("It is 42. [1]")
    answer = with_model(assistant, llm).ask("Which glacier calves into the Bellingshausen Sea fastest?")
    assert answer.refused
    assert isinstance(llm.chat, Scripted) and not any("Bellingshausen" in seen for seen in llm.chat.seen)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "… … …", "[1]"])
def test_nonsense_gives_the_quotations_and_says_so(assistant: Assistant, text: str) -> None:
    answer = with_model(assistant, scripted(text)).ask(QUESTION)
    assert [notice.kind for notice in answer.notices] == ["model_failed"]
    assert "wrote no sentence" in answer.notices[0].detail
    assert answer.text == assistant.ask(QUESTION).text


def test_a_model_that_goes_round_in_circles_is_stopped(assistant: Assistant) -> None:
    answer = with_model(assistant, scripted("The plant is large. [1]\n" * 500)).ask(QUESTION)
    assert [one.text for one in answer.sentences] == ["The plant is large."]
    assert [notice.kind for notice in answer.notices] == ["cut_short"]


def test_the_budget_is_kept_by_leaving_out_the_weakest_whole(assistant: Assistant) -> None:
    retrieval = assistant.retriever.retrieve(make_question(QUESTION))
    sizes = []
    for context in (1024, 1500, 2048, 4096):
        prompt = make_prompt(retrieval.question, retrieval.passages, scripted("", context=context, answer_tokens=256))
        sent = "\n".join(message.text for message in prompt.messages)
        assert tokens(sent) <= context - 256
        assert prompt.offered == retrieval.passages[: len(prompt.offered)]
        for passage in prompt.offered:
            assert all(word in sent for word in passage.text.split() if word.isalnum())
        sizes.append(len(prompt.offered))
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]


def test_where_not_even_one_passage_fits_that_is_told(assistant: Assistant) -> None:
    retrieval = assistant.retriever.retrieve(make_question(QUESTION))
    with pytest.raises(ModelError, match="RAG_MODEL_CONTEXT"):
        make_prompt(retrieval.question, retrieval.passages, scripted("", context=600, answer_tokens=256))


def test_the_prompt_is_in_the_language_of_the_question(assistant: Assistant) -> None:
    def answer(messages: list[BaseMessage]) -> str:
        return "نعم. [1]" if "السؤال:" in messages[-1].text and "أجب بالعربية" in messages[0].text else "No. [1]"

    assert with_model(assistant, scripted(answer)).ask("من افتتح محطة رأس الزمرد؟").sentences[0].text == "نعم."
    french = scripted("Oui. [1]")
    with_model(assistant, french).ask("Combien a coûté l'usine de Ras Zumurrud ?")
    assert isinstance(french.chat, Scripted) and "Answer in French" in french.chat.seen[-1]
