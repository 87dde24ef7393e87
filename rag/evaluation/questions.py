"""Our own shape: a `.jsonl` file of questions that lies in the folder of documents they are about.

A line is `{"q": …, "documents": [{"source": …, "quote": …}], "answers": […]}`; `seeds/README.md` tells all keys.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.documents import find_documents, read_document
from rag.errors import DatasetError, DocumentError
from rag.evaluation.gold import Dataset, GoldQuestion, Place
from rag.evaluation.jsonfiles import flag_of, read_json_lines, text_of
from rag.models import Document, Span
from rag.text.languages import detect_language

_KNOWN = frozenset({"answers", "answerable", "documents"})


def read_questions(path: Path, *, name: str | None = None) -> Dataset:
    """Read a file of questions, and the documents in its folder and below.

    `answerable` is true by default. A `quote` without offsets is looked for; every place where it stands counts. Files that
    cannot be read, and other files of questions, are left out and told of.

    Raises:
        DatasetError: if a line is broken, or names a document or a quote that is not there.
    """
    documents, failed = read_documents(path.parent, besides=path)
    questions = [
        _question(row, documents, f"{path}, line {number}", f"line {number}") for number, row in read_json_lines(path)
    ]
    return Dataset(name or path.as_posix(), tuple(documents.values()), tuple(questions), failed=tuple(failed))


def read_documents(folder: Path, besides: Path | None = None) -> tuple[dict[str, Document], list[tuple[str, str]]]:
    """Return the documents of a folder, or of one file, by source; and what was left out, each with the reason.

    `besides` is the file of questions about them, if there is one already.
    """
    found = find_documents([folder])
    documents: dict[str, Document] = {}
    failed = [(path.as_posix(), reason) for path, reason in found.failed]
    for path in found.files:
        if path == besides:  # the questions are no document, whatever they are called
            continue
        source = path.relative_to(folder).as_posix() if path != folder else path.name
        if holds_questions(path):
            failed.append((source, "holds questions and their answers, so it is not read as a document"))
            continue
        try:
            documents[source] = read_document(path, source=source)
        except DocumentError as error:
            failed.append((source, str(error)))
    return documents, failed


def holds_questions(path: Path) -> bool:
    """Tell whether each line of a `.jsonl` file is a question with what is known of its answer: `q`, and more of our keys."""
    if path.suffix.lower() != ".jsonl":
        return False
    found = False
    try:
        for _, row in read_json_lines(path):
            found = isinstance(row.get("q"), str) and not _KNOWN.isdisjoint(row)
            if not found:
                break
    except DatasetError:
        return False
    return found


def _question(row: dict[str, Any], documents: dict[str, Document], where: str, default_id: str) -> GoldQuestion:
    text = text_of(row, ("q", "question"), where)
    answerable = flag_of(row, "answerable", where, default=True)
    listed = row.get("documents") or []
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise DatasetError(f'{where}: found documents {str(listed)[:60]}, expected [{{"source": …, "quote": …}}]')
    if not answerable and listed:
        raise DatasetError(f"{where}: answerable is false, but documents are named: leave one of the two out")
    answers = _answers(row.get("answers"), where)
    return GoldQuestion(
        id=str(row.get("id", default_id)),
        text=text,
        language=str(row.get("language") or detect_language(text)),
        answerable=answerable,
        answers=answers if answerable else (),
        places=tuple(dict.fromkeys(place for one in listed for place in _places(one, documents, where))),
        verified=flag_of(row, "verified", where, default=True),
    )


def _answers(listed: Any, where: str) -> tuple[str, ...]:
    """Return the answers, listed as one string, several, or as Hugging Face does: the strings under `text`."""
    found = listed.get("text") if isinstance(listed, dict) else [] if listed is None else listed
    found = [found] if isinstance(found, str) else found
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise DatasetError(f'{where}: found answers {str(listed)[:60]}, expected a list of strings, such as ["1963"]')
    return tuple(one for one in found if one.strip())  # an empty one would stand in every sentence


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
