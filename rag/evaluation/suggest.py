"""`rag evaluate --suggest`: first questions for those who have none, out of their own documents, to be reworded by a person.

A question is a sentence with its figure or name taken out. It keeps the document's words, which makes it easier to find than what
somebody would ask: figures measured on suggestions as they are flatter, hence `"verified": false` on every line.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rag.errors import DatasetError
from rag.evaluation.facts import Fact, facts
from rag.models import Document

_Fact = tuple[Document, Fact]

_GAP = "…"
# These stand where the figure stood, which is good grammar in some languages and understood in the others.
_HOW_MANY = {
    "ar": "كم",
    "de": "wie viele",
    "en": "how many",
    "es": "cuántos",
    "fr": "combien de",
    "hi": "कितने",
    "ru": "сколько",
    "tr": "kaç",
    "zh": "多少",
}
_QUESTION_MARKS = {"ar": "؟", "fa": "؟", "ur": "؟", "zh": "？", "ja": "？", "el": ";"}


def suggest_questions(documents: Iterable[Document], count: int = 30) -> list[dict[str, Any]]:
    """Return up to `count` suggested questions in the shape of `questions.jsonl`, spread over languages and documents.

    Raises:
        DatasetError: if no document states a fact that can be asked for.
    """
    if count < 1:
        raise DatasetError(f"{count} questions cannot be suggested: give --count at least 1")
    by_language: dict[str, list[tuple[Document, list[Fact]]]] = defaultdict(list)
    for document in documents:
        by_language[document.language].append((document, facts(document)))
    # Every language in turn, and in each every document in turn: its best fact, then the second best of each, and so on.
    in_turn = [
        _in_turn([[(document, fact) for fact in found] for document, found in members])
        for members in by_language.values()
    ]
    chosen = _in_turn(in_turn)[:count]
    if not chosen:
        raise DatasetError("no document states a figure or a name in a whole sentence: write questions by hand")
    return [_row(number, document, fact) for number, (document, fact) in enumerate(chosen, start=1)]


def write_suggestions(rows: Sequence[dict[str, Any]], output: Path) -> None:
    """Write one question a line.

    Raises:
        DatasetError: if the file is there already, or cannot be written.
    """
    try:
        with output.open("x", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except FileExistsError:
        raise DatasetError(
            f"{output} is there already and may hold your work: move it away, or give --output"
        ) from None
    except OSError as error:
        raise DatasetError(f"{output} cannot be written ({error.strerror}): give another --output") from error


def _row(number: int, document: Document, fact: Fact) -> dict[str, Any]:
    answer = document.text[fact.span.start : fact.span.end]
    place = {"source": document.source, "language": document.language, "start": fact.span.start, "end": fact.span.end}
    return {
        "id": f"s{number:03}",
        "language": document.language,
        "q": _question(document, fact),
        "answerable": True,
        "kind": "same",
        "answers": [answer],
        "documents": [{**place, "quote": answer}],
        "verified": False,
    }


def _question(document: Document, fact: Fact) -> str:
    before = document.text[fact.sentence.start : fact.span.start]
    after = document.text[fact.span.end : fact.sentence.end].rstrip(".。।۔!！ ")
    word = _HOW_MANY.get(document.language, _GAP) if fact.kind == "count" else _GAP
    if (
        fact.kind == "count" and not after[:1].isspace() and document.language != "zh"
    ):  # "12%", "5-year": no thing is counted
        word = _GAP
    return f"{before}{word}{after}{_QUESTION_MARKS.get(document.language, '?')}"


def _in_turn(lists: Sequence[Sequence[_Fact]]) -> list[_Fact]:
    """Return the first of each list, then the second of each, and so on."""
    return [item for row in zip_longest(*lists) for item in row if item is not None]
