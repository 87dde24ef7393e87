"""JSON and JSON Lines, read with errors that name the file and the line, and without halves of characters."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import DatasetError

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(path: Path) -> Any:
    """Return what is in a JSON file.

    Raises:
        DatasetError: if it cannot be read, or is not JSON in UTF-8.
    """
    try:
        return _loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
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


def flag_of(row: dict[str, Any], key: str, where: str, *, default: bool) -> bool:
    """Return the true or false under `key`, `default` where there is none.

    Raises:
        DatasetError: if it is something else, such as `"false"` in quotation marks.

    >>> flag_of({"answerable": False}, "answerable", "a.jsonl, line 1", default=True)
    False
    """
    value = row.get(key, default)
    if not isinstance(value, bool):
        raise DatasetError(f"{where}: found {key} {repr(value)[:60]}, expected true or false, without quotation marks")
    return value


def _loads(text: str) -> Any:
    value = json.loads(text)
    return _whole(value) if _ESCAPED_SURROGATE.search(text) else value


def _whole(value: Any) -> Any:
    """Return a value of JSON with U+FFFD for each half of a character alone, so that offsets stay: no encoding can write it."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = _loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise DatasetError(f"{path}, line {number}: found {line.strip()[:60]!r}, expected a JSON object")
    return row
