"""Our own shape: a `.jsonl` file of questions that lies in the folder of documents they are about.

A line is `{"q": …, "documents": [{"source": …, "quote": …}], "answers": […]}`; `seeds/README.md` tells all keys.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.documents import find_documents, read_document
from rag.errors import DatasetError, DocumentError
from rag.evaluation.gold import Dataset, GoldQuestion, Place
from rag.evaluation.jsonfiles import read_json_lines, text_of
from rag.models import Document, Span
from rag.text.languages import detect_language


def read_questions(path: Path, *, name: str | None = None) -> Dataset:
    """Read a file of questions, and the documents in its folder and below.

    `answerable` is true by default. A `quote` without offsets is looked for; every place where it stands counts. Files that
    cannot be read are left out and told of, as `rag index` does.

    Raises:
        DatasetError: if a line is broken, or names a document or a quote that is not there.
    """
    documents, failed = _read_documents(path.parent, besides=path)
    questions = [
        _question(row, documents, f"{path}, line {number}", f"line {number}") for number, row in read_json_lines(path)
    ]
    return Dataset(name or path.as_posix(), tuple(documents.values()), tuple(questions), failed=tuple(failed))


def _read_documents(folder: Path, besides: Path) -> tuple[dict[str, Document], list[tuple[str, str]]]:
    found = find_documents([folder])
    documents: dict[str, Document] = {}
    failed = [(path.as_posix(), reason) for path, reason in found.failed]
    for path in found.files:
        if path == besides:  # the questions are no document, whatever they are called
            continue
        source = path.relative_to(folder).as_posix()
        try:
            documents[source] = read_document(path, source=source)
        except DocumentError as error:
            failed.append((source, str(error)))
    return documents, failed


def _question(row: dict[str, Any], documents: dict[str, Document], where: str, default_id: str) -> GoldQuestion:
    text = text_of(row, ("q", "question"), where)
    answerable = bool(row.get("answerable", True))
    listed = row.get("documents") or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise DatasetError(f'{where}: found documents {str(listed)[:60]}, expected [{{"source": …, "quote": …}}]')
    if not answerable and listed:
        raise DatasetError(f"{where}: answerable is false, but documents are named: leave one of the two out")
    answers = row.get("answers") or []
    return GoldQuestion(
        id=str(row.get("id", default_id)),
        text=text,
        language=str(row.get("language") or detect_language(text)),
        answerable=answerable,
        answers=tuple(map(str, [answers] if isinstance(answers, str) else answers)) if answerable else (),
        places=tuple(dict.fromkeys(place for one in listed for place in _places(one, documents, where))),
        verified=bool(row.get("verified", True)),
    )


def _places(one: dict[str, Any], documents: dict[str, Document], where: str) -> Iterator[Place]:
    source = text_of(one, ("source",), where)
    document = documents.get(source)
    if document is None:
        raise DatasetError(
            f"{where} names the document {source!r}, which is not beside it or cannot be read: mend its name"
        )
    quote, start, end = one.get("quote"), one.get("start"), one.get("end")
    if quote is None and start is None:
        yield Place(document.id)
        return
    if isinstance(start, int) and isinstance(end, int):
        there = document.text[start:end]
        if there and (quote is None or there == quote):
            yield Place(document.id, Span(start, end))
            return
    spans = list(_occurrences(document.text, str(quote or "")))
    if not spans:
        raise DatasetError(
            f"{where}: {str(quote)[:60]!r} is not in the text of {source}: quote it as `rag show {source}` prints it"
        )
    for span in spans:
        yield Place(document.id, span)


def _occurrences(text: str, quote: str) -> Iterator[Span]:
    start = text.find(quote) if quote else -1
    while start >= 0:
        yield Span(start, start + len(quote))
        start = text.find(quote, start + 1)
