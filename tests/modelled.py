"""A language model's answer to one question over `seeds/`, as the tests of writing ask for it."""

from scripted import scripted

from rag.answering.writing import LlmWriter
from rag.chain import Assistant
from rag.llms import Llm
from rag.models import Answer
from rag.questions import make_question

QUESTION = "How much water a day does the Ras Zumurrud plant produce?"
TRUE = "The ministry says the plant can produce 150,000 cubic metres a day. [{0}]"
FALSE = "The plant produces 950,000 cubic metres of fresh water a day. [{0}]"


def with_model(assistant: Assistant, llm: Llm, *, strict: bool = False) -> Assistant:
    settings = assistant.settings.model_copy(update={"strict": strict})
    return Assistant(assistant.retriever, settings, write=LlmWriter(lambda: llm, settings.refuse_below))


def place_of(assistant: Assistant, words: str) -> int:
    """Return the number under which the model is offered the first passage with these words."""
    passages = assistant.retriever.retrieve(make_question(QUESTION)).passages
    return next(one.rank for one in passages if words in one.text)


def ask(assistant: Assistant, text: str, *, strict: bool = False, question: str = QUESTION) -> Answer:
    number = place_of(assistant, "150,000 cubic metres")
    return with_model(assistant, scripted(text.format(number)), strict=strict).ask(question)
