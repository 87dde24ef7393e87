"""A real GGUF file, run in this process: streaming, stopping, its context full, several at once."""

import threading
import time
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from rag.errors import ModelError
from rag.llms import load_llm
from rag.llms.failures import explain, is_too_long
from rag.llms.gguf import ChatGguf
from rag.llms.streaming import stream_text
from rag.settings import load_settings

pytestmark = pytest.mark.model
ASKED = [HumanMessage("Question: What is the capital of France?\nAnswer: Paris\nQuestion: Of Italy?\nAnswer:")]
COUNT = [HumanMessage("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")]


@pytest.fixture(scope="module")
def chat(gguf: Path) -> ChatGguf:
    return ChatGguf(path=gguf, context=1024, max_tokens=64)


def test_it_answers_and_is_known_for_a_base_model(chat: ChatGguf) -> None:
    assert chat.base
    answer = chat.invoke(ASKED, stop=["\n"])
    assert answer.text.strip() == "Rome" and answer.response_metadata["finish_reason"] == "stop"


def test_it_streams_what_it_says_whole(chat: ChatGguf) -> None:
    pieces = [chunk.text for chunk in chat.stream(COUNT)]
    assert len([piece for piece in pieces if piece]) > 10
    assert "".join(pieces) == chat.invoke(COUNT).text


def test_it_stops_when_nobody_listens(chat: ChatGguf) -> None:
    written = chat.stream(COUNT, max_tokens=900)
    next(written)
    written.close()
    deadline = time.monotonic() + 30
    while any(thread.name == "llama.cpp" for thread in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(thread.name == "llama.cpp" for thread in threading.enumerate())
    assert chat.invoke(ASKED, stop=["\n"]).text.strip() == "Rome"


def test_a_prompt_that_is_too_long_is_known_for_one(chat: ChatGguf) -> None:
    with pytest.raises(ModelError) as caught:
        chat.invoke([HumanMessage("a word " * 2000)])
    assert is_too_long(caught.value)
    assert "refuses (400" in str(explain(caught.value, "gemma"))


def test_many_at_once_get_what_one_alone_gets(chat: ChatGguf, gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = chat.invoke(ASKED, stop=["\n"]).text
    cold, loads = ChatGguf(path=gguf, context=1024), []
    load = ChatGguf._load
    monkeypatch.setattr(ChatGguf, "_load", lambda self: loads.append(self) or load(self))
    with_others: list[str] = []

    def ask() -> None:
        with_others.append(cold.invoke(ASKED, stop=["\n"]).text)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert with_others == [alone] * 6 and len(loads) == 1


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(2000))
    with pytest.raises(ModelError, match=r"llama\.cpp cannot load broken\.gguf .*: is the file whole"):
        ChatGguf(path=path).invoke(ASKED)


def test_it_is_one_line_of_settings(gguf: Path) -> None:
    llm = load_llm(load_settings(model=str(gguf)))
    assert (llm.name, llm.base) == ("gemma.gguf", True)
    said = "".join(piece.text for piece in stream_text(llm, ASKED, ["\n"]))
    assert said.strip() == "Rome"
