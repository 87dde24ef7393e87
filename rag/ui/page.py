"""The page: its parts, each from a module of its own, and where they stand."""

import gradio as gr

from rag.ui.asking import add_asking
from rag.ui.conversations_panel import ConversationsPanel
from rag.ui.documents_panel import DocumentsPanel
from rag.ui.programs import add_programs
from rag.ui.rating import connect_rating
from rag.ui.words import label
from rag.ui.workspace import Workspaces

_MOST_WAITING = 64
"""Questions and uploads that may wait; who comes after them is told to try again."""
_MOST_SESSIONS = 500
"""Open pages whose state Gradio keeps, those that were opened last; a conversation is read from the store again."""
_NAME = '<h1><span lang="ar">سند</span> <span lang="en">Sanad</span></h1>'


def build(workspaces: Workspaces) -> gr.Blocks:
    """Return the page over what each user works with; `launch` serves it."""
    # Analytics would tell servers of Gradio and of Hugging Face of every start.
    page: gr.Blocks = gr.Blocks(title="Sanad · سند", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        head = gr.Markdown(header(0), elem_id="header")
        conversations = ConversationsPanel(workspaces)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(label("tab_ask"), id="ask"):
                asking = add_asking(workspaces)
            with gr.Tab(label("tab_documents"), id="documents"):
                documents = DocumentsPanel(workspaces, header)
        conversations.connect(page, asking)
        documents.connect(page, asking, head)
        connect_rating(workspaces, asking)
        add_programs(workspaces)
    # A question keeps two cores busy for some tens of milliseconds: more at once would only make all of them wait.
    page.queue(default_concurrency_limit=2, max_size=_MOST_WAITING, api_open=False)
    page.state_session_capacity = _MOST_SESSIONS
    return page


def header(documents: int) -> str:
    """Return what stands at the page's head: the name, and how many documents there are."""
    return f"{_NAME}<p>{label('documents')}: {documents:,}</p>"
