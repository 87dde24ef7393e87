"""JSON and JSON Lines, read with errors that name the file and the line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import DatasetError


def read_json(path: Path) -> Any:
    """Return what is in a JSON file.

    Raises:
        DatasetError: if it cannot be read, or is not JSON in UTF-8.
    """
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read ({error}): expected JSON in UTF-8") from error


def read_json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number (from 1) and the object of each line that is not blank.

    Raises:
        DatasetError: if it cannot be read, or a line is not a JSON object.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:  # JSON strings may hold U+2028
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, _object(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}): expected one JSON object a line, in UTF-8") from error


def text_of(row: dict[str, Any], keys: tuple[str, ...], where: str) -> str:
    """Return the first of `keys` that holds text.

    Raises:
        DatasetError: if none does; `where` says in which file and line.

    >>> text_of({"question": "Why?"}, ("q", "question"), "a.jsonl, line 1")
    'Why?'
    """
    for key in keys:
        if isinstance(row.get(key), str) and row[key].strip():
            return str(row[key])
    raise DatasetError(
        f"{where}: found the keys {', '.join(row) or '(none)'}, expected {' or '.join(keys)} with text in it"
    )


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise DatasetError(f"{path}, line {number}: found {line.strip()[:60]!r}, expected a JSON object")
    return row
