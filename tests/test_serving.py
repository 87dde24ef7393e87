"""How the chat is served, and how an answer grows, stops or fails on its way to the page."""

import html
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from rag.chain import Assistant, Turn
from rag.errors import QuestionError, SettingsError
from rag.models import Answer, AnswerSentence
from rag.settings import load_settings
from rag.ui.answers import answer_html
from rag.ui.examples import example_questions
from rag.ui.exchange import Exchange, grow, history, stopped, until_stopped
from rag.ui.server import launch
from rag.ui.sources import sources_html
from rag.ui.stopping import until

ANSWER = Answer("من؟", "ar", "نعم. [1]", False, 0.9, (AnswerSentence("نعم.", (1,)),))


class FailingAssistant:
    def turns(self, message: str, **others: Any) -> Iterator[Turn]:
        raise QuestionError("the question is too long: ask a <shorter> one")
        yield Turn(message)


def test_an_error_is_one_line_in_the_chat() -> None:
    *_, last = grow(cast(Assistant, FailingAssistant()), "x")
    assert html.unescape(answer_html(last, 1)).startswith('<div class="error" dir="ltr">the question is too long')
    assert sources_html((last,)) == ""


def seeds_sources() -> set[str]:
    from rag.ui.examples import _QUESTIONS

    return {f"/any/where/{'/'.join(path.parts[-2:])}" for path in _QUESTIONS.parent.glob("??/*")}


def test_examples_are_arabic_first_and_always_the_same() -> None:
    examples = example_questions(seeds_sources())
    assert len(examples) == len(set(examples)) == 6
    assert re.search("[\u0600-\u06ff]", examples[0])
    assert examples == example_questions(seeds_sources())


def test_no_examples_for_other_documents_or_without_the_seeds(tmp_path: Any) -> None:
    assert example_questions({"report.pdf"}) == []
    assert example_questions(seeds_sources(), tmp_path / "absent.jsonl") == []


def test_a_busy_port_is_named_with_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port} on 127.0.0.1 is already in use.*RAG_PORT"):
            launch(load_settings(port=port))


def test_an_unknown_host_is_named_with_the_setting() -> None:
    with pytest.raises(SettingsError, match="RAG_HOST"):
        launch(load_settings(host="nowhere.invalid", port=0))


def test_the_chain_does_without_gradio() -> None:
    code = "import sys, rag.chain; sys.exit('gradio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_answer_stops_at_once_even_if_what_it_waits_for_does_not_come() -> None:
    forever, stop = threading.Event(), threading.Event()

    def growing() -> Iterator[int]:
        yield 1
        forever.wait(30)
        yield 2

    items = until(stop, growing())
    assert next(items) == 1
    threading.Timer(0.2, stop.set).start()
    begun = time.monotonic()
    assert list(items) == [] and time.monotonic() - begun < 5
    forever.set()


def test_what_goes_wrong_in_an_answer_is_told_where_it_is_read() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise QuestionError("no")

    items = until(threading.Event(), failing())
    assert next(items) == 1
    with pytest.raises(QuestionError, match="no"):
        next(items)


def test_what_is_stopped_ends_with_what_there_is_of_it() -> None:
    stop, growing = threading.Event(), Exchange("b", ANSWER)
    answers = until_stopped(stop, iter([growing] * 9), "b")
    assert next(answers) == growing
    stop.set()
    (last,) = answers
    assert last.whole and last.answer == stopped(growing)
    (only,) = until_stopped(stop, iter(()), "b")
    assert only.answer is not None and only.answer.question == "b" and only.answer.text == ""


def test_what_is_whole_cannot_be_stopped() -> None:
    stop, whole = threading.Event(), Exchange("b", ANSWER, whole=True)
    answers = until_stopped(stop, iter([whole]), "b")
    assert next(answers) == whole
    stop.set()
    assert list(answers) == []


def test_only_answers_with_words_are_gone_on_from() -> None:
    nothing = replace(ANSWER, text="")
    rounds = history((Exchange("a", ANSWER, whole=True), Exchange("b", nothing, whole=True), Exchange("c", error="no")))
    assert [(one.question, one.answer) for one in rounds] == [(ANSWER.question, ANSWER.text)]


def test_something_unexpected_is_told_in_a_line_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def turns(self, message: str, **others: Any) -> Iterator[Turn]:
            raise ZeroDivisionError("secret")
            yield Turn(message)

    *_, last = grow(cast(Assistant, Broken()), "x")
    assert last.error is not None and "something went wrong" in last.error and "secret" not in last.error
    assert "ZeroDivisionError" in caplog.text
