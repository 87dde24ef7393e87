"""The page: the chat and its question box, the sources beside them, and what happens when a question is asked."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.chain import Assistant
from rag.errors import RagError
from rag.ui.examples import example_questions
from rag.ui.view import Exchange, answer_html, question_html, sources_html

_WELCOME = """<div class="welcome">
<p dir="rtl" lang="ar">اسأل وثائقك بلغتك، وانظر في كل جملة من الجواب على أيّ جملة من وثائقك تستند.</p>
<p dir="ltr" lang="en">Ask your documents in your language, and see which of their sentences each sentence of the
answer rests on.</p>
</div>"""
_HEADER = '<h1><span lang="ar">سند</span> <span lang="en">Sanad</span></h1><p>{documents}</p>'
_NO_SOURCES = (
    '<p class="empty"><span dir="rtl">هنا تظهر مصادر الجواب</span><span>The answer’s sources appear here</span></p>'
)

Conversation = tuple[Exchange, ...]


def build(assistant: Assistant) -> gr.Blocks:
    """Return the page over `assistant`; `launch` serves it."""
    documents = assistant.retriever.store.documents()
    examples = example_questions(document.source for document in documents)
    # Analytics would tell servers of Gradio and of Hugging Face of every start.
    page: gr.Blocks = gr.Blocks(title="Sanad · سند", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        conversation = gr.State(())
        gr.HTML(_HEADER.format(documents=_count(len(documents))), elem_id="header", apply_default_css=False)
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=3, min_width=320, elem_id="conversation"):
                chat = gr.Chatbot(
                    elem_id="chat",
                    label="Conversation",
                    show_label=False,
                    container=False,
                    height="100%",
                    placeholder=_WELCOME,
                    examples=[{"text": question} for question in examples],
                    latex_delimiters=[],
                    allow_tags=False,
                    buttons=[],
                    layout="bubble",
                )
                box = gr.Textbox(
                    elem_id="question",
                    label="Question",
                    show_label=False,
                    container=False,
                    placeholder="اسأل وثائقك…\N{RIGHT-TO-LEFT MARK}  ·  Ask your documents…",
                    submit_btn=True,
                    autofocus=True,
                    max_lines=6,
                )
            with gr.Column(scale=2, min_width=300, elem_id="panel"):
                panel = gr.HTML(_NO_SOURCES, elem_id="sources", apply_default_css=False)

        def reply(message: str, earlier: Conversation) -> Iterator[tuple[Any, ...]]:
            if not message.strip():
                yield tuple([gr.skip()] * 4)
                return
            box_value: Any = ""
            for exchange in _exchanges(assistant, message):
                exchanges = (*earlier, exchange)
                yield _messages(exchanges), sources_html(exchanges) or _NO_SOURCES, exchanges, box_value
                box_value = gr.skip()  # the next question may already be in it

        def pick(event: gr.SelectData) -> str:
            return str(event.value["text"])

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        to_top = "(...values) => { document.getElementById('panel').scrollTop = 0; return values; }"
        asking: dict[str, Any] = {"outputs": [chat, panel, conversation, box], "js": to_top, **quiet}
        # A question entered while another is being answered is asked after it; Gradio would drop it.
        asked = box.submit(reply, [box, conversation], trigger_mode="always_last", **asking)
        picked = chat.example_select(pick, None, box, queue=False, **quiet).then(reply, [box, conversation], **asking)
        # An answer that is still being written would come back into the empty page: it is stopped first.
        chat.clear(lambda: ([], (), _NO_SOURCES), None, [chat, conversation, panel], cancels=[asked, picked], **quiet)
    # A question keeps two cores busy for some tens of milliseconds: more at once would only make all of them wait.
    page.queue(default_concurrency_limit=2, api_open=False)
    return page


def _exchanges(assistant: Assistant, message: str) -> Iterator[Exchange]:
    grown = Exchange(message)
    yield grown
    try:
        for answer in assistant.stream(message):
            grown = Exchange(message, answer)
            yield grown
        yield replace(grown, whole=True)
    except RagError as error:
        yield Exchange(message, error=str(error))


def _messages(exchanges: Conversation) -> list[gr.MessageDict]:
    messages: list[gr.MessageDict] = []
    for number, exchange in enumerate(exchanges, 1):
        messages.append({"role": "user", "content": question_html(exchange.message)})
        messages.append({"role": "assistant", "content": answer_html(exchange, number)})
    return messages


def _count(documents: int) -> str:
    return f"{documents} document{'s' if documents != 1 else ''}"
