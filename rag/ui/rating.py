"""Thumbs up or down, and a comment with it: kept beside the index, for `rag feedback`."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.conversations import Feedback
from rag.errors import ConversationError
from rag.ui.events import QUIET
from rag.ui.exchange import Conversation
from rag.ui.words import label, reader_language, words
from rag.ui.workspace import Workspaces

if TYPE_CHECKING:
    from rag.ui.asking import Asking

Rated = tuple[int, bool] | None
"""The round that was rated last, and how."""


def connect_rating(workspaces: Workspaces, asking: "Asking") -> None:
    """Make the thumbs of the chat's answers, and the box for a comment, do what they are for."""
    rated = gr.State(None)

    def rate(conversation: Conversation, event: gr.LikeData, request: gr.Request) -> tuple[Any, ...]:
        at = event.index[0] if isinstance(event.index, tuple | list) else event.index
        exchange = conversation[int(at) // 2] if int(at) // 2 < len(conversation) else None
        if exchange is None or exchange.round is None:
            return None, gr.Textbox(visible=False)
        conversations = workspaces.of(request.username).conversations(request.username or "")
        taken_back = event.liked not in (True, False)
        try:
            conversations.rate(exchange.round, None if taken_back else Feedback(bool(event.liked)))
        except ConversationError:  # it was deleted in another tab
            taken_back = True
        if taken_back:
            return None, gr.Textbox(visible=False)
        say = words(reader_language(request))
        ask = say("comment_up") if event.liked else say("comment_down")
        return (exchange.round, bool(event.liked)), gr.Textbox(value="", visible=True, placeholder=ask)

    def comment(said: str, one: Rated, request: gr.Request) -> Any:
        if one and said.strip():
            round_, good = one
            conversations = workspaces.of(request.username).conversations(request.username or "")
            with suppress(ConversationError):  # it was deleted in another tab
                conversations.rate(round_, Feedback(good, said))
                gr.Info(words(reader_language(request))("comment_kept"), duration=4)
        return gr.Textbox(value="", visible=False)

    asking.chat.like(rate, asking.conversation, [rated, asking.comment], **QUIET)
    asking.comment.submit(comment, [asking.comment, rated], asking.comment, **QUIET)


def comment_box() -> gr.Textbox:
    """Put the box for a comment where the page is being built; it is shown once there is something to say it of."""
    return gr.Textbox(
        label=label("comment"),
        show_label=False,
        container=False,
        visible=False,
        max_length=4_000,
        submit_btn=True,
        elem_id="comment",
    )
