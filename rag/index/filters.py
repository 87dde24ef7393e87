"""What users type to narrow a search down → a `Filter`, checked against what the index holds."""

import datetime
import re
from collections.abc import Sequence

from rag.errors import FilterError
from rag.index.base import Filter, Index
from rag.models import Document

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def make_filter(
    index: Index,
    *,
    sources: Sequence[str] = (),
    languages: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> Filter:
    """Return a filter for documents of any of the sources, in any of the languages, from `since` to `until`.

    Args:
        index: that will be searched.
        sources: each a document's source, or the end of one document's source alone.
        languages: ISO 639-1 codes.
        since: the first day, as an ISO 8601 date or the beginning of one.
        until: the last day, likewise.

    Raises:
        FilterError: if one of them names no document, or several, or is no date.
    """
    since, until = _checked_date("since", since), _checked_date("until", until)
    if since and until and since[: len(until)] > until:
        raise FilterError(f"no day is both since {since} and until {until}: give the earlier one to --since")
    documents = index.documents() if sources or languages else []
    return Filter(
        frozenset(_named(documents, name) for name in sources),
        frozenset(_known_language(documents, name) for name in languages),
        since,
        until,
    )


def _named(documents: Sequence[Document], name: str) -> str:
    """Return the source that is `name`, or the only one that ends so."""
    end = f"/{name.removeprefix('./')}"
    found = [document.source for document in documents if name in (document.source, document.id)]
    found = found or [document.source for document in documents if f"/{document.source}".endswith(end)]
    if not found:
        raise FilterError(f"no document {name!r} in the index: `rag list` names those there are")
    if len(found) > 1:
        raise FilterError(f"{name!r} ends {len(found)} names, such as {found[0]}: give one in full")
    return found[0]


def _known_language(documents: Sequence[Document], name: str) -> str:
    known, language = sorted({document.language for document in documents}), name.strip().lower()
    if language not in known:
        raise FilterError(f"no document in the index is in {name!r}: choose from {', '.join(known)}")
    return language


def _checked_date(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    match = _DATE.fullmatch(value.strip())
    try:
        if match is None:
            raise ValueError
        datetime.date(*(int(part or 1) for part in match.groups()))
    except ValueError as error:
        raise FilterError(f"--{name} is {value!r}: give a date as 2025-03-09, 2025-03 or 2025") from error
    return match[0]
