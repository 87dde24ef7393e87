"""Taking a forgotten document out of what was saved: its quotations, the sentences that rest on them, and its very words.

A sentence that cites the document, or is proved by it, goes as a whole. Of everything else (questions, titles, comments,
sentences with other sources) what it shares with the document's text, title or name is blanked, piece by piece, so that the
search through the store's files (`rag.index.scanning`) finds nothing.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.conversations import database
from rag.conversations.pieces import Pieces

_NOTICE = {"kind": "forgotten", "detail": "what rested on a document that was forgotten since was taken out"}
_NO_TEXT = frozenset({"verdict", "kind", "language", "languages", "document", "date"})
"""Keys whose values are ours, not anybody's words."""
_ROUNDS = "SELECT id, message, answer, scope FROM rounds"
_TEXTS = {"conversations": ("id", ("title",)), "feedback": ("round", ("comment",))}


@dataclass(frozen=True)
class Remains:
    """A document to take out: its id, its source, and its texts, each with the first characters of pieces that may stay.

    `piece` is how many characters in a row are a piece.
    """

    document: str
    source: str
    texts: Sequence[tuple[str, Sequence[int]]]
    piece: int


@dataclass(frozen=True, slots=True)
class _Redacted:
    """A round as it was `kept`, what is to stand there instead, and whether it rested on the document."""

    kept: tuple[Any, ...]
    new: tuple[str, str, str]
    rested: bool

    @classmethod
    def of(cls, row: sqlite3.Row, remains: Remains, pieces: Pieces) -> "_Redacted":
        answer, scope = json.loads(row["answer"]), json.loads(row["scope"])
        rests = _take_out(answer, remains)
        if remains.source in scope.get("sources", ()):
            scope["sources"] = [one for one in scope["sources"] if one != remains.source]
        new = (pieces.blanked(row["message"]), _written(_blank(answer, pieces)), _written(_blank(scope, pieces)))
        return cls(tuple(row), new, rests)


def redact(folder: Path, remains: Remains) -> int:
    """Take a document out of all conversations saved in a store's folder; return how many rounds quoted it.

    Raises:
        ConversationError: if they cannot be read or written.
    """
    if not database.exists(folder):
        return 0
    pieces = Pieces(remains.texts, remains.piece)
    quoted = 0
    with database.opened(folder) as connection:  # what takes long is done while others may write
        done = {row["id"]: _Redacted.of(row, remains, pieces) for row in connection.execute(_ROUNDS).fetchall()}
    with database.transaction(folder) as connection:
        for row in connection.execute(_ROUNDS).fetchall():
            one = done.get(row["id"])
            if one is None or one.kept != tuple(row):
                one = _Redacted.of(row, remains, pieces)
            quoted += one.rested
            if one.new != one.kept[1:]:
                connection.execute(
                    "UPDATE rounds SET message = ?, answer = ?, scope = ? WHERE id = ?", (*one.new, row["id"])
                )
        for table, (key, columns) in _TEXTS.items():
            for column in columns:
                for row in connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall():
                    if (blanked := pieces.blanked(row[column])) != row[column]:
                        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (blanked, row[key]))
    with database.opened(folder) as connection:
        connection.execute("VACUUM")  # free pages, and what SQLite moved about, may hold what was overwritten
    return quoted


def _take_out(answer: dict[str, Any], remains: Remains) -> bool:
    """Take a document out of a saved answer; tell whether it was in it."""
    gone = [one["marker"] for one in answer["citations"] if one["document"] == remains.document]
    kept = [one for one in answer["sentences"] if not _rests_on(one, gone, remains.document)]
    removed = len(answer["sentences"]) - len(kept)
    passages = [one for one in answer["passages"] if one["document"] != remains.document]
    found = bool(gone or removed) or len(passages) < len(answer["passages"])
    answer["citations"] = [one for one in answer["citations"] if one["document"] != remains.document]
    answer["passages"] = passages
    for one in (*answer["citations"], *passages):
        one["repeated_in"] = [source for source in one["repeated_in"] if source != remains.source]
    if removed:
        answer["sentences"] = kept
        answer["text"] = "\n".join(map(_with_markers, kept))
        answer["notices"] = [*(one for one in answer["notices"] if one["kind"] != "forgotten"), _NOTICE]
    return found


def _rests_on(sentence: dict[str, Any], markers: Sequence[int], document: str) -> bool:
    return bool(set(markers) & set(sentence["citations"])) or any(
        proof["document"] == document for proof in sentence["proof"]
    )


def _with_markers(sentence: dict[str, Any]) -> str:
    return " ".join([sentence["text"], "".join(f"[{marker}]" for marker in sentence["citations"])]).strip()


def _blank(value: Any, pieces: Pieces) -> Any:
    if isinstance(value, str):
        return pieces.blanked(value)
    if isinstance(value, list):
        return [_blank(one, pieces) for one in value]
    if isinstance(value, dict):
        return {key: one if key in _NO_TEXT else _blank(one, pieces) for key, one in value.items()}
    return value


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
