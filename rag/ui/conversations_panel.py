"""The conversations of whoever is here, at the page's side: gone on with, renamed, taken away as a file, deleted."""

from contextlib import suppress
from typing import Any

import gradio as gr

from rag.conversations import Conversations
from rag.errors import ConversationError
from rag.text.controls import without_controls
from rag.ui.asking import READY, Asking, shown
from rag.ui.escaping import text
from rag.ui.events import QUIET
from rag.ui.keeping import open_conversation
from rag.ui.words import Words, label, reader_language, words
from rag.ui.workspace import Workspaces

_MOST = 200  # conversations listed


class ConversationsPanel:
    """The side bar; to be made where the page is built, and connected once there is what it acts on.

    Args:
        workspaces: of all users.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        with gr.Sidebar(label=label("conversations"), open=False, width=300, elem_id="conversations"):
            self._new = gr.Button(label("new_conversation"), elem_id="new-conversation", variant="secondary")
            self._list = gr.Radio(
                [], label=label("conversations"), show_label=False, container=False, elem_id="conversation-list"
            )
            self._none = gr.Markdown("", elem_id="no-conversations")
            with gr.Column(visible=False, elem_id="this-conversation", min_width=200) as self._this:
                self._title = gr.Textbox(
                    label=label("conversation_title"),
                    max_lines=1,
                    elem_id="conversation-title",
                    submit_btn=label("rename"),  # type: ignore[arg-type]
                )
                self._links = gr.Markdown("", elem_id="conversation-links")
                self._delete = gr.Button(label("delete_conversation"), size="sm", elem_id="delete-conversation")
                with gr.Row(visible=False) as self._sure:
                    self._yes = gr.Button(label("delete_yes"), size="sm", variant="stop", elem_id="delete-yes")
                    self._no = gr.Button(label("no"), size="sm", elem_id="delete-no")
            self._user = gr.Markdown("", elem_id="user")
            # A link in Markdown would open beside this page, and leave it as it is.
            self._out = gr.Button(
                label("log_out"), link="/logout", link_target="_self", size="sm", visible=False, elem_id="log-out"
            )

    def connect(self, page: gr.Blocks, asking: Asking) -> None:
        """Make the side bar act on the chat, and follow it."""
        saved, chat = asking.saved, asking.outputs
        side = [self._list, self._none, self._this, self._title, self._links, self._sure]

        def follow(conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
            return self._side(conversation, request)

        def restore(conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
            name = conversation if isinstance(conversation, str) else None
            exchanges, found = open_conversation(self._conversations(request), name)
            return *shown(exchanges, reader_language(request)), found, *self._side(found, request)

        def load(conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
            if conversation and not asking.stops.writing(str(request.session_hash)):
                return restore(conversation, request)
            # What is there by now, if a question was asked before this, is not to be taken away.
            return *[gr.skip()] * len(main), *self._side(conversation, request)

        def pick(conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
            # Not Gradio's `cancels`, which comes after this: an answer on its way would then be shown in the wrong conversation.
            asking.stops.stop(str(request.session_hash), left=True)
            return *restore(conversation, request), READY

        def begin(request: gr.Request) -> tuple[Any, ...]:
            return pick(None, request)

        def rename(title: str, conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
            with suppress(ConversationError):  # it was deleted in another tab
                self._conversations(request).rename(conversation or "", title)
            return self._side(conversation, request)

        def delete(conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
            asking.stops.stop(str(request.session_hash), left=True)
            with suppress(ConversationError):  # it was deleted in another tab
                self._conversations(request).delete(conversation or "")
            return pick(None, request)

        def greet(request: gr.Request) -> tuple[Any, ...]:
            name = f"<p><bdi>{text(request.username)}</bdi></p>" if request.username else ""
            return name, gr.Button(visible=bool(request.username))

        main: list[Any] = [*chat, saved]
        everything: list[Any] = [*main, *side, asking.box]
        page.load(load, saved, [*main, *side], **QUIET)
        page.load(greet, None, [self._user, self._out], **QUIET)
        asking.changed.then(follow, saved, side, **QUIET)
        # Not looked at by Gradio, which after a restart knows none of what an open page lists.
        self._list.input(pick, self._list, everything, preprocess=False, **QUIET)
        gr.on([self._new.click, asking.chat.clear], begin, None, everything, **QUIET)
        self._title.submit(rename, [self._title, saved], side, **QUIET)
        self._delete.click(lambda: gr.Row(visible=True), None, self._sure, **QUIET)
        self._no.click(lambda: gr.Row(visible=False), None, self._sure, **QUIET)
        self._yes.click(delete, saved, everything, **QUIET)

    def _conversations(self, request: gr.Request) -> Conversations:
        return self._workspaces.of(request.username).conversations(request.username or "")

    def _side(self, conversation: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Return the values of the side bar's parts while this conversation is open."""
        say = words(reader_language(request))
        found = self._conversations(request).all()
        this = next((one for one in found if one.id == conversation), None)
        choices = [(without_controls(one.title), one.id) for one in found[:_MOST]]
        return (
            gr.Radio(choices=choices, value=this.id if this else None, visible=bool(choices)),
            "" if found else f'<p class="empty">{text(say("no_conversations"))}</p>',
            gr.Column(visible=this is not None),
            without_controls(this.title) if this else "",
            _links(this.id, say) if this else "",
            gr.Row(visible=False),
        )


def _links(conversation: str, say: Words) -> str:
    kinds = (("md", "Markdown"), ("json", "JSON"))
    links = " · ".join(f'<a href="sanad/conversations/{conversation}.{end}" download>{name}</a>' for end, name in kinds)
    return f"<p>{text(say('save_as'))} {links}</p>"
