"""JSON Lines: a claim and its evidence in, a verdict out, one line each and in order."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rag.checking.answers import Nearest, Sources, check_sentences
from rag.checking.checker import Checker
from rag.checking.claims import Evidence
from rag.checking.nearest import pieces
from rag.models import Verdict
from rag.text.languages import detect_language, detect_within
from rag.text.markers import CitedSentence, without_markers

_EXPECTED = '{"claim": "…", "evidence": "…" or ["…"], "question": "…" or none}'


class LineError(ValueError):
    """A line that is no claim with its evidence."""


def check_lines(checker: Checker, lines: Iterable[bytes], nearest: Nearest) -> Iterator[dict[str, Any]]:
    """Yield for each line that is not blank `label`, `score`, `reason` and `spans`, or else `error`.

    A span's `start` and `end` are characters of the evidence, `piece` says of which where it is a list. What else is in the line
    as `id` comes back.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = read_row(line)
            yield _kept(row) | as_json(check_row(checker, row, nearest))
        except LineError as error:
            yield {"error": f"line {number}: {error}"}


def read_row(line: bytes) -> dict[str, Any]:
    """Return a line's object, its texts without lone surrogates, its evidence as a list.

    Raises:
        LineError: if it is no claim with its evidence.
    """
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        shown = line[:60].decode("utf-8", "replace").strip()
        raise LineError(f"found {shown!r}, expected {_EXPECTED} in UTF-8") from None
    return row_of(row)


def row_of(row: object) -> dict[str, Any]:
    """Return what a line of JSON holds, as `read_row` does.

    Raises:
        LineError: if it is no claim with its evidence.
    """
    if not isinstance(row, dict):
        raise LineError(f"found {type(row).__name__}, expected {_EXPECTED}")
    evidence = row.get("evidence")
    row = {"question": None, **row, "evidence": [evidence] if isinstance(evidence, str) else evidence}
    if not isinstance(row.get("claim"), str):
        raise LineError(f"`claim` is {_kind(row.get('claim'))}, expected text")
    if not isinstance(row["evidence"], list) or not all(isinstance(one, str) for one in row["evidence"]):
        raise LineError(f"`evidence` is {_kind(evidence)}, expected text or a list of texts")
    if not isinstance(row["question"], str | None):
        raise LineError(f"`question` is {_kind(row['question'])}, expected text or nothing")
    row |= {"claim": _clean(row["claim"]), "question": _clean(row["question"] or "")}
    return row | {"evidence": [_clean(one) for one in row["evidence"]]}


def check_row(checker: Checker, row: dict[str, Any], nearest: Nearest) -> Verdict:
    """Return the verdict on the claim of a row that `read_row` returned."""
    found = [
        piece
        for number, text in enumerate(row["evidence"])
        if any(character.isalnum() for character in text)
        for piece in pieces(Evidence(text, detect_language(text), document=str(number)))
    ]
    around = found[0].language if found else "und"
    claim = without_markers(row["claim"]).strip()
    sentence = CitedSentence(claim, detect_within(claim, around), (1,) if found else ())
    return check_sentences(checker, [sentence], Sources({1: found} if found else {}, nearest=nearest), row["question"])[
        0
    ]


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the line that is printed."""
    spans = [
        {"piece": int(one.document), "start": one.start, "end": one.end, "text": one.text} for one in verdict.spans
    ]
    return {"label": verdict.label, "score": round(verdict.score, 6), "reason": verdict.reason, "spans": spans}


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"]} if "id" in row else {}


def _kind(value: object) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()  # a lone surrogate becomes "?": offsets stay
