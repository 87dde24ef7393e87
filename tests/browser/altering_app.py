"""The app with a writer that does not only quote, as a language model might: the checker behind it is the real one.

What it says depends on a word of the question: `contradict`, `uncited`, `invent`, or else it quotes.
"""

from collections.abc import Iterator
from dataclasses import replace

import regex

from rag.answering.draft import Draft, answer_text
from rag.answering.quoting import quote
from rag.chain import Assistant
from rag.embeddings import Embedder
from rag.models import AnswerSentence
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
    yield Draft(answer_text(sentences), sentences, draft.citations)


def load(settings: Settings, *, embedder: Embedder) -> Assistant:
    """Open the assistant with that writer."""
    return Assistant.load(settings, write=write, embedder=embedder)


if __name__ == "__main__":
    launch(load_settings(), load)
