"""SQuAD-style JSON: each paragraph is a document, its questions carry the answer's offset in it.

The format of Rajpurkar et al. 2016 and 2018, arXiv 1606.05250 and 1806.03822; XQuAD, MLQA and TyDi QA (gold passage) keep to it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import DatasetError
from rag.evaluation.gold import Dataset, GoldQuestion, Place, document_id
from rag.evaluation.jsonfiles import flag_of, read_json
from rag.models import Document, Span
from rag.text.languages import detect_language

_EXPECTED = "expected data[].paragraphs[].{context, qas[].{id, question, answers[].{text, answer_start}}}"


def read_squad(path: Path) -> Dataset:
    """Read a SQuAD-style file.

    Paragraphs are indexed without their article's title, as published figures are: a source `003-002 Title` says that it is
    the second paragraph of the third article, no more.

    Raises:
        DatasetError: if it has another shape, or an answer is not where its offset says.
    """
    data = read_json(path)
    where = ""
    try:
        articles = list(data["data"])
        documents: list[Document] = []
        questions: list[GoldQuestion] = []
        belongs: dict[str, str] = {}
        for number, article in enumerate(articles, start=1):
            for ordinal, paragraph in enumerate(article["paragraphs"], start=1):
                where = f" in paragraph {ordinal} of article {number}"
                source = f"{number:03}-{ordinal:03} {article.get('title', '')}".strip()
                document = _document(source, str(paragraph["context"]))
                documents.append(document)
                belongs[document.id] = f"{number:03}"
                questions += _questions(path, paragraph["qas"], document)
    except (AttributeError, KeyError, TypeError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise DatasetError(f"{path} is not SQuAD-style JSON ({what}{where}): {_EXPECTED}") from error
    return Dataset(path.as_posix(), tuple(documents), tuple(questions), belongs)


def _document(source: str, text: str) -> Document:
    return Document(document_id(source), source, "", detect_language(text), None, text)


def _questions(path: Path, rows: list[dict[str, Any]], document: Document) -> Iterator[GoldQuestion]:
    # A lone short question is easily taken for a neighbouring language; those of a paragraph are of one.
    language = detect_language("\n".join(str(row["question"]) for row in rows))
    for row in rows:
        where = f"{path}: question {row['id']!r}"
        impossible = flag_of(row, "is_impossible", where, default=False)
        answers = [] if impossible else _answers(row["answers"], where)
        for text, start in answers:
            found = document.text[start : start + len(text)]
            if found != text:
                raise DatasetError(
                    f"{where} has the answer {text!r} at {start}, where {found!r} stands: "
                    "count answer_start in characters of the context"
                )
        spans = dict.fromkeys(Span(start, start + len(text)) for text, start in answers)
        yield GoldQuestion(
            id=str(row["id"]),
            text=str(row["question"]),
            language=language,
            answerable=not impossible,
            answers=tuple(dict.fromkeys(text for text, _ in answers)),
            places=tuple(Place(document.id, span) for span in spans) or (() if impossible else (Place(document.id),)),
        )


def _answers(listed: Any, where: str) -> list[tuple[str, int]]:
    """Return text and offset of each answer, listed as in SQuAD or as Hugging Face does: a list of texts, one of offsets."""
    try:
        if isinstance(listed, dict):
            found = list(zip(listed["text"], listed["answer_start"], strict=True))
        else:
            found = [(one["text"], one["answer_start"]) for one in listed]
        if all(isinstance(text, str) and text and type(start) is int for text, start in found):
            return found
    except (KeyError, TypeError, ValueError):
        pass
    raise DatasetError(
        f"{where}: found the answers {str(listed)[:60]}, expected a list of {{text, answer_start}}: a string and a whole number"
    )
