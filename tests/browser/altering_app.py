"""The app with a writer that does not only quote, as a language model might: the checker behind it is the real one.

What it says depends on a word of the question: `contradict`, `uncited`, `invent`, `slowly`, `crash`, `modelled`; or else it
quotes.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

import regex

from rag.answering.draft import Draft, answer_text
from rag.answering.quoting import quote
from rag.chain import Assistant
from rag.embeddings import Embedder
from rag.models import AnswerSentence, Notice
from rag.retrieval import Retrieval
from rag.settings import Settings, load_settings
from rag.ui import launch

_NUMBER = regex.compile(r"\p{Nd}{3,}")
INVENTED = "The plant employs 7,431 divers <img src=http://evil.example/v.png onerror=alert(7)> **at night**."


def write(retrieval: Retrieval) -> Iterator[Draft]:
    """Quote, and alter what is quoted as the question asks."""
    draft = quote(retrieval, refuse_below=0.0)
    asked = retrieval.question.text.split()
    first, *others = draft.sentences
    if "contradict" in asked:
        first = next(one for one in draft.sentences if _NUMBER.search(one.text))
        altered = _NUMBER.sub(lambda found: str(int(found[0]) + 700), first.text)
        sentences = (replace(first, text=altered), *(one for one in others if one is not first))
    elif "uncited" in asked:
        sentences = (replace(first, citations=()), *others)
    elif "invent" in asked:
        sentences = (*draft.sentences, AnswerSentence(INVENTED, (1, 7)))
    else:
        sentences = draft.sentences
    if "crash" in asked:
        raise RuntimeError("the disk of /secret/path is on fire")
    if "slowly" in asked:
        for _ in range(600):  # until it is stopped
            yield Draft(answer_text(sentences[:1]), sentences[:1], draft.citations)
            time.sleep(0.1)
    if "modelled" in asked:
        replaced = replace(sentences[0], instead_of="The model <b>made</b> this up.")
        notices = (Notice("model_failed", "no answer within 60 s"), Notice("passages_left_out", "3 of 15"))
        sentences = (replaced, *sentences[1:])
        yield Draft(answer_text(sentences), sentences, draft.citations, notices, "some-model:7b <i>")
        return
    yield Draft(answer_text(sentences), sentences, draft.citations)


def load(settings: Settings, *, embedder: Embedder) -> Assistant:
    """Open the assistant with that writer."""
    return Assistant.load(settings, write=write, embedder=embedder)


if __name__ == "__main__":
    logging.getLogger("rag.ui").setLevel(logging.CRITICAL)  # what it has to say of a crash is meant to happen here
    launch(load_settings(), load)
