"""The documents: handed in, listed, looked at, forgotten."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from rag.errors import RagError
from rag.index.build import Step
from rag.models import Document
from rag.ui.asking import Asking, beginning, shown
from rag.ui.documents_view import about_html, certificate_html, outcomes_html, row_of, told_html
from rag.ui.escaping import text
from rag.ui.events import QUIET
from rag.ui.incoming import INCOMING, clear
from rag.ui.keeping import open_conversation
from rag.ui.scope_panel import ScopePanel
from rag.ui.words import Words, label, reader_language, words
from rag.ui.workspace import Workspaces
from rag.uploads import shown_name

_PROGRESS = gr.Progress()


class DocumentsPanel:
    """The tab of the documents; to be made where the page is built, and connected once there is what it acts on.

    Args:
        workspaces: of all users.
        header: what stands at the page's head for so many documents.
    """

    def __init__(self, workspaces: Workspaces, header: Callable[[int], str]) -> None:
        self._workspaces, self._header = workspaces, header
        with gr.Row(elem_id="documents"):
            with gr.Column(scale=3, min_width=320):
                self._table = gr.Dataframe(
                    datatype="str",
                    type="array",
                    interactive=False,
                    show_search="search",
                    wrap=True,
                    buttons=[],
                    max_height="calc(100dvh - 150px)",
                    label=label("documents"),
                    show_label=False,
                    elem_id="document-list",
                    column_widths=["40%", "15%", "17%", "28%", "0%"],
                )
                self._none = gr.Markdown("", elem_id="no-documents")
            with gr.Column(scale=2, min_width=300):
                self._files = gr.File(
                    file_count="multiple",
                    label=label("drop_files"),
                    height=150,
                    elem_id="upload",
                    visible=self._may_add,
                )
                self._folder = gr.UploadButton(
                    label("choose_folder"),  # type: ignore[arg-type]
                    file_count="directory",
                    size="sm",
                    elem_id="upload-folder",
                    visible=self._may_add,
                )
                self._told = gr.Markdown("", elem_id="upload-told")
                with gr.Column(visible=False, elem_id="this-document", min_width=240) as self._this:
                    self._about = gr.Markdown("", elem_id="document-about", latex_delimiters=[])
                    self._forget = gr.Button(label("forget"), size="sm", elem_id="forget")
                    with gr.Row(visible=False) as self._sure:
                        self._yes = gr.Button(label("forget_yes"), size="sm", variant="stop", elem_id="forget-yes")
                        self._no = gr.Button(label("no"), size="sm", elem_id="forget-no")
                self._certificate = gr.Markdown("", elem_id="certificate", latex_delimiters=[])
        self._chosen = gr.State(None)

    @property
    def _may_add(self) -> bool:
        return self._workspaces.settings.max_upload_files > 0

    def connect(self, page: gr.Blocks, asking: Asking, header: gr.Markdown) -> None:
        """Make the tab act, and the rest of the page follow what becomes of the documents."""
        scope = asking.scope
        listed: list[Any] = [self._table, self._none, header, asking.chat, *scope.choices]
        looked_at: list[Any] = [self._chosen, self._this, self._about, self._sure]

        def show(request: gr.Request) -> tuple[Any, ...]:
            return self._listed(request, scope)

        def add(files: list[str] | None, request: gr.Request, progress: gr.Progress = _PROGRESS) -> tuple[Any, ...]:
            return self._take_in(files or [], request, progress), None

        def look(event: gr.SelectData, request: gr.Request) -> tuple[Any, ...]:
            return self._look(str((event.row_value or [""])[-1]), request)

        def forget(source: str | None, conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
            told = self._forgotten(source, request)
            user = request.username or ""
            exchanges, saved = open_conversation(self._workspaces.of(user).conversations(user), conversation)
            in_chat = *shown(exchanges, reader_language(request)), saved
            return told, *_looked_at(None), *in_chat

        page.load(show, None, listed, **QUIET)
        adding: dict[str, Any] = {
            "show_progress": "full",
            "show_progress_on": self._told,
            "api_visibility": "private",
            "concurrency_limit": 2,
            "concurrency_id": "documents",  # questions need not wait for them
        }

        self._files.upload(add, self._files, [self._told, self._files], **adding).then(show, None, listed, **QUIET)
        self._folder.upload(add, self._folder, [self._told, self._folder], **adding).then(show, None, listed, **QUIET)
        self._table.select(look, None, looked_at, **QUIET)
        self._forget.click(lambda: gr.Row(visible=True), None, self._sure, **QUIET)
        self._no.click(lambda: gr.Row(visible=False), None, self._sure, **QUIET)
        self._yes.click(
            forget,
            [self._chosen, asking.saved],
            [self._certificate, *looked_at, *asking.outputs, asking.saved],
            concurrency_limit=2,
            concurrency_id="documents",
            api_visibility="private",
            show_progress="full",
            show_progress_on=self._certificate,
        ).then(show, None, listed, **QUIET)

    def _listed(self, request: gr.Request, scope: ScopePanel) -> tuple[Any, ...]:
        language = reader_language(request)
        documents = self._workspaces.of(request.username).documents()
        say = words(language)
        none = "" if documents else f'<p class="empty">{text(say("no_documents"))}</p>'
        headers = [*(say(key) for key in ("title", "language", "date", "file")), ""]
        rows = [row_of(document, language) for document in documents]
        table = gr.Dataframe(value={"headers": headers, "data": rows}, visible=bool(rows))
        chat = beginning([document.source for document in documents])
        return table, none, self._header(len(documents)), chat, *scope.offered(documents, language)

    def _take_in(self, files: Sequence[str], request: gr.Request, progress: gr.Progress) -> str:
        say = words(reader_language(request))
        progress(0, desc=say("stage_received"))

        def follow(step: Step) -> None:
            name = shown_name(step.source)
            progress((step.done, step.of), desc=say(f"stage_{step.stage}", name), unit=say("files"))

        paths = [Path(file) for file in files]
        try:
            workspace = self._workspaces.of(request.username)
            outcomes = workspace.take_in(
                paths, on_step=follow, on_wait=lambda _: progress(0, desc=say("stage_waiting"))
            )
        except RagError as error:
            return told_html(str(error), "wrong")
        finally:
            for path in paths:
                _remove_empty(path.parent)
            clear(self._workspaces.settings.store / INCOMING)
        return outcomes_html(outcomes, say)

    def _look(self, source: str, request: gr.Request) -> tuple[Any, ...]:
        try:
            document = self._workspaces.of(request.username).document(source)
        except RagError as error:
            return None, gr.Column(visible=True), told_html(str(error), "wrong"), gr.Row(visible=False)
        return _looked_at(document, words(reader_language(request)))

    def _forgotten(self, document: str | None, request: gr.Request) -> str:
        say = words(reader_language(request))
        try:
            return certificate_html(self._workspaces.of(request.username).forget(document or ""), say)
        except RagError as error:
            return told_html(str(error), "wrong")


def _looked_at(document: Document | None, say: Words | None = None) -> tuple[Any, ...]:
    """Return the values of the parts that show the chosen document."""
    about = about_html(document, say) if document and say else ""
    # By its id: a name might by now be that of another, which ends like the one that is gone.
    return document.id if document else None, gr.Column(visible=document is not None), about, gr.Row(visible=False)


def _remove_empty(folder: Path) -> None:
    """Remove the folder that Gradio made for a file that was handed in."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
