"""Who writes the answers: a language model where one is set, else the passages are quoted."""

from collections.abc import Callable, Generator

from rag.answering.draft import Draft, answer_text
from rag.answering.quoting import quote
from rag.answering.writing import LlmWriter
from rag.llms import Llm
from rag.retrieval import Retrieval
from rag.settings import Settings

Write = Callable[[Retrieval], Generator[Draft]]
"""Writes an answer from what was retrieved: yields it as it grows, the last one whole. A draft without text has not begun yet."""


def make_writer(settings: Settings, load: Callable[[], Llm] | None) -> Write:
    """Return the writer that `settings` ask for, over the language model that `load` gives, if there is one."""
    if load is None:
        return quoting(settings.refuse_below)
    return LlmWriter(load, settings.refuse_below)


def quoting(refuse_below: float) -> Write:
    """Return the writer that quotes the passages, one sentence after another."""

    def write(retrieval: Retrieval) -> Generator[Draft]:
        whole = quote(retrieval, refuse_below=refuse_below)
        for count in range(1, len(whole.sentences)):
            sentences = whole.sentences[:count]
            yield Draft(answer_text(sentences), sentences, whole.citations[:count])
        yield whole

    return write
