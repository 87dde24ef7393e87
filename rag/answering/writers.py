"""Who writes the answers: a language model where one is set, else the passages are quoted."""

from collections.abc import Callable, Iterator
from functools import cache

from rag.answering.draft import Draft, answer_text
from rag.answering.quoting import quote
from rag.answering.writing import LlmWriter
from rag.llms import Llm, check_model_name, load_llm
from rag.retrieval import Retrieval
from rag.settings import Settings

Write = Callable[[Retrieval], Iterator[Draft]]
"""Writes an answer from what was retrieved: yields it as it grows, the last one whole."""


def make_writer(settings: Settings) -> Write:
    """Return the writer that `settings` ask for. A language model is loaded when it is first needed.

    Raises:
        SettingsError: if they name a model that there cannot be.
    """
    named = check_model_name(settings)
    if named is None:
        return quoting(settings.refuse_below)

    @cache  # what could not be loaded is not kept
    def load() -> Llm:
        return load_llm(settings)

    return LlmWriter(load, named.shown, settings.refuse_below)


def quoting(refuse_below: float) -> Write:
    """Return the writer that quotes the passages, one sentence after another."""

    def write(retrieval: Retrieval) -> Iterator[Draft]:
        whole = quote(retrieval, refuse_below=refuse_below)
        for count in range(1, len(whole.sentences)):
            sentences = whole.sentences[:count]
            yield Draft(answer_text(sentences), sentences, whole.citations[:count])
        yield whole

    return write
