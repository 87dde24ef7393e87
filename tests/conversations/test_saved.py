"""Conversations are each user's own, and there again after whatever happens to the program."""

import sqlite3
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from making_answers import answer

from rag.conversations import DATABASE_FILE, Conversations, Feedback
from rag.conversations.plain import from_json, to_json
from rag.conversations.saved import all_rated
from rag.errors import ConversationError
from rag.models import Answer, Document, Notice

FLOOD = Document("d1", "docs/flood.txt", "Flood", "en", "2025-01-04", "The river rose by two metres. Nobody was hurt.")
ANSWER = answer("How far did the river rise?", (FLOOD, "The river rose by two metres."))
REFUSAL = Answer("Who paid?", "en", "The documents do not say.", True, 0.1)


def test_what_was_said_is_there_again_as_it_was(tmp_path: Path) -> None:
    mine = Conversations(tmp_path)
    assert mine.all() == [] and not (tmp_path / DATABASE_FILE).exists(), "to look is not to write"
    full = replace(
        ANSWER,
        asked="and the river?",
        notices=(Notice("model_failed", "gone"),),
        model="llm",
        timings_ms={"total": 3.5},
    )
    conversation, first = mine.add(None, "  and the\nriver? ", full, {"languages": ["en"], "since": "2025"})
    assert mine.add(conversation, "Who paid?", REFUSAL) == (conversation, first + 1)
    again = Conversations(tmp_path)
    (listed,) = again.all()
    assert (listed.id, listed.title, listed.rounds) == (conversation, "and the river?", 2)
    one, two = again.rounds(conversation)
    assert (one.message, one.answer, one.scope) == ("  and the\nriver? ", full, {"languages": ["en"], "since": "2025"})
    assert (two.answer, two.scope, two.feedback) == (REFUSAL, {}, None)


def test_the_one_gone_on_with_last_comes_first(tmp_path: Path) -> None:
    mine = Conversations(tmp_path)
    older, _ = mine.add(None, "a", ANSWER)
    newer, _ = mine.add(None, "b", ANSWER)
    assert [one.id for one in mine.all()] in ([newer, older], [older, newer])  # within a millisecond either
    with sqlite3.connect(tmp_path / DATABASE_FILE) as connection:
        connection.execute("UPDATE conversations SET changed = '2020'")
    mine.add(older, "c", ANSWER)
    assert [one.id for one in mine.all()] == [older, newer]


def test_it_can_be_renamed_and_deleted(tmp_path: Path) -> None:
    mine = Conversations(tmp_path)
    conversation, round_ = mine.add(None, "x" * 300, ANSWER)
    assert len(mine.get(conversation).title) == 80
    mine.rename(conversation, " The  flood ")
    assert mine.get(conversation).title == "The flood"
    mine.rename(conversation, " ")
    assert mine.get(conversation).title.startswith("xxx")
    mine.rate(round_, Feedback(True))
    mine.delete(conversation)
    assert mine.all() == mine.rounds(conversation) == all_rated(tmp_path) == []
    for act in (mine.delete, mine.get, lambda gone: mine.rename(gone, "x")):
        with pytest.raises(ConversationError, match="may have been deleted"):
            act(conversation)
    assert mine.add(conversation, "b", ANSWER)[0] != conversation, "what was deleted stays deleted"


def test_nobody_sees_or_changes_what_is_anothers(tmp_path: Path) -> None:
    hers, his = Conversations(tmp_path, "amal"), Conversations(tmp_path, "omar")
    conversation, round_ = hers.add(None, "secret", ANSWER)
    assert his.all() == his.rounds(conversation) == []
    for act in (his.delete, his.get, lambda one: his.rename(one, "x"), lambda _: his.rate(round_, Feedback(True))):
        with pytest.raises(ConversationError):
            act(conversation)
    assert his.add(conversation, "mine", ANSWER)[0] != conversation
    assert [one.message for one in hers.rounds(conversation)] == ["secret"]


def test_what_was_thought_is_kept_changed_and_taken_back(tmp_path: Path) -> None:
    mine = Conversations(tmp_path, "amal")
    conversation, round_ = mine.add(None, "a", ANSWER)
    mine.rate(round_, Feedback(True))
    mine.rate(round_, Feedback(False, "  the year is wrong "))
    assert mine.rounds(conversation)[0].feedback == Feedback(False, "the year is wrong")
    assert [one.id for one in all_rated(tmp_path)] == [round_] and Conversations(tmp_path).rated() == []
    mine.rate(round_, None)
    assert mine.rated() == []


def test_many_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    def write(user: str) -> None:
        mine, conversation = Conversations(tmp_path, user), None
        for number in range(10):
            conversation, _ = mine.add(conversation, f"{user} {number}", ANSWER)

    threads = [threading.Thread(target=write, args=[f"user{number}"]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(6):
        (one,) = Conversations(tmp_path, f"user{number}").all()
        messages = [each.message for each in Conversations(tmp_path, f"user{number}").rounds(one.id)]
        assert messages == [f"user{number} {each}" for each in range(10)]


def test_others_on_the_machine_cannot_read_it(tmp_path: Path) -> None:
    Conversations(tmp_path).add(None, "a", ANSWER)
    assert stat.S_IMODE((tmp_path / DATABASE_FILE).stat().st_mode) == 0o600


def test_a_damaged_or_later_file_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"no database at all, but long enough to be looked at" * 99)
    with pytest.raises(ConversationError, match="move it away to begin anew"):
        Conversations(tmp_path).all()
    (tmp_path / DATABASE_FILE).unlink()
    with sqlite3.connect(tmp_path / DATABASE_FILE) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(ConversationError, match="format 9"):
        Conversations(tmp_path).all()


def test_answers_of_other_versions_can_be_read() -> None:
    later = to_json(ANSWER)[:-1] + ', "mood": "calm"}'
    assert from_json(later) == ANSWER
    for broken in ("[]", "{}", '{"question": 1', '{"question": "x", "sentences": [3]}'):
        with pytest.raises(ValueError):
            from_json(broken)
