"""Tables as text (`.csv`, `.tsv`) → a line for each row."""

import csv
from collections import Counter
from collections.abc import Iterator

from rag.documents.encodings import decode
from rag.documents.parsed import PARAGRAPH_BREAK, Parsed
from rag.documents.tables import caption, table_lines
from rag.errors import DocumentError

_DELIMITERS = ",;\t|،؛"
_SAMPLE = 100  # rows


def read_delimited(data: bytes) -> Parsed:
    """Read a `.csv` or `.tsv` file; what separates its cells is told from its first rows.

    Raises:
        DocumentError: The bytes are not text, not in an encoding we can tell, or no table (NUL bytes, a stray quote).

    """
    text = decode(data)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))  # a cell may hold an article
    try:
        rows = list(_rows(text, _delimiter(text)))
    except csv.Error as error:
        raise DocumentError(f"is not a table we can read ({error}); open it and save it anew as CSV") from None
    return Parsed(PARAGRAPH_BREAK.join(table_lines(rows)), caption(rows), is_prose=False)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    # The line ends stay: within quotes they are part of a cell.
    return csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True)


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts most of the first rows into one number of cells, the largest such."""

    def score(delimiter: str) -> int:
        rows = [row for row, _ in zip(_rows(text[:100_000], delimiter), range(_SAMPLE), strict=False)]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return max((count * (width - 1) for width, count in widths.items()), default=0)

    return max(_DELIMITERS, key=score)
