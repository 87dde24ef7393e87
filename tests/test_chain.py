"""The assistant as LangChain Runnables, and the retriever as a LangChain retriever."""

from itertools import pairwise

import pytest
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from loops import run_apart

from rag.chain import Assistant
from rag.errors import QuestionError, StoreError
from rag.settings import load_settings

pytestmark = pytest.mark.model
QUESTION = "Who opened the desalination plant?"


def test_invoke_batch_and_ask_say_the_same(assistant: Assistant) -> None:
    assert isinstance(assistant, Runnable) and isinstance(assistant.steps, Runnable)
    asked = assistant.ask(QUESTION)
    assert assistant.invoke(QUESTION).text == asked.text
    many = assistant.batch([QUESTION, "من فاز بكأس سهران؟"])
    assert many[0].text == asked.text and many[1].language == "ar"


async def _ainvoke(assistant: Assistant) -> str:
    return (await assistant.ainvoke(QUESTION)).text


def test_async_says_the_same(assistant: Assistant) -> None:
    assert run_apart(_ainvoke(assistant)) == assistant.ask(QUESTION).text


def test_stream_grows_a_sentence_at_a_time_and_ends_whole(assistant: Assistant) -> None:
    whole = assistant.ask(QUESTION)
    grown = list(assistant.stream(QUESTION))
    assert [len(answer.sentences) for answer in grown] == list(range(1, len(whole.sentences) + 1))
    assert grown[-1].text == whole.text
    for earlier, later in pairwise(grown):
        assert later.text.startswith(earlier.text)
        assert len(earlier.citations) == len(earlier.sentences)


def test_it_can_be_piped(assistant: Assistant) -> None:
    chain = RunnableLambda(str.strip) | assistant | (lambda answer: answer.citations[0].source)
    assert chain.invoke(f"  {QUESTION} ").startswith(("/", "seeds/"))


def test_many_threads_at_once_get_the_same_answers(assistant: Assistant) -> None:
    questions = [QUESTION, "من فاز بكأس سهران؟", "Combien a coûté l'usine ?"] * 8
    answers = assistant.batch(questions, {"max_concurrency": 8})
    for question, answer in zip(questions, answers, strict=True):
        assert answer.question == question
        assert answer.text == answers[questions.index(question)].text


def test_errors_pass_through(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="empty"):
        assistant.ask("  ")
    with pytest.raises(StoreError, match="rag index"):
        Assistant.load(load_settings(store="no-such-store"))


def test_retriever_is_a_langchain_retriever(assistant: Assistant) -> None:
    assert isinstance(assistant.retriever, BaseRetriever)
    documents = assistant.retriever.invoke(QUESTION)
    assert len(documents) == assistant.settings.passages
    for document in documents:
        assert isinstance(document, LangChainDocument)
        assert {"document", "source", "title", "page", "start", "end", "score", "language"} <= document.metadata.keys()
        text = assistant.retriever.store.document(document.metadata["source"]).text
        assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content
