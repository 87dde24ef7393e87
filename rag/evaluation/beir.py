"""BEIR folders: `corpus.jsonl`, `queries.jsonl`, `qrels/SPLIT.tsv` (Thakur et al. 2021, arXiv 2104.08663)."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import DatasetError
from rag.evaluation.gold import Dataset, GoldQuestion, Place, document_id
from rag.evaluation.jsonfiles import read_json_lines, text_of
from rag.models import Document
from rag.text.languages import detect_language

CORPUS = "corpus.jsonl"
_QUERIES = "queries.jsonl"
_LONGEST_TITLE = (
    150  # characters, as `read_document` keeps: it is embedded with each sentence, and must leave room for it
)


def read_beir(folder: Path) -> Dataset:
    """Read a BEIR folder: `qrels/test.tsv`, or else the first of `qrels/*.tsv`.

    A query that this split does not judge is left out: nobody has said whether it has an answer. One judged with nothing
    but 0 is unanswerable. Rows of the corpus and of the queries may name their `language`.

    Raises:
        DatasetError: if a part is missing or broken, or the qrels name a document or a query that is not there.
    """
    if not (folder / _QUERIES).is_file():
        raise DatasetError(f"{folder} has {CORPUS} but no {_QUERIES}: a BEIR folder has both, and qrels/")
    qrels_file = _split(folder)
    rows = list(_rows(folder / _QUERIES))
    documents = tuple(_document(row) for row in _rows(folder / CORPUS))
    sources = {document.source for document in documents}
    queries = {str(row["_id"]) for row in rows}
    qrels: dict[str, dict[str, int]] = defaultdict(dict)
    for number, query, document, grade in _read_qrels(qrels_file):
        for kind, name, known, file in (("document", document, sources, CORPUS), ("query", query, queries, _QUERIES)):
            if name not in known:
                raise DatasetError(
                    f"{qrels_file}, line {number} names the {kind} {name!r}, which is not in {file}: "
                    "add it, or take the line out"
                )
        qrels[query][document] = max(grade, qrels[query].get(document, grade))
    questions = tuple(_question(row, qrels[str(row["_id"])]) for row in rows if str(row["_id"]) in qrels)
    if not questions:
        raise DatasetError(f"{qrels_file} judges none of the queries in {_QUERIES}: see that both use the same ids")
    return Dataset(folder.as_posix(), documents, questions)


def _split(folder: Path) -> Path:
    test = folder / "qrels" / "test.tsv"
    found = [test] if test.is_file() else sorted(folder.glob("qrels/*.tsv"))
    if not found:
        raise DatasetError(
            f"{folder} has no qrels/*.tsv: a BEIR folder says there which documents answer which queries"
        )
    return found[0]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, row in read_json_lines(path):
        if "_id" not in row:
            raise DatasetError(f"{path}, line {number}: found the keys {', '.join(row) or '(none)'}, expected an _id")
        yield row


def _document(row: dict[str, Any]) -> Document:
    source, title = str(row["_id"]), " ".join(str(row.get("title") or "").split())
    text = str(row.get("text") or "")
    if not text.strip():  # in some sets the title is all there is
        text, title = title, ""
    language = str(row.get("language") or detect_language(text))
    title = unicodedata.normalize("NFC", title[:_LONGEST_TITLE])
    return Document(document_id(source), source, title, language, None, text)


def _read_qrels(path: Path) -> Iterator[tuple[int, str, str, int]]:
    """Yield line number, query, document and grade; the heading may be left out."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}): expected tab-separated UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or (number == 1 and line.split("\t")[0] == "query-id"):
            continue
        try:
            query, document, grade = line.split("\t")
            yield number, query, document, int(grade)
        except ValueError:
            raise DatasetError(
                f"{path}, line {number}: found {line[:60]!r}, expected query-id, corpus-id and a whole number, between tabs"
            ) from None


def _question(row: dict[str, Any], judged: dict[str, int]) -> GoldQuestion:
    text = text_of(row, ("text",), f"{_QUERIES}, query {row['_id']!r}")
    places = tuple(Place(document_id(document), grade=grade) for document, grade in judged.items() if grade > 0)
    language = str(row.get("language") or detect_language(text))
    return GoldQuestion(str(row["_id"]), text, language, answerable=bool(places), places=places)
