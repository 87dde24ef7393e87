"""Which documents questions are asked of: all, or chosen ones, in chosen languages, of chosen dates."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.errors import RagError
from rag.index import Filter, make_filter
from rag.models import Document
from rag.text.controls import without_controls
from rag.text.languages import direction
from rag.ui.escaping import text
from rag.ui.events import QUIET
from rag.ui.sources import language_name
from rag.ui.words import label, reader_language, words
from rag.ui.workspace import Workspaces


class ScopePanel:
    """The choices; to be made where the page is built, and connected once there is what they act on.

    Args:
        workspaces: of all users.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        with gr.Accordion(label("scope"), open=False, elem_id="scope"):
            with gr.Row():
                self._sources = gr.Dropdown(
                    [],
                    multiselect=True,
                    label=label("scope_documents"),
                    elem_id="scope-documents",
                    scale=3,
                    min_width=220,
                )
                self._languages = gr.Dropdown(
                    [],
                    multiselect=True,
                    label=label("scope_languages"),
                    elem_id="scope-languages",
                    scale=2,
                    min_width=140,
                )
            with gr.Row():
                self._since = gr.Textbox(
                    label=label("scope_since"),
                    placeholder="2025-03-09",
                    elem_id="scope-since",
                    max_length=10,
                    min_width=120,
                )
                self._until = gr.Textbox(
                    label=label("scope_until"),
                    placeholder="2025-03",
                    elem_id="scope-until",
                    max_length=10,
                    min_width=120,
                )
            self._told = gr.Markdown("", elem_id="scope-told")

    @property
    def choices(self) -> list[Any]:
        """The components that `offered` has the values of."""
        return [self._sources, self._languages]

    def offered(self, documents: Sequence[Document], language: str) -> tuple[Any, ...]:
        """Return what can be chosen from among these documents, for a reader of `language`; what was chosen is let go."""
        sources = [(without_controls(f"{one.title} — {one.source}"), one.source) for one in documents]
        known = sorted({one.language for one in documents})
        languages = [(language_name(code, language), code) for code in known]
        return gr.Dropdown(choices=sources, value=[]), gr.Dropdown(choices=languages, value=[])

    def connect(self, where: gr.State) -> None:
        """Keep in `where` the filter that questions are asked with."""

        def choose(
            sources: list[str], languages: list[str], since: str, until: str, request: gr.Request
        ) -> tuple[Filter | None, str]:
            say = words(reader_language(request))
            store = self._workspaces.of(request.username).store()
            if store is None or not (sources or languages or since.strip() or until.strip()):
                return None, ""
            try:
                found = make_filter(
                    store,
                    sources=sources,
                    languages=languages,
                    since=since.strip() or None,
                    until=until.strip() or None,
                )
            except RagError as error:
                return None, _told(f"{say('scope_wrong')} {error}", "wrong")
            count = sum(found.admits(one.source, one.language, one.date) for one in store.documents())
            return found, _told(say("scope_count", f"{count:,}"))

        parts: list[Any] = [self._sources, self._languages, self._since, self._until]
        gr.on([part.change for part in parts], choose, parts, [where, self._told], trigger_mode="always_last", **QUIET)


def _told(said: str, kind: str = "") -> str:
    return f'<p class="told {kind}" dir="{direction(said)}">{text(said)}</p>'
