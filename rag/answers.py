"""An answer at a terminal, for people and for programs."""

import dataclasses
from typing import Any

import regex

from rag.models import Answer, NoticeKind
from rag.options import say


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


_CONTROLS = regex.compile(r"[\p{Cc}--[\n\t]]|[\u202a-\u202e\u2066-\u2069]", regex.V1)
_NOTICES: dict[NoticeKind, str] = {
    "model_failed": "{} — the documents are quoted instead",
    "passages_left_out": "{}",
    "orders_withheld": "sentences that give a machine orders were {}",
    "cut_short": "{}: the answer may lack its end",
    "forgotten": "{}",
    "replaced": "quotations stand in place of {}, which the documents do not surely support",
}


def shown(text: str) -> str:
    r"""Return text that a terminal only shows: documents and models may hold what it would obey.

    >>> shown("open\x1b]52;c;x\x07ed\nin May")
    'open]52;c;xed\nin May'
    """
    return _CONTROLS.sub("", text)


def print_answer(answer: Answer) -> None:
    """Print an answer for people; what they must know of how it came about goes to stderr."""
    for notice in answer.notices:
        say(shown(_NOTICES[notice.kind].format(notice.detail)))
    print(shown(answer.text))
    for sentence in answer.sentences:
        if sentence.verdict != "supported":
            print(shown(f"{sentence.verdict}: {sentence.text} ({sentence.reason})"))
    if answer.citations:
        print()
    for citation in answer.citations:
        page = f", p. {citation.page}" if citation.page else ""
        date = f" ({citation.date})" if citation.date else ""
        print(shown(f"[{citation.marker}] {citation.title}{date} — {citation.source}{page}"))
        if citation.repeated_in:
            print(shown(f"    also in {', '.join(citation.repeated_in)}"))
