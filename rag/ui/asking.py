"""Asking: the chat and its question box on one side, the sources of the answers on the other."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.events import Dependency

from rag.index import Filter
from rag.ui.answers import answer_html, question_html
from rag.ui.escaping import text
from rag.ui.events import QUIET
from rag.ui.examples import example_questions
from rag.ui.exchange import Conversation, Exchange, grow, until_stopped
from rag.ui.keeping import kept, refreshed, scope_of
from rag.ui.rating import comment_box
from rag.ui.scope_panel import ScopePanel
from rag.ui.sources import sources_html
from rag.ui.stopping import Stops
from rag.ui.words import label, reader_language, words
from rag.ui.workspace import Workspaces

READY = gr.Textbox(submit_btn=True, stop_btn=False, render=False)
"""The question box when no answer is being written."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The parts that others need: what is shown (`outputs`, to be filled by `shown`), and what changes it.

    `scope` is where it is chosen which documents are asked; `saved` the id under which the conversation is kept, or None;
    `stops` stops the answers that are being written.
    `changed` is the event after which `conversation` has one more exchange: `event.then(…)` acts on it.
    """

    chat: gr.Chatbot
    panel: gr.Markdown
    conversation: gr.State
    box: gr.Textbox
    comment: gr.Textbox
    scope: ScopePanel
    saved: gr.BrowserState
    stops: Stops
    changed: Dependency

    @property
    def outputs(self) -> list[Any]:
        """The components that `shown` has the values of."""
        return [self.chat, self.panel, self.conversation]


def shown(conversation: Conversation, language: str) -> tuple[Any, ...]:
    """Return the values of `Asking.outputs` for a conversation, for a reader of `language`."""
    thumbs = ["Like" if one.good else "Dislike" if one.good is False else None for one in conversation]
    chat = gr.Chatbot(value=_messages(conversation, language), feedback_value=thumbs)  # type: ignore[arg-type]
    return chat, _panel(conversation, language), conversation


def beginning(sources: Sequence[str]) -> gr.Chatbot:
    """Return the chat as it is before the first question, over documents of these sources."""
    examples: list[Any] = [{"text": question} for question in example_questions(sources)]
    return gr.Chatbot(placeholder=welcome(len(sources)), examples=examples)


def add_asking(workspaces: Workspaces) -> Asking:
    """Put the two columns where the page is being built, and make them work."""
    conversation, where, stops = gr.State(()), gr.State(None), Stops()
    # In the browser, so that a reload goes on where it was. It is a name and no secret: others' conversations are not shown.
    saved = gr.BrowserState(None, storage_key="sanad-conversation", secret="sanad")
    with gr.Row(elem_id="columns"):
        with gr.Column(scale=3, min_width=320, elem_id="conversation"):
            chat = gr.Chatbot(
                elem_id="chat",
                label=label("conversation"),
                show_label=False,
                container=False,
                height="100%",
                placeholder=welcome(0),
                latex_delimiters=[],
                allow_tags=False,
                buttons=[],
                layout="bubble",
            )
            comment = comment_box()
            box = gr.Textbox(
                elem_id="question",
                label=label("question"),
                show_label=False,
                container=False,
                placeholder=label("question_placeholder"),
                submit_btn=True,
                autofocus=True,
                max_lines=6,
            )
            scope = ScopePanel(workspaces)
            scope.connect(where)
        with gr.Column(scale=2, min_width=300, elem_id="panel"):
            empty = f'<p class="empty">{label("no_sources")}</p>'
            panel = gr.Markdown(empty, elem_id="sources", latex_delimiters=[])

    def reply(
        message: str, earlier: Conversation, narrowed: Filter | None, id_: str | None, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        language = reader_language(request)
        if not message.strip():
            yield tuple([gr.skip()] * 5)
            return
        user = request.username or ""
        workspace = workspaces.of(user)
        earlier = refreshed(earlier, workspace.conversations(user).rounds(id_ or ""))
        box_now: Any = gr.Textbox(value="", submit_btn=False, stop_btn=True)
        page = str(request.session_hash)
        stop = stops.begin(page)
        grown = until_stopped(stop, grow(workspace.assistant(), message, earlier, narrowed), message)
        try:
            # Closed at once if the page is left: what there is of the answer is then saved.
            with closing(kept(grown, workspace, user, id_, scope_of(narrowed))) as exchanges:
                for exchange, under in exchanges:
                    if stop.left:
                        # The page shows another conversation by now, and at the end Gradio sends the last yield again.
                        yield tuple([gr.skip()] * 5)
                        return
                    yield *shown((*earlier, exchange), language), under, box_now
                    box_now = gr.skip()  # the next question may already be in it
        finally:
            stops.end(page, stop)
        yield *[gr.skip()] * 4, READY

    def stop(request: gr.Request) -> None:
        stops.stop(str(request.session_hash))

    inputs = [box, conversation, where, saved]
    asking: dict[str, Any] = {"outputs": [chat, panel, conversation, saved, box], **QUIET}
    # A question entered while another is being answered is asked after it; Gradio would drop it.
    asked = box.submit(reply, inputs, trigger_mode="always_last", **asking)
    box.stop(stop, None, None, queue=False, **QUIET)
    return Asking(chat, panel, conversation, box, comment, scope, saved, stops, asked)


def _messages(exchanges: Conversation, language: str) -> list[gr.MessageDict]:
    messages: list[gr.MessageDict] = []
    for number, exchange in enumerate(exchanges, 1):
        messages.append({"role": "user", "content": question_html(exchange.message)})
        messages.append({"role": "assistant", "content": answer_html(exchange, number, language)})
    return messages


def _panel(exchanges: Sequence[Exchange], language: str) -> str:
    say = words(language)
    empty = f'<p class="empty" lang="{say.language}">{text(say("no_sources"))}</p>'
    return sources_html(exchanges, language) or empty


def welcome(documents: int) -> str:
    """Return what stands where the conversation will be: what the page is for, or, without documents, what to do first."""
    if documents:
        return f'<div class="welcome"><p>{label("welcome")}</p></div>'
    # One key: Gradio puts the words in for no more than one in a text.
    return f'<div class="welcome"><p>{label("no_documents_note")}</p></div>'
