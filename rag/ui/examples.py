"""Example questions: some of the gold questions of `seeds/`, offered where `seeds/` is what is indexed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_QUESTIONS = Path(__file__).resolve().parents[2] / "seeds" / "questions.jsonl"
_LANGUAGES = ("ar", "ar", "en", "ar", "fr", "ru")  # of the questions to show, in order


def example_questions(sources: Iterable[str], path: Path = _QUESTIONS) -> list[str]:
    """Return questions that the documents named `sources` answer, Arabic first; none if they are not those of `seeds/`.

    The choice is the same every time: for each place the first fitting question, if possible from a story not told yet.
    """
    if not path.is_file():  # installed from a wheel, without the seeds
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if row["answerable"]]
    if not {document["source"] for row in rows for document in row["documents"]} <= {
        _tail(source) for source in sources
    }:
        return []
    chosen: list[dict[str, Any]] = []
    for language in _LANGUAGES:
        told = {row["story"] for row in chosen}
        fitting = [row for row in rows if row["language"] == language and row not in chosen]
        fitting.sort(
            key=lambda row: (row["story"] in told, row["kind"] != "same")
        )  # stable: beyond that as in the file
        chosen += fitting[:1]
    return [str(row["q"]) for row in chosen]


def _tail(source: str) -> str:
    return "/".join(source.replace("\\", "/").split("/")[-2:])  # as in the gold questions: `ar/flood.txt`
