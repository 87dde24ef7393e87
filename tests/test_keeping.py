"""What the page keeps of a conversation, also when it cannot, and what of it must not come back."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from rag.conversations import Conversations
from rag.models import Answer, AnswerSentence
from rag.settings import load_settings
from rag.ui.exchange import Exchange, stopped
from rag.ui.keeping import kept
from rag.ui.stopping import Stops
from rag.ui.workspace import Models, Workspace

ANSWER = Answer("Who?", "en", "Nobody. [1]", False, 0.9, (AnswerSentence("Nobody.", (1,), "supported"),))
GROWING, WHOLE = Exchange("Who?", ANSWER), Exchange("Who?", ANSWER, whole=True)
STOPPED = Exchange("Who?", stopped(GROWING), whole=True)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    settings = load_settings(store=tmp_path / "store")
    return Workspace(settings, Models(settings), cast(Any, None))


def saved(workspace: Workspace) -> list[str]:
    conversations = Conversations(workspace.settings.store)
    return [round_.message for one in conversations.all() for round_ in conversations.rounds(one.id)]


def test_a_whole_answer_is_saved_once(workspace: Workspace) -> None:
    (_, (last, id_)) = kept(iter([GROWING, WHOLE]), workspace, "", None, {})
    assert last.round is not None and id_ and saved(workspace) == ["Who?"]


def test_what_cannot_be_kept_is_shown_and_told(workspace: Workspace) -> None:
    workspace.settings.store.mkdir()
    (workspace.settings.store / "conversations.sqlite").write_bytes(b"no database, but " * 99)
    ((shown, id_),) = kept(iter([WHOLE]), workspace, "", None, {})
    assert shown.answer is not None and shown.answer.text == ANSWER.text and id_ is None
    assert [notice.kind for notice in shown.answer.notices] == ["not_kept"]


def test_whoever_leaves_finds_what_there_was(workspace: Workspace) -> None:
    answers = kept(iter([GROWING, WHOLE]), workspace, "", None, {})
    next(answers)
    answers.close()
    until = time.monotonic() + 20
    while not saved(workspace) and time.monotonic() < until:
        time.sleep(0.05)
    (conversation,) = workspace.conversations("").all()
    (round_,) = workspace.conversations("").rounds(conversation.id)
    assert [notice.kind for notice in round_.answer.notices] == ["stopped"]


def test_a_sentence_that_was_not_checked_yet_goes_when_an_answer_is_stopped() -> None:
    sentences = (*ANSWER.sentences, AnswerSentence("Ann.", (2,)))
    answer = stopped(Exchange("Who?", replace(ANSWER, sentences=sentences, text="Nobody. [1]\nAnn. [2]")))
    assert (answer.sentences, answer.text) == (ANSWER.sentences, ANSWER.text)


def test_what_was_stopped_does_not_bring_a_deleted_conversation_back(workspace: Workspace) -> None:
    (_, (_, id_)) = kept(iter([GROWING, WHOLE]), workspace, "", None, {})
    workspace.conversations("").delete(id_ or "")
    assert [name for _, name in kept(iter([STOPPED]), workspace, "", id_, {})] == [id_]
    assert saved(workspace) == []


def test_the_name_of_a_document_that_is_gone_is_not_saved(workspace: Workspace) -> None:
    list(kept(iter([WHOLE]), workspace, "", None, {"sources": ["store/uploads/secret.pdf"], "since": "2025"}))
    assert b"secret" not in (workspace.settings.store / "conversations.sqlite").read_bytes()


def test_each_answer_of_a_page_is_stopped_by_itself() -> None:
    stops = Stops()
    first, second, other = stops.begin("page"), stops.begin("page"), stops.begin("another")
    stops.end("page", first)
    stops.stop("page", left=True)
    assert not first.is_set() and second.is_set() and second.left and not other.is_set()
    stops.end("page", second)
    stops.stop("page")
