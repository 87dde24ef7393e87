"""The words of a model as they come, over the real clients of LangChain and a real connection."""

import threading
import time
from collections.abc import Iterator

import pytest
from langchain_core.messages import HumanMessage
from model_server import ModelServer, model_server

from rag.errors import ModelError, SettingsError
from rag.llms import load_llm
from rag.llms.failures import explain, is_too_long
from rag.llms.naming import parse_model_name
from rag.llms.streaming import stream_text, text_of
from rag.settings import load_settings

ASKED = [HumanMessage("Well?")]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def spelled(server: ModelServer, protocol: str) -> str:
    return f"openai:m@{server.url}/v1" if protocol == "openai" else f"ollama:m@{server.url}"


def said(server: ModelServer, protocol: str = "openai", **settings: object) -> str:
    llm = load_llm(load_settings(model=spelled(server, protocol), **settings))
    return text_of(stream_text(llm, ASKED))


@pytest.mark.parametrize("protocol", ["openai", "ollama"])
def test_all_words_arrive(server: ModelServer, protocol: str) -> None:
    server.text = "It opened in May. [1]\nهطل المطر. [2]"
    assert said(server, protocol).split() == server.text.split()


def test_the_only_model_of_a_server_need_not_be_named(server: ModelServer) -> None:
    server.text = "Yes."
    llm = load_llm(load_settings(model=f"{server.url}/v1"))
    assert text_of(stream_text(llm, ASKED)) == "Yes."
    assert server.asked[0]["model"] == "the-only-one"


def test_the_key_of_one_server_is_not_sent_to_another(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-openai-alone")
    server.text = "Yes."
    said(server)
    said(server, model_key="for-this-one")
    said(server, "ollama", model_key="for-this-one")
    assert server.keys == ["Bearer none", "Bearer for-this-one", "Bearer for-this-one"]


def test_ollama_is_told_how_much_to_read(server: ModelServer) -> None:
    server.text = "Yes."
    said(server, "ollama", model_context=2048)
    assert server.asked[0]["options"]["num_ctx"] == 2048


@pytest.mark.parametrize("protocol", ["openai", "ollama"])
def test_an_answer_that_breaks_off_is_none(server: ModelServer, protocol: str) -> None:
    server.text, server.reason = "It opened in", None
    with pytest.raises(ModelError, match="broke off half-way"):
        said(server, protocol)


def test_silence_has_an_end(server: ModelServer) -> None:
    server.text, server.delay = "It opened in May.", 30
    started = time.monotonic()
    with pytest.raises(ModelError, match="silent for 1 s"):
        said(server, model_seconds=1)
    assert time.monotonic() - started < 25


def test_closing_stops_the_model(server: ModelServer) -> None:
    server.text, server.delay = "word " * 2000, 0.01
    pieces = stream_text(load_llm(load_settings(model=spelled(server, "openai"))), ASKED)
    assert next(piece.text for piece in pieces if piece.text)
    pieces.close()
    assert server.broken_off.wait(20)


def test_a_model_that_has_not_begun_can_be_stopped(server: ModelServer) -> None:
    server.text, server.reading = "word " * 2000, 1.0
    pieces = stream_text(load_llm(load_settings(model=spelled(server, "openai"))), ASKED)
    assert next(pieces).text == ""  # nothing yet, but there is a moment to stop
    pieces.close()
    assert server.broken_off.wait(20)


def test_the_model_is_read_while_its_words_wait(server: ModelServer) -> None:
    server.text = "word " * 50
    pieces = stream_text(load_llm(load_settings(model=spelled(server, "openai"), model_seconds=5)), ASKED)
    first = next(piece.text for piece in pieces if piece.text)
    deadline = time.monotonic() + 20
    while any(thread.name == "model" for thread in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(thread.name == "model" for thread in threading.enumerate())
    assert len("".join([first, *(piece.text for piece in pieces)]).split()) == 50


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<think> It may be May. </think> It opened in May.", "It opened in May."),
        ("<think> I see no end", ""),
        ("<thin is what it said.", "<thin is what it said."),
        ("It said <think> aloud.", "It said <think> aloud."),
        ("Okay, the user asks. It may be June. </think> It opened in May.", "It opened in May."),
        ("[THINK] It may be June. [/THINK] It opened in May.", "It opened in May."),
        ("It opened < May </ June </th", "It opened < May </ June </th"),
    ],
)
def test_what_a_model_thinks_first_is_left_out(server: ModelServer, written: str, read: str) -> None:
    server.text = written
    assert said(server).split() == read.split()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, r"m refuses the key \(401: said so\): set that of its provider"),
        (404, "m is not there"),
        (429, r"m is over its limit \(429: said so\): try again later"),
        (500, r"m refuses \(500: said so\)"),
    ],
)
@pytest.mark.parametrize("protocol", ["openai", "ollama"])
def test_refusals_are_told(server: ModelServer, status: int, told: str, protocol: str) -> None:
    server.status, server.message = status, "said so"
    with pytest.raises(Exception) as caught:
        said(server, protocol)
    assert explain(caught.value, "m").args[0].startswith(told.replace("\\", ""))


def test_a_server_that_is_not_there_is_told() -> None:
    with model_server() as gone:
        pass
    for spelling in (f"openai:m@{gone.url}/v1", f"ollama:m@{gone.url}"):
        with pytest.raises(Exception) as caught:
            list(stream_text(load_llm(load_settings(model=spelling)), ASKED))
        assert "m cannot be reached" in str(explain(caught.value, "m"))
    with pytest.raises(ModelError, match="no server answers"):
        load_llm(load_settings(model=f"{gone.url}/v1"))


def test_a_full_context_is_known_for_one(server: ModelServer) -> None:
    server.longest = 2
    with pytest.raises(Exception) as caught:
        said(server)
    assert is_too_long(caught.value)


def test_keys_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_API_KEY", "ours-abcdef")
    for secret in (
        "key provided: sk-proj-abcdef123",
        "Bearer eyJabcdef.abcdef.abcdef",
        "http://u:abcdef@host/ failed",
        "Incorrect API key provided: abcdef123456.",
        "GET /v1?api_key=abcdef123 and OPENAI_API_KEY=abcdef123",
        "Invalid API key: 'abcdef123'",
        "{'api_key': 'abcdef123'}",
        "Authorization: Basic abcdef123",
        "we got ours-abcdef",
    ):
        assert "abcdef" not in str(explain(RuntimeError(secret), "m"))
    plain = "The key parameter is missing; basic authentication is off"
    assert plain in str(explain(RuntimeError(plain), "m"))
    with pytest.raises(SettingsError) as caught:
        parse_model_name("htp://u:abcdef@host")
    assert "abcdef" not in str(caught.value)
