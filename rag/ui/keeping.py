"""Conversations between the page and where they are kept: what the page shows is read from there before each question.

So an open page forgets with the store: what was taken out of a saved answer neither stays in sight nor is gone on from.
"""

import logging
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from typing import Any

from rag.conversations import Conversations, Remains, SavedRound, redact
from rag.errors import ConversationError, RagError
from rag.index import Filter
from rag.index.scanning import PIECE
from rag.models import Answer, Notice
from rag.ui.exchange import Conversation, Exchange, stopped
from rag.ui.workspace import Workspace

_log = logging.getLogger(__name__)


def refreshed(earlier: Sequence[Exchange], rounds: Sequence[SavedRound]) -> Conversation:
    """Return a conversation as it is kept, with what was never saved, such as an error, where it stood.

    Args:
        earlier: as the page has it; nothing after a reload, or when the server was started anew.
        rounds: as they are kept.
    """
    placed: list[tuple[tuple[int, int], Exchange]] = [((one.id, 0), of_round(one)) for one in rounds]
    last = 0
    for number, one in enumerate(earlier, 1):
        if one.round is None:
            placed.append(((last, number), one))
        else:
            last = one.round
    return tuple(one for _, one in sorted(placed, key=itemgetter(0)))


def of_round(one: SavedRound) -> Exchange:
    """Return a saved round as the page shows it."""
    return Exchange(one.message, one.answer, whole=True, round=one.id, good=one.feedback.good if one.feedback else None)


def kept(
    exchanges: Iterator[Exchange], workspace: Workspace, user: str, conversation: str | None, scope: Mapping[str, Any]
) -> Generator[tuple[Exchange, str | None]]:
    """Yield exchanges as they come, with the id of the conversation that they belong to; a whole answer is saved first.

    Whoever leaves the page before that finds what was there saved as stopped.
    """
    save = partial(_save, workspace=workspace, user=user, scope=scope)
    for one in exchanges:
        if one.whole and one.answer is not None:
            answer = one.answer
            try:
                one, conversation = save(one, answer, conversation)
            except ConversationError as error:
                _log.warning("an answer was not kept: %s", error)
                told = (*answer.notices, Notice("not_kept", str(error)))
                one = replace(one, answer=replace(answer, notices=told))
        try:
            yield one, conversation
        except GeneratorExit:
            if not one.whole and one.error is None:
                # Apart, as Gradio closes us in the server's loop: nobody must wait there until the disk is free.
                threading.Thread(target=_save_left, args=(partial(save, one, stopped(one), conversation),)).start()
            raise


def _save_left(save: Callable[[], object]) -> None:
    try:
        save()
    except RagError as error:
        _log.warning("an answer was not kept: %s", error)


def _save(
    one: Exchange,
    answer: Answer,
    conversation: str | None,
    *,
    workspace: Workspace,
    user: str,
    scope: Mapping[str, Any],
) -> tuple[Exchange, str | None]:
    """Save an answer, and return the exchange as it is kept now, and the id of its conversation.

    One that was ended goes with its conversation, if that was deleted meanwhile.
    """
    conversations = workspace.conversations(user)
    ended = any(notice.kind == "stopped" for notice in answer.notices)
    if ended and conversation is not None and not conversations.rounds(conversation):
        return one, conversation
    if chosen := scope.get("sources"):  # of which one may have been forgotten since it was chosen
        there = {document.source for document in workspace.documents()}
        scope = {**scope, "sources": [source for source in chosen if source in there]}
    conversation, round_ = conversations.add(conversation, one.message, answer, scope)
    _leave_out_forgotten(workspace, answer)
    as_kept = (of_round(kept) for kept in conversations.rounds(conversation) if kept.id == round_)
    return next(as_kept, one), conversation


def _leave_out_forgotten(workspace: Workspace, answer: Answer) -> None:
    """Take out of what is saved what rests on a document that was forgotten while the answer was being written."""
    rested_on = {(one.document, one.source) for one in answer.citations}
    rested_on |= {(one.document, one.source) for one in answer.passages}
    rested_on |= {(proof.document, proof.source) for sentence in answer.sentences for proof in sentence.proof}
    there = {document.id for document in workspace.documents()}
    for document, source in sorted(rested_on):
        if document not in there:
            redact(workspace.settings.store, Remains(document, source, (), PIECE))


def scope_of(where: Filter | None) -> dict[str, Any]:
    """Return a filter as it is saved with a round, nothing where it restricts nothing.

    >>> scope_of(Filter(languages=frozenset({"en", "ar"}), since="2025"))
    {'languages': ['ar', 'en'], 'since': '2025'}
    """
    if where is None:
        return {}
    said = {"sources": sorted(where.sources), "languages": sorted(where.languages)}
    return {key: value for key, value in {**said, "since": where.since, "until": where.until}.items() if value}


def open_conversation(conversations: Conversations, conversation: str | None) -> tuple[Conversation, str | None]:
    """Return what is kept of a conversation, and its id; nothing and None if the user has none of this id."""
    rounds = conversations.rounds(conversation) if conversation else []
    return refreshed((), rounds), conversation if rounds else None
