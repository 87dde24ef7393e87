"""Answers of a model behind a server: refused, broken off, slow, gone, too long; the documents are quoted where it fails."""

from collections.abc import Iterator

import pytest
from model_server import ModelServer, model_server
from modelled import QUESTION, TRUE, place_of

from rag.chain import Assistant

pytestmark = pytest.mark.model


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def served(assistant: Assistant, server: ModelServer, **settings: object) -> Assistant:
    update = {"model": f"openai:m@{server.url}/v1", **settings}
    return Assistant(assistant.retriever, assistant.settings.model_copy(update=update))


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ({"status": 401, "message": "bad key"}, "refuses the key (401: bad key)"),
        ({"status": 429, "message": "slow down"}, "is over its limit (429: slow down)"),
        ({"status": 500, "message": "oh"}, "refuses (500: oh)"),
        ({"text": "The plant is large. [1]\nIt prod", "reason": None}, "broke off half-way"),
        ({"text": "The plant", "delay": 30}, "silent for 1 s"),
        ({"text": "The plant and", "reason": "length"}, "wrote no sentence"),
        ({"text": "word " * 9000}, "did not come to an end"),
    ],
)
def test_where_a_server_fails_the_documents_are_quoted(
    assistant: Assistant, server: ModelServer, trouble: dict[str, object], told: str
) -> None:
    for name, value in trouble.items():
        setattr(server, name, value)
    answer = served(assistant, server, model_seconds=1).ask(QUESTION)
    (notice,) = answer.notices
    assert notice.kind == "model_failed" and told in notice.detail and "\n" not in notice.detail
    assert answer.text == assistant.ask(QUESTION).text and answer.model == ""


def test_a_server_that_comes_back_is_used_again(assistant: Assistant, server: ModelServer) -> None:
    server.status = 500
    asked = served(assistant, server)
    assert asked.ask(QUESTION).model == ""
    server.status, server.text = 200, TRUE.format(place_of(assistant, "150,000 cubic metres"))
    assert [one.verdict for one in asked.ask(QUESTION).sentences] == ["supported"]


def test_a_prompt_too_long_for_the_server_is_made_shorter(assistant: Assistant, server: ModelServer) -> None:
    server.text, server.longest = "The plant is large. [1]", 4000
    answer = served(assistant, server).ask(QUESTION)
    assert answer.model == "m" and len(server.asked) > 1
    assert [notice.kind for notice in answer.notices] == ["passages_left_out"]


def test_who_stops_listening_stops_the_model(assistant: Assistant, server: ModelServer) -> None:
    server.text, server.delay = "The plant is large. [1]\n" * 2 + "word " * 3000, 0.01
    answers = served(assistant, server).stream(QUESTION)
    assert next(answers).sentences[0].text == "The plant is large."
    answers.close()
    assert server.broken_off.wait(20)


def test_an_answer_cut_short_loses_what_is_unfinished(assistant: Assistant, server: ModelServer) -> None:
    server.text, server.reason = "The plant is large. [1]\nIt prod", "length"
    answer = served(assistant, server).ask(QUESTION)
    assert [one.text for one in answer.sentences] == ["The plant is large."]
    assert [notice.kind for notice in answer.notices] == ["cut_short"]
