"""JSON → its records as readable lines: `name: Aden; people: 1080500`."""

import json
from collections.abc import Iterator
from typing import Any

from rag.documents.dates import iso_date
from rag.documents.encodings import clean, decode
from rag.documents.parsed import PARAGRAPH_BREAK, Parsed
from rag.documents.stated import stated_language
from rag.documents.tables import record_text
from rag.errors import DocumentError

_TITLE_KEYS = ("title", "headline", "name", "subject")
_DATE_KEYS = ("date", "published", "published_at", "date_published", "datePublished", "created", "created_at")
_LANGUAGE_KEYS = ("language", "lang", "inLanguage")


class _Record(list[tuple[str, Any]]):
    """An object of JSON, as the pairs in it: a key may be there twice."""


def read_json(data: bytes) -> Parsed:
    """Read a `.json` file: a line for each object's short values, then each long text in it; numbers as they are written.

    The title, date and language of an object at the top are those of the document.

    Raises:
        DocumentError: The bytes are not text, not JSON, or nested too deeply.

    """
    value = _load(decode(data), "")
    return Parsed(_text(value), *_about(value), is_prose=False)


def read_json_lines(data: bytes) -> Parsed:
    """Read a `.jsonl` file: each line as `read_json` reads a whole file.

    Raises:
        DocumentError: The bytes are not text, or a line is not JSON or nested too deeply.

    """
    lines = decode(data).split("\n")
    values = [_load(line, f"line {number} ") for number, line in enumerate(lines, start=1) if line.strip()]
    return Parsed(PARAGRAPH_BREAK.join(filter(None, map(_text, values))), is_prose=False)


def _load(text: str, where: str) -> Any:
    try:
        # Strings, so that a number is shown as it is written, however long.
        return json.loads(text, object_pairs_hook=_Record, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        place = where or f"line {error.lineno} "
        raise DocumentError(f"{place}is not JSON ({error.msg} at column {error.colno}); mend it") from None
    except RecursionError:
        raise DocumentError(f"{where}is nested too deeply to be read; expected records: flatten it") from None


def _text(value: Any) -> str:
    try:
        return clean(PARAGRAPH_BREAK.join(filter(None, _blocks(value, ""))))
    except RecursionError:
        raise DocumentError("is nested too deeply to be read; expected records: flatten it") from None


def _blocks(value: Any, name: str) -> Iterator[str]:
    """Yield the text of each record and each value below `value`; `name` is the key it stands under.

    What is inside a record's record is named after both (`address city: Aden`); a list of records has its name above.
    """
    if isinstance(value, _Record):
        pairs = list(_flat(value, name))
        yield record_text([(key, _shown(inner)) for key, inner in pairs if not isinstance(inner, list)])
        for key, inner in pairs:
            if isinstance(inner, list) and inner:
                yield key
                yield from _blocks(inner, "")
    elif isinstance(value, list):
        for one in value:
            yield from _blocks(_unlisted(one), name)
    else:
        yield _shown(value)


def _flat(record: _Record, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the pairs of a record and of the records in it, lists of single values as one value."""
    for key, value in record:
        path = f"{name} {key}".strip()
        if isinstance(value, _Record):
            yield from _flat(value, path)
        else:
            yield path, _unlisted(value)


def _unlisted(value: Any) -> Any:
    """Return a list of single values as one: `tags: water, town`."""
    is_list = isinstance(value, list) and not isinstance(value, _Record)
    if is_list and not any(isinstance(one, list) for one in value):
        return ", ".join(filter(None, map(_shown, value)))
    return value


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _about(value: Any) -> tuple[str | None, str | None, str | None]:
    """Return title, date and language of a record at the top."""
    record = dict(value) if isinstance(value, _Record) else {}
    strings = {key: inner.strip() for key, inner in record.items() if isinstance(inner, str) and inner.strip()}
    title = next((strings[key] for key in _TITLE_KEYS if key in strings), None)
    dates = (iso_date(strings[key]) for key in _DATE_KEYS if key in strings)
    languages = (stated_language(strings[key]) for key in _LANGUAGE_KEYS if key in strings)
    return title, next(filter(None, dates), None), next(filter(None, languages), None)
