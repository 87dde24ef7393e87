"""An answer at a terminal, for people and for programs."""

import dataclasses
import sys
from typing import Any

from rag.models import Answer, NoticeKind
from rag.text.controls import without_controls


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer in the shape that `rag ask --json` promises."""
    passage_keys = ("rank", "score", "source", "page", "start", "end", "text", "dense", "coverage", "repeated_in")
    citation_keys = ("marker", "document", "source", "title", "page", "start", "end", "quote")
    return {
        "question": answer.question,
        "asked": answer.asked or answer.question,
        "language": answer.language,
        "answer": answer.text,
        "refused": answer.refused,
        "evidence": answer.evidence,
        "sentences": [dataclasses.asdict(sentence) for sentence in answer.sentences],
        "citations": [{key: getattr(citation, key) for key in citation_keys} for citation in answer.citations],
        "passages": [{key: getattr(passage, key) for key in passage_keys} for passage in answer.passages],
        "model": answer.model,
        "notices": [dataclasses.asdict(notice) for notice in answer.notices],
        "timings_ms": answer.timings_ms,
    }


_NOTICES: dict[NoticeKind, str] = {
    "model_failed": "{} — the documents are quoted instead",
    "passages_left_out": "{}",
    "orders_withheld": "sentences that give a machine orders were {}",
    "cut_short": "{}: the answer may lack its end",
    "forgotten": "{}",
    "replaced": "quotations stand in place of {}, which the documents do not surely support",
}


def print_answer(answer: Answer) -> None:
    """Print an answer for people; what they must know of how it came about goes to stderr."""
    for notice in answer.notices:
        print(f"rag: {without_controls(_NOTICES[notice.kind].format(notice.detail))}", file=sys.stderr)
    print(without_controls(answer.text))
    for sentence in answer.sentences:
        if sentence.verdict != "supported":
            print(without_controls(f"{sentence.verdict}: {sentence.text} ({sentence.reason})"))
    if answer.citations:
        print()
    for citation in answer.citations:
        page = f", p. {citation.page}" if citation.page else ""
        date = f" ({citation.date})" if citation.date else ""
        print(without_controls(f"[{citation.marker}] {citation.title}{date} — {citation.source}{page}"))
        if citation.repeated_in:
            print(without_controls(f"    also in {', '.join(citation.repeated_in)}"))
