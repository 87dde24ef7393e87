"""What people thought of answers → candidates for `questions.jsonl`, so that use becomes evaluation.

A thumb up says that the answer's quotations are right: they become the gold ones. A thumb down says only that something is
wrong: the question is kept without an answer, to be given one by a person. Each line says `"verified": false` until a person
has looked at it; `rag evaluate` then reads the file where it lies beside the documents.
"""

import json
from collections.abc import Iterable
from typing import Any

from rag.conversations.saved import SavedRound
from rag.models import Citation


def candidates(rounds: Iterable[SavedRound], folder: str = "") -> list[dict[str, Any]]:
    """Return a line of `questions.jsonl` for each round that something was thought of; of a question asked twice the later one.

    Args:
        rounds: oldest first.
        folder: that the file is for, as sources begin; what lies in it is named from there.
    """
    rows = (_row(one, folder) for one in rounds if one.feedback is not None)
    return list({row["q"]: row for row in rows}.values())


def as_lines(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _row(one: SavedRound, folder: str) -> dict[str, Any]:
    assert one.feedback is not None
    answer, good = one.answer, one.feedback.good
    supported = {
        marker for sentence in answer.sentences if sentence.verdict == "supported" for marker in sentence.citations
    }
    right = [citation for citation in answer.citations if citation.marker in supported] if good else []
    row: dict[str, Any] = {
        "id": f"f{one.id:05}",
        "language": answer.language,
        "q": answer.question,
        # Who refuses rightly has no answer to give; who refuses wrongly has one to find.
        "answerable": not answer.refused if good else True,
        "answers": [citation.quote for citation in right],
        "documents": [_place(citation, folder) for citation in right],
        "verified": False,
        "feedback": "up" if good else "down",
        "answered": answer.text,
    }
    return row | ({"comment": one.feedback.comment} if one.feedback.comment else {})


def _place(citation: Citation, folder: str) -> dict[str, Any]:
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    return {
        "source": citation.source.removeprefix(prefix),
        "language": citation.language,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }
