"""Find each gold quote in its document's text and write its offsets into `questions.jsonl`.

Run in the repository root after a change to a document or to the loader: `.venv/bin/python seeds/locate.py`.
White space in a quote matches any white space in the text (a PDF's line may end inside it); the quote is then written
as the text has it. A quote that stands more than once is taken where it stands first, or where `"nth"` (counted from 1)
in its entry says.
"""

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from rag.documents import read_document

SEEDS = Path(__file__).parent


@cache
def text_of(source: str) -> str:
    """Return the text of one document of the corpus, as the loader reads it."""
    return read_document(SEEDS / source, source=source).text


def locate(entry: dict[str, Any]) -> str | None:
    """Set `start`, `end` and `quote` of one entry of `documents`; return what is wrong, None if nothing is."""
    pattern = r"\s+".join(re.escape(word) for word in entry["quote"].split())
    found = list(re.finditer(pattern, text_of(entry["source"])))
    nth = entry.get("nth", 1)
    if len(found) < nth:
        return f"{entry['source']}: {entry['quote']!r} stands {len(found)} times, expected at least {nth}"
    match = found[nth - 1]
    entry.update(start=match.start(), end=match.end(), quote=match.group())
    return None


def main() -> None:
    """Rewrite the offsets of every question; end with an error if a quote is nowhere to be found."""
    path = SEEDS / "questions.jsonl"
    questions = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    problems = [problem for question in questions for entry in question["documents"] if (problem := locate(entry))]
    if problems:
        sys.exit("\n".join(problems))
    lines = [json.dumps(question, ensure_ascii=False) + "\n" for question in questions]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    print(f"{path}: {sum(len(question['documents']) for question in questions)} quotes located")


if __name__ == "__main__":
    main()
