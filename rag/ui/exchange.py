"""A conversation as the page holds it: messages and what came of each."""

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answering.draft import answer_text
from rag.chain import Assistant
from rag.errors import RagError
from rag.index import Filter
from rag.models import Answer, Notice, Round
from rag.text.languages import detect_language
from rag.ui.stopping import until

UNEXPECTED = "something went wrong that should not have: try again, and tell who runs this page if it stays so"
NO_DOCUMENTS = "there are no documents yet: add some under Documents, or in the terminal with `rag index FOLDER`"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and what came of it: an answer, growing until `whole`, or an error; at first neither.

    `round` is the id under which it is saved, `good` whether the reader thought so.
    """

    message: str
    answer: Answer | None = None
    error: str | None = None
    whole: bool = False
    round: int | None = None
    good: bool | None = None


Conversation = tuple[Exchange, ...]


def grow(
    assistant: Assistant | None, message: str, earlier: Sequence[Exchange] = (), where: Filter | None = None
) -> Iterator[Exchange]:
    """Ask, and yield the exchange as its answer grows, also while it does not; the last one is whole, or tells of an error.

    Without an assistant there are no documents.
    """
    grown = Exchange(message)
    yield grown
    if assistant is None:
        yield Exchange(message, error=NO_DOCUMENTS)
        return
    try:
        for turn in assistant.turns(message, where=where, history=history(earlier)):
            if turn.draft and turn.draft.text:
                grown = Exchange(message, assistant.answer(turn))
            yield grown
        yield replace(grown, whole=True)
    except RagError as error:
        yield Exchange(message, error=str(error))
    except Exception:  # whatever it is, the reader is not left waiting; who runs the server finds it in the log
        _log.exception("a question could not be answered")
        yield Exchange(message, error=UNEXPECTED)


def until_stopped(stop: threading.Event, exchanges: Iterator[Exchange], message: str) -> Iterator[Exchange]:
    """Yield exchanges as they grow until `stop` is set, and then, if the last one was not whole, what there is of it."""
    last = Exchange(message)
    for last in until(stop, exchanges):
        yield last
    if stop.is_set() and not last.whole and last.error is None:
        yield replace(last, answer=stopped(last), whole=True)


def stopped(exchange: Exchange) -> Answer:
    """Return what there is, checked, of an answer whose reader ended it while it was growing; it says so."""
    message = exchange.message.strip()
    answer = exchange.answer or Answer(message, detect_language(message), "", refused=False, evidence=0.0)
    checked = tuple(one for one in answer.sentences if one.verdict != "unchecked")
    if len(checked) < len(answer.sentences):
        answer = replace(answer, sentences=checked, text=answer_text(checked))
    return replace(answer, notices=(*answer.notices, Notice("stopped", "the reader stopped it half-way")))


def history(earlier: Sequence[Exchange]) -> tuple[Round, ...]:
    """Return what a message can go on from: the rounds before it that got an answer, if only the beginning of one."""
    return tuple(
        Round(one.answer.question, one.answer.text) for one in earlier if one.whole and one.answer and one.answer.text
    )
