"""For programs: `ask`, `search` and `check`, through Gradio's API and as tools of its MCP server.

They do not go through Gradio's queue: for what is queued its MCP server would call itself over HTTP, at whatever address the
caller's `Host` header names. Instead `_TURNS` bounds how many run at once.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api
from starlette.requests import HTTPConnection

from rag.answers import answer_as_json
from rag.chain import Assistant
from rag.checking.answers import Sources, check_sentences
from rag.checking.claims import Evidence
from rag.errors import QuestionError, RagError, StoreError
from rag.index import Filter, make_filter
from rag.models import Passage, Question, Round
from rag.text.languages import detect_language
from rag.text.markers import cited_sentences
from rag.ui.gate import user_of
from rag.ui.workspace import Workspace, Workspaces

T = TypeVar("T")
_TURNS = threading.BoundedSemaphore(2)
_AT_ONCE = threading.BoundedSemaphore(26)
"""With those who wait: each holds one of the forty threads that the page needs too."""
_MOST_SENTENCES = 50
_MOST_PASSAGES = 50
_MOST_ROUNDS = 20
_EVIDENCE = 5  # passages that a sentence is checked against
_PASSAGE_KEYS = ("rank", "score", "source", "title", "language", "date", "page", "start", "end", "text")


def add_programs(workspaces: Workspaces) -> None:
    """Offer them where the page is being built."""

    def ask(
        request: gr.Request,
        question: str,
        documents: list[str] | None = None,
        languages: list[str] | None = None,
        since: str = "",
        until: str = "",
        history: list[dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the documents; every sentence of the answer has its sources and a verdict.

        The answer says `refused: true` if the documents do not hold it. Nothing is saved.

        Args:
            request: Gradio's, of who asks.
            question: What you want to know, in any language.
            documents: Ask only these documents, each by its source as `search` gives it, or the end of it.
            languages: Ask only documents in these languages, as ISO 639-1 codes such as ar.
            since: Ask only documents of this date or later, such as 2025-03-09, 2025-03 or 2025.
            until: Ask only documents of this date or earlier.
            history: Earlier rounds that the question goes on from, oldest first, each {"question": "…", "answer": "…"}.

        Returns:
            The answer as `rag ask --json` prints it: its text, sentences with verdicts, citations and passages.
        """
        assistant, where = _ready(_workspace(workspaces, request), documents, languages, since, until)
        rounds = [_round(one) for one in (history or [])[-_MOST_ROUNDS:]]
        with _told(), _turn():
            return _handed(answer_as_json(assistant.ask(question, where, rounds)), request)

    def search(
        request: gr.Request,
        query: str,
        documents: list[str] | None = None,
        languages: list[str] | None = None,
        since: str = "",
        until: str = "",
        limit: int = 10,
    ) -> list[dict[str, Any]]:
        """Find the passages of the documents that come nearest to a query, best first, without an answer.

        Args:
            request: Gradio's, of who asks.
            query: A question or some words, in any language.
            documents: Search only these documents, each by its source, or the end of it.
            languages: Search only documents in these languages, as ISO 639-1 codes such as ar.
            since: Search only documents of this date or later, such as 2025-03-09, 2025-03 or 2025.
            until: Search only documents of this date or earlier.
            limit: How many passages to return, at most 50.

        Returns:
            Passages: rank, score, source, title, language, date, page, start and end in the document's text, text.
        """
        assistant, where = _ready(_workspace(workspaces, request), documents, languages, since, until)
        with _told(), _turn():
            found = assistant.retriever.retrieve(_question(query, assistant), where).passages
        return _handed([_passage(one) for one in found[: max(1, min(limit, _MOST_PASSAGES))]], request)

    def check(
        request: gr.Request,
        text: str,
        documents: list[str] | None = None,
        languages: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Check each sentence of a text against the documents: is it supported, contradicted, or not to be found in them?

        Args:
            request: Gradio's, of who asks.
            text: What is claimed; each of its sentences is checked by itself, at most 50.
            documents: Check against these documents only, each by its source, or the end of it.
            languages: Check against documents in these languages only, as ISO 639-1 codes such as ar.

        Returns:
            For each sentence: text, label (supported, contradicted or unsupported), score (0…1), reason, and spans to look at.
        """
        assistant, where = _ready(_workspace(workspaces, request), documents, languages, "", "")
        with _told():
            sentences = cited_sentences(_bounded(text, assistant), detect_language(text))
            if not 0 < len(sentences) <= _MOST_SENTENCES:
                raise QuestionError(f"the text has {len(sentences)} sentences: give 1 to {_MOST_SENTENCES}")
            with _turn():
                checked = [_checked(one.text, one.language, assistant, where) for one in sentences]
        return _handed(checked, request)

    for function in (ask, search, check):
        api(function, api_name=function.__name__, queue=False)


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(blocking=False):
        raise QuestionError("too many programs ask at once: try again in a moment")
    try:
        with _TURNS:
            yield
    finally:
        _AT_ONCE.release()


class _told:  # noqa: N801 - reads as what it is: an error that is told
    """Tells a program our own errors in their one line, as Gradio hands on those of its own kind alone."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RagError):
            raise gr.Error(str(error), print_exception=False) from error


def _handed(value: T, request: gr.Request | HTTPConnection) -> T:
    """Return a value as its caller can read it: of what is no text Gradio's MCP server would send Python's `repr`."""
    came_by_api = isinstance(request, gr.Request)  # its MCP server gives the request as it came
    return value if came_by_api else json.dumps(value, ensure_ascii=False)  # type: ignore[return-value]


def _workspace(workspaces: Workspaces, request: gr.Request | HTTPConnection) -> Workspace:
    user = request.username if isinstance(request, gr.Request) else user_of(request)
    with _told():
        return workspaces.of(user)


def _ready(
    workspace: Workspace, documents: list[str] | None, languages: list[str] | None, since: str, until: str
) -> tuple[Assistant, Filter]:
    with _told():
        assistant = workspace.assistant()
        if assistant is None:
            raise StoreError("there are no documents yet: add some on the page, or with `rag index`")
        where = make_filter(
            assistant.retriever.store,
            sources=documents or (),
            languages=languages or (),
            since=since or None,
            until=until or None,
        )
        return assistant, where


def _bounded(text: str, assistant: Assistant) -> str:
    most = assistant.settings.max_question_chars * 5
    if len(text) > most:
        raise QuestionError(f"the text has {len(text):,} characters: give at most {most:,}")
    return text


def _question(query: str, assistant: Assistant) -> Question:
    most = assistant.settings.max_question_chars
    if not query.strip() or len(query) > most:
        raise QuestionError(f"the query has {len(query.strip()):,} characters: give 1 to {most:,}")
    return Question(query.strip(), detect_language(query))


def _checked(text: str, language: str, assistant: Assistant, where: Filter) -> dict[str, Any]:
    found = assistant.retriever.retrieve(Question(text, language), where).passages[:_EVIDENCE]
    sources = Sources({}, others=[Evidence.of(passage) for passage in found])
    (verdict,) = check_sentences(assistant.checker, cited_sentences(text, language)[:1], sources)
    spans = [{"source": one.source, "start": one.start, "end": one.end, "text": one.text} for one in verdict.spans]
    return {"text": text, "label": verdict.label, "score": verdict.score, "reason": verdict.reason, "spans": spans}


def _round(given: dict[str, str]) -> Round:
    try:
        return Round(str(given["question"]), str(given["answer"]))
    except (KeyError, TypeError) as error:
        raise gr.Error(
            'history is a list of {"question": "…", "answer": "…"}, oldest first', print_exception=False
        ) from error


def _passage(passage: Passage) -> dict[str, Any]:
    return {key: getattr(passage, key) for key in _PASSAGE_KEYS}
