"""The page: its parts, each from a module of its own, and where they stand."""

import gradio as gr

from rag.chain import Assistant
from rag.ui.asking import add_asking
from rag.ui.examples import example_questions
from rag.ui.words import label

_NAME = '<h1><span lang="ar">سند</span> <span lang="en">Sanad</span></h1>'


def build(assistant: Assistant) -> gr.Blocks:
    """Return the page over `assistant`; `launch` serves it."""
    documents = assistant.retriever.store.documents()
    examples = example_questions(document.source for document in documents)
    # Analytics would tell servers of Gradio and of Hugging Face of every start.
    page: gr.Blocks = gr.Blocks(title="Sanad · سند", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        gr.Markdown(header(len(documents)), elem_id="header")
        # Here: `with gr.Sidebar(elem_id="conversations"):` the list of conversations.
        with gr.Tabs(elem_id="tabs"), gr.Tab(label("tab_ask"), id="ask"):
            add_asking(assistant, examples)
            # Here: `with gr.Tab(label("tab_documents"), id="documents"):` the documents.
    # A question keeps two cores busy for some tens of milliseconds: more at once would only make all of them wait.
    page.queue(default_concurrency_limit=2, api_open=False)
    return page


def header(documents: int) -> str:
    """Return what stands at the page's head: the name, and how many documents there are."""
    return f"{_NAME}<p>{label('documents')}: {documents:,}</p>"
