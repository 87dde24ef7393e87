"""The whole way: a message → a question → passages → a draft → its verdicts → an answer, as LangChain Runnables."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from rag.answering.draft import Draft, answer_text
from rag.answering.writers import Write, make_writer
from rag.checking.drafts import check_draft
from rag.checking.loading import load_checker
from rag.checking.settling import Settled, settle
from rag.embeddings import Embedder, load_embedder, model_name
from rag.errors import StoreError
from rag.evidence import load_evidence
from rag.index import Filter, Store
from rag.index.build import Recipe
from rag.llms import lazy_llm
from rag.models import Answer, AnswerSentence, Question, Round
from rag.prompts import refusal
from rag.questions import make_question, stand_alone
from rag.retrieval import PassageRetriever, Retrieval
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Turn:
    """One message on its way to an answer; each step fills in the next field.

    `checked` is each sentence of the draft → the same with its verdict, as far as it is known.

    `where` narrows down what is searched for it; None leaves that to the retriever. `history` are the rounds before it,
    oldest first.
    """

    message: str
    where: Filter | None = None
    history: tuple[Round, ...] = ()
    question: Question | None = None
    retrieval: Retrieval | None = None
    draft: Draft | None = None
    checked: Mapping[AnswerSentence, AnswerSentence] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)


_STEPS = ("question", "retrieval", "answer", "checking")


class Assistant(Runnable[str, Answer]):
    """Answers questions from the documents of one store.

    A LangChain `Runnable` from a message to an `Answer`: `invoke`, `batch`, `stream`, their async kin, and `|` all work.
    `steps` is the chain inside, for those who want to put a step of their own between ours.

    Args:
        retriever: finds the passages.
        settings: those in force.
        write: writes the draft, which is checked whoever wrote it; by default the language model that `settings` name, or, if
            they name none, the passages are quoted.

    Raises:
        SettingsError: if `settings` name a language model that there cannot be.
    """

    def __init__(self, retriever: PassageRetriever, settings: Settings, *, write: Write | None = None) -> None:
        self.retriever, self.settings = retriever, settings
        self.checker = load_checker(retriever.embedder)
        self._load_llm = lazy_llm(settings)
        self._writer = write or make_writer(settings, self._load_llm)
        finding = _step("question", self._make_question) | _step("retrieval", self._retrieve)
        self._finding: Runnable[Turn, Turn] = finding
        self.steps: Runnable[Turn, Turn] = finding | _step("answer", self._write) | _step("checking", self._check)

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
        return self.answer(self.steps.invoke(_turn(message, where, history)))

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Answer one message; the same as `ask` without a filter."""
        return self.answer(self.steps.invoke(Turn(input), config))

    def stream(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """Yield the answer as it grows, a sentence at a time; the last one is whole.

        Takes `where` and `history` by name, as `ask` does. A sentence may be `unchecked` at first: its verdict comes later.
        """
        last = None
        for turn in self.turns(input, config, **kwargs):
            assert turn.draft is not None
            if turn.draft.text and (turn.draft, turn.checked) != last:
                last = (turn.draft, turn.checked)
                yield self.answer(turn)

    def turns(
        self,
        message: str,
        config: RunnableConfig | None = None,
        *,
        where: Filter | None = None,
        history: Sequence[Round] = (),
    ) -> Iterator[Turn]:
        """Yield the turn as its answer grows: what `stream` makes its answers of.

        Also while there is no more of it, several times a second, so that whoever reads this can stop; at first its draft is
        empty. To close the iterator stops the writer.
        """
        turn = self._finding.invoke(_turn(message, where, history), config)
        assert turn.retrieval is not None
        timings = _Timings()
        with closing(self._writer(turn.retrieval)) as drafts:
            for draft in drafts:
                timings.note(draft)
                turn = replace(turn, draft=draft)
                # The sentences of a model take a while to check; quotations do not.
                if draft.model and not self.settings.strict:
                    yield turn
                with timings.checking():
                    turn = self._check(turn)
                yield replace(turn, timings_ms=turn.timings_ms | timings.as_dict())

    def answer(self, turn: Turn, *, strict: bool | None = None) -> Answer:
        """Return the answer that a turn has come to, strict or not; by default as the settings say."""
        assert turn.question is not None and turn.retrieval is not None and turn.draft is not None
        checked = tuple(turn.checked.get(one, one) for one in turn.draft.sentences)
        strict = self.settings.strict if strict is None else strict
        settled = settle(checked, turn.draft, turn.retrieval, strict=strict)
        return Answer(
            question=turn.question.text,
            language=turn.question.language,
            text=_text(settled, turn),
            refused=not settled.sentences,
            evidence=turn.retrieval.evidence,
            sentences=settled.sentences,
            citations=settled.citations,
            passages=turn.retrieval.passages,
            timings_ms={**turn.timings_ms, "total": _total(turn.timings_ms)},
            asked=turn.question.asked,
            notices=settled.notices,
            model=turn.draft.model,
        )

    def _make_question(self, turn: Turn) -> Turn:
        question = make_question(turn.message, max_chars=self.settings.max_question_chars)
        return replace(turn, question=stand_alone(question, turn.history, self._load_llm))

    def _retrieve(self, turn: Turn) -> Turn:
        assert turn.question is not None
        return replace(turn, retrieval=self.retriever.retrieve(turn.question, turn.where))

    def _write(self, turn: Turn) -> Turn:
        assert turn.retrieval is not None
        *_, whole = self._writer(turn.retrieval)
        return replace(turn, draft=whole)

    def _check(self, turn: Turn) -> Turn:
        """Check the sentences of the draft that are not yet checked."""
        assert turn.question is not None and turn.retrieval is not None and turn.draft is not None
        left = tuple(one for one in dict.fromkeys(turn.draft.sentences) if one not in turn.checked)
        if not left:
            return turn
        draft, passages = replace(turn.draft, sentences=left), turn.retrieval.passages
        verdicts = check_draft(self.checker, draft, passages, turn.question, self.retriever.store)
        return replace(turn, checked={**turn.checked, **dict(zip(left, verdicts, strict=True))})


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


class _Timings:
    """How long an answer that grows takes, in milliseconds: all but checking, checking, and until it begins to be seen."""

    def __init__(self) -> None:
        self._started, self._checking = time.perf_counter(), 0.0
        self._first: dict[str, float] = {}

    def note(self, draft: Draft) -> None:
        """Note the first token and the first sentence."""
        if draft.model:
            self._first.setdefault("first_token", self._elapsed())
            if draft.sentences:
                self._first.setdefault("first_sentence", self._elapsed())

    @contextmanager
    def checking(self) -> Iterator[None]:
        """Count what happens inside as checking."""
        started = time.perf_counter()
        yield
        self._checking += (time.perf_counter() - started) * 1000

    def as_dict(self) -> dict[str, float]:
        """Return the milliseconds, by name."""
        return {
            "answer": round(self._elapsed() - self._checking, 3),
            "checking": round(self._checking, 3),
            **self._first,
        }

    def _elapsed(self) -> float:
        return round((time.perf_counter() - self._started) * 1000, 3)


def _text(settled: Settled, turn: Turn) -> str:
    assert turn.draft is not None and turn.question is not None
    if settled.sentences:
        return answer_text(settled.sentences)
    # What a writer says without a sentence is a refusal; a text whose sentences did all not hold is not to be read.
    return refusal(turn.question.language) if turn.draft.sentences else turn.draft.text


def _total(timings_ms: Mapping[str, float]) -> float:
    return round(sum(timings_ms.get(step, 0.0) for step in _STEPS), 3)


def index_recipe(settings: Settings) -> Recipe:
    """Return how `settings` say that documents are chunked and embedded; the model is loaded when first needed."""

    @cache
    def load() -> Embedder:
        return load_embedder(settings)

    return Recipe(model_name(settings), load, settings.chunk_tokens, settings.chunk_overlap, settings.passage_prompt)
