"""Conversations, and what was thought of answers, as files for whom they belong to; nothing of them is written to the disk."""

import os
from urllib.parse import quote

from fastapi import FastAPI, Request, Response

from rag.conversations.candidates import as_lines, candidates
from rag.conversations.exporting import as_json, as_markdown, file_name
from rag.errors import ConversationError
from rag.ui.gate import user_of
from rag.ui.workspace import Workspaces

_KINDS = {"md": (as_markdown, "text/markdown"), "json": (as_json, "application/json")}


def add_downloads(web: FastAPI, workspaces: Workspaces) -> None:
    """Serve them under `/sanad/`."""

    @web.get("/sanad/conversations/{name}")
    def conversation(request: Request, name: str) -> Response:
        id_, _, end = name.partition(".")
        user = user_of(request) or ""
        conversations = workspaces.of(user).conversations(user)
        try:
            write, kind = _KINDS[end]
            found = conversations.get(id_)
        except (KeyError, ConversationError):
            return Response(status_code=404)
        return _file(write(found, conversations.rounds(id_)), kind, file_name(found, f".{end}"))

    @web.get("/sanad/questions.feedback.jsonl")
    def feedback(request: Request) -> Response:
        user = user_of(request) or ""
        workspace = workspaces.of(user)
        beside = _common_folder([document.source for document in workspace.documents()])
        rows = candidates(workspace.conversations(user).rated(), beside)
        return _file(as_lines(rows), "application/jsonl", "questions.feedback.jsonl")


def _common_folder(sources: list[str]) -> str:
    """Return the folder that all sources lie in, as they name it.

    >>> _common_folder(["seeds/ar/a.txt", "seeds/en/b.txt"]), _common_folder(["/data/a.txt", "store/uploads/b.txt"])
    ('seeds', '')
    """
    try:
        return os.path.commonpath([os.path.dirname(source) for source in sources])  # noqa: PTH120
    except ValueError:  # there are none, or some are named in full and others are not
        return ""


def _file(text: str, kind: str, name: str) -> Response:
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
    }
    return Response(text.encode("utf-8"), media_type=f"{kind}; charset=utf-8", headers=headers)
