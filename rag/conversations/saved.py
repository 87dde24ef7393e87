"""Conversations of each user: listed, gone on with, renamed, deleted; and what was thought of each answer."""

import json
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.conversations import database, plain
from rag.errors import ConversationError
from rag.models import Answer

_TITLE_CHARS = 80
_COMMENT_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Feedback:
    """A thumb up (`good`) or down, and what was said with it."""

    good: bool
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SavedRound:
    """A message, when it came (ISO 8601, UTC), and what it was answered.

    `scope` tells which documents were asked, as arguments of `rag.index.make_filter`; it is empty if that was all.
    """

    id: int
    asked: str
    message: str
    answer: Answer
    scope: Mapping[str, Any] = field(default_factory=dict)
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it is listed: its name, when it began and was last gone on with, and how many rounds it has."""

    id: str
    title: str
    created: str
    changed: str
    rounds: int


class Conversations:
    """The conversations that one user has about the documents of one store. Safe to use from several threads.

    Whatever is asked of another user's conversation, the answer is that there is none.

    Args:
        folder: of the store.
        user: whose they are; empty where nobody has to say who they are.
    """

    def __init__(self, folder: Path, user: str = "") -> None:
        self._folder, self._user = folder, user

    def all(self) -> list[Conversation]:
        """Return all conversations that have a round, the one that was gone on with last first."""
        if not database.exists(self._folder):
            return []
        with database.opened(self._folder) as connection:
            found = connection.execute(
                "SELECT conversations.*, count(*) AS rounds, first.message AS message FROM conversations "
                "JOIN rounds ON rounds.conversation = conversations.id "
                "JOIN rounds AS first ON first.id = (SELECT min(id) FROM rounds WHERE conversation = conversations.id) "
                "WHERE user = ? GROUP BY conversations.id ORDER BY changed DESC, conversations.id",
                (self._user,),
            ).fetchall()
        return [
            Conversation(
                row["id"], row["title"] or short(row["message"]), row["created"], row["changed"], row["rounds"]
            )
            for row in found
        ]

    def get(self, conversation: str) -> Conversation:
        """Return one conversation.

        Raises:
            ConversationError: if this user has none of this id.
        """
        found = next((one for one in self.all() if one.id == conversation), None)
        if found is None:
            raise _absent(conversation)
        return found

    def rounds(self, conversation: str) -> list[SavedRound]:
        """Return the rounds of a conversation, oldest first; none if this user has no such conversation."""
        if not conversation or not database.exists(self._folder):
            return []
        with database.opened(self._folder) as connection:
            found = connection.execute(
                "SELECT rounds.*, good, comment FROM rounds LEFT JOIN feedback ON feedback.round = rounds.id "
                "JOIN conversations ON conversations.id = conversation WHERE conversation = ? AND user = ? "
                "ORDER BY rounds.id",
                (conversation, self._user),
            ).fetchall()
        return [_round(row) for row in found]

    def add(
        self, conversation: str | None, message: str, answer: Answer, scope: Mapping[str, Any] | None = None
    ) -> tuple[str, int]:
        """Save a round at the end of a conversation, or of a new one, and return the ids of both.

        A conversation that was deleted meanwhile is begun anew, under a new id.
        """
        now = _now()
        with database.transaction(self._folder) as connection:
            if conversation is None or not self._owns(connection, conversation):
                conversation = uuid.uuid4().hex
                connection.execute(
                    "INSERT INTO conversations VALUES (?, ?, '', ?, ?)", (conversation, self._user, now, now)
                )
            cursor = connection.execute(
                "INSERT INTO rounds (conversation, asked, message, answer, scope) VALUES (?, ?, ?, ?, ?)",
                (conversation, now, message, plain.to_json(answer), json.dumps(scope or {}, ensure_ascii=False)),
            )
            connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now, conversation))
        assert cursor.lastrowid is not None
        return conversation, cursor.lastrowid

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title; an empty one names it by its first question again.

        Raises:
            ConversationError: if this user has no such conversation.
        """
        self._change(
            "UPDATE conversations SET title = ? WHERE id = ? AND user = ?", (short(title), conversation, self._user)
        )

    def delete(self, conversation: str) -> None:
        """Take a conversation out, with what was thought of its answers.

        Raises:
            ConversationError: if this user has no such conversation.
        """
        self._change("DELETE FROM conversations WHERE id = ? AND user = ?", (conversation, self._user))

    def rate(self, round_: int, feedback: Feedback | None) -> None:
        """Keep what is thought of an answer, in place of what was thought before; None takes it back.

        Raises:
            ConversationError: if this user has no such round.
        """
        with database.transaction(self._folder) as connection:
            owned = connection.execute(
                "SELECT 1 FROM rounds JOIN conversations ON conversations.id = conversation WHERE rounds.id = ? AND user = ?",
                (round_, self._user),
            ).fetchone()
            if owned is None:
                raise _absent(str(round_))
            connection.execute("DELETE FROM feedback WHERE round = ?", (round_,))
            if feedback is not None:
                comment = feedback.comment.strip()[:_COMMENT_CHARS]
                connection.execute("INSERT INTO feedback VALUES (?, ?, ?, ?)", (round_, feedback.good, comment, _now()))

    def rated(self) -> list[SavedRound]:
        """Return the rounds that something was thought of, oldest first."""
        return [one for found in reversed(self.all()) for one in self.rounds(found.id) if one.feedback is not None]

    def _owns(self, connection: sqlite3.Connection, conversation: str) -> bool:
        found = connection.execute(
            "SELECT 1 FROM conversations WHERE id = ? AND user = ?", (conversation, self._user)
        ).fetchone()
        return found is not None

    def _change(self, statement: str, values: tuple[Any, ...]) -> None:
        with database.transaction(self._folder) as connection:
            if not connection.execute(statement, values).rowcount:
                raise _absent(str(values[-2]))


def all_rated(folder: Path) -> list[SavedRound]:
    """Return what all users thought of answers about the documents of one store, oldest first."""
    if not database.exists(folder):
        return []
    with database.opened(folder) as connection:
        users = [row["user"] for row in connection.execute("SELECT DISTINCT user FROM conversations")]
    return sorted((one for user in users for one in Conversations(folder, user).rated()), key=lambda one: one.id)


def short(text: str) -> str:
    r"""Return the beginning of a text, on one line, as a title.

    >>> short("  Who opened\nthe plant? ")
    'Who opened the plant?'
    """
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_CHARS else f"{line[: _TITLE_CHARS - 1].rstrip()}…"


def _round(row: sqlite3.Row) -> SavedRound:
    feedback = None if row["good"] is None else Feedback(bool(row["good"]), row["comment"])
    try:
        answer = plain.from_json(row["answer"])
    except ValueError as error:
        raise ConversationError(
            f"round {row['id']} of the saved conversations cannot be read ({error}): delete its conversation"
        ) from error
    return SavedRound(row["id"], row["asked"], row["message"], answer, json.loads(row["scope"]), feedback)


def _absent(what: str) -> ConversationError:
    return ConversationError(f"you have no conversation {what}: it may have been deleted; begin another")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
