"""The whole way: a message → a question → passages → a draft → its verdicts → an answer, as LangChain Runnables."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from rag.answering.draft import Draft, answer_text
from rag.answering.quoting import quote
from rag.checking.drafts import check_draft
from rag.checking.loading import load_checker
from rag.embeddings import Embedder, load_embedder, model_name
from rag.errors import StoreError
from rag.evidence import load_evidence
from rag.index import Filter, Store
from rag.index.build import Recipe
from rag.models import Answer, AnswerSentence, Question, Round
from rag.questions import make_question
from rag.retrieval import PassageRetriever, Retrieval
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Turn:
    """One message on its way to an answer; each step fills in the next field.

    `where` narrows down what is searched for it; None leaves that to the retriever. `history` are the rounds before it,
    oldest first.
    """

    message: str
    where: Filter | None = None
    history: tuple[Round, ...] = ()
    question: Question | None = None
    retrieval: Retrieval | None = None
    draft: Draft | None = None
    checked: tuple[AnswerSentence, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)


Write = Callable[[Retrieval], Draft]
"""Writes an answer from what was retrieved."""


class Assistant(Runnable[str, Answer]):
    """Answers questions from the documents of one store.

    A LangChain `Runnable` from a message to an `Answer`: `invoke`, `batch`, `stream`, their async kin, and `|` all work.
    `steps` is the chain inside, for those who want to put a step of their own between ours.

    Args:
        retriever: finds the passages.
        settings: those in force.
        write: writes the draft, which is checked whoever wrote it; by default it quotes the passages.
    """

    def __init__(self, retriever: PassageRetriever, settings: Settings, *, write: Write | None = None) -> None:
        self.retriever, self.settings = retriever, settings
        self.checker = load_checker(retriever.embedder)
        self._writer = write or partial(quote, refuse_below=settings.refuse_below)
        self.steps: Runnable[Turn, Turn] = (
            _step("question", self._make_question)
            | _step("retrieval", self._retrieve)
            | _step("answer", self._write)
            | _step("checking", self._check)
        )

    @classmethod
    def load(cls, settings: Settings, *, write: Write | None = None, embedder: Embedder | None = None) -> "Assistant":
        """Open the store and load the embedding model that `settings` name; `write` as for the class.

        `embedder` is that model, where it is loaded already.

        Raises:
            StoreError: if there is no whole index of this model.
            EmbeddingModelError: if the model cannot be loaded.
        """
        name = model_name(settings)
        store = Store(settings.store, name)  # first: it fails in an instant, where the model loads for seconds
        if not store.count()[0]:
            raise StoreError(
                f"the index in {settings.store} is empty: fill it with `rag index PATH --store {settings.store}`"
            )
        embedder = embedder or load_embedder(settings)
        evidence = load_evidence(name)
        retriever = PassageRetriever(store=store, embedder=embedder, evidence=evidence, k=settings.passages)
        return cls(retriever, settings, write=write)

    def ask(self, message: str, where: Filter | None = None, history: Sequence[Round] = ()) -> Answer:
        """Answer one message, from the documents that `where` admits; without it, from all.

        `history` are the rounds before it, oldest first: what a message such as "and in 2022?" goes on from.

        Raises:
            QuestionError: if the message is empty or too long.
        """
        return _answer(self.steps.invoke(_turn(message, where, history)))

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Answer one message; the same as `ask` without a filter."""
        return _answer(self.steps.invoke(Turn(input), config))

    def stream(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """Yield the answer as it grows, a sentence at a time; the last one is whole.

        Takes `where` and `history` by name, as `ask` does. A sentence may be `unchecked` at first: its verdict comes later.
        """
        whole = _answer(self.steps.invoke(_turn(input, **kwargs), config))
        for count in range(1, len(whole.sentences)):
            sentences = whole.sentences[:count]
            yield replace(whole, sentences=sentences, text=answer_text(sentences), citations=whole.citations[:count])
        yield whole

    def _make_question(self, turn: Turn) -> Turn:
        return replace(turn, question=make_question(turn.message, max_chars=self.settings.max_question_chars))

    def _retrieve(self, turn: Turn) -> Turn:
        assert turn.question is not None
        return replace(turn, retrieval=self.retriever.retrieve(turn.question, turn.where))

    def _write(self, turn: Turn) -> Turn:
        assert turn.retrieval is not None
        return replace(turn, draft=self._writer(turn.retrieval))

    def _check(self, turn: Turn) -> Turn:
        assert turn.question is not None and turn.retrieval is not None and turn.draft is not None
        passages = turn.retrieval.passages
        checked = check_draft(self.checker, turn.draft, passages, turn.question, self.retriever.store)
        return replace(turn, checked=checked)


def _turn(message: str, where: Filter | None = None, history: Sequence[Round] = ()) -> Turn:
    return Turn(message, where, tuple(history))


def _step(name: str, function: Callable[[Turn], Turn]) -> RunnableLambda[Turn, Turn]:
    """Return `function` as a named Runnable that notes in `timings_ms` how long it took."""

    def timed(turn: Turn) -> Turn:
        started = time.perf_counter()
        done = function(turn)
        elapsed = round((time.perf_counter() - started) * 1000, 3)
        return replace(done, timings_ms={**done.timings_ms, name: elapsed})

    return RunnableLambda(timed, name=name)


def _answer(turn: Turn) -> Answer:
    assert turn.question is not None and turn.retrieval is not None and turn.draft is not None
    return Answer(
        question=turn.question.text,
        language=turn.question.language,
        text=turn.draft.text,
        refused=not turn.draft.sentences,
        evidence=turn.retrieval.evidence,
        sentences=turn.checked,
        citations=turn.draft.citations,
        passages=turn.retrieval.passages,
        timings_ms={**turn.timings_ms, "total": round(sum(turn.timings_ms.values()), 3)},
        asked=turn.question.asked,
    )


def index_recipe(settings: Settings) -> Recipe:
    """Return how `settings` say that documents are chunked and embedded; the model is loaded when first needed."""

    @cache
    def load() -> Embedder:
        return load_embedder(settings)

    return Recipe(model_name(settings), load, settings.chunk_tokens, settings.chunk_overlap, settings.passage_prompt)
