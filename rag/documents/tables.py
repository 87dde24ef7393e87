"""Rows of a table → lines that can be quoted alone: each cell with the name of its column."""

from collections.abc import Sequence

import regex

from rag.text.languages import direction

_LONG = 200  # characters: a cell that is a text of its own
_LONGEST_NAME = 80
_NUMERIC = regex.compile(r"[\p{Sc}(+\-−]*\p{Nd}[\p{Nd}.,٫٬\s/:\-]*[\p{Sc}%٪)]*")
_YEAR = regex.compile(r"(?:1[89]|20|21)\d\d|[١٢][٠-٩]{3}")


def table_lines(rows: Sequence[Sequence[str]], *, has_header: bool | None = None) -> list[str]:
    """Return a line for each row, `Name: cell; Name: cell`, or `cell; cell` where no row names the columns.

    Whether the first row names them is told by `has_header`, or found out: names are short, all different and no figures
    (but for years). A row with one cell filled is a caption. Blank cells and rows are left out.

    >>> table_lines([["City", "People"], ["Aden", "1,080,500"]])
    ['City: Aden; People: 1,080,500']
    >>> table_lines([["المدينة", "السكان"], ["عدن", "١٬٠٨٠٬٥٠٠"]])
    ['المدينة: عدن؛ السكان: ١٬٠٨٠٬٥٠٠']
    >>> table_lines([["Aden", "1,080,500", "2023"], ["Taiz", "940,600", "2023"]])
    ['Aden; 1,080,500; 2023', 'Taiz; 940,600; 2023']
    >>> table_lines([["Capital", "Sanaa"], ["Largest port", "Aden"]])
    ['Capital: Sanaa', 'Largest port: Aden']
    """
    rows = [[" ".join(cell.split()) if len(cell) <= _LONG else cell.strip() for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    captions = 0
    if max(map(len, rows), default=0) > 1 and not has_header:
        captions = next((at for at, row in enumerate(rows) if _filled(row) > 1), 0)
    lines = ["".join(row) for row in rows[:captions]]
    rows = rows[captions:]
    named = len(rows) > 1 and (_names_columns(rows) if has_header is None else has_header)
    names, rows = (rows[0], rows[1:]) if named else ((), rows)
    return lines + [_line(names, row) for row in rows]


def caption(rows: Sequence[Sequence[str]]) -> str | None:
    """Return what stands above the table: the one filled cell of a first row in a table of several columns.

    >>> caption([["Cities of Yemen", ""], ["City", "People"], ["Aden", "1,080,500"]])
    'Cities of Yemen'
    """
    first = next((row for row in rows if any(row)), ())
    return "".join(first).strip() or None if max(map(len, rows), default=0) > 1 == _filled(first) else None


def record_text(cells: Sequence[tuple[str, str]]) -> str:
    r"""Return the named values of one thing: the short ones on a line, then each long one as paragraphs of its own.

    >>> record_text([("name", "Aden"), ("people", "1080500")])
    'name: Aden; people: 1080500'
    """
    cells = [(name, value.strip()) for name, value in cells]
    short = [(name, value) for name, value in cells if value and _is_short(value)]
    long = [value for _, value in cells if not _is_short(value)]
    labelled = [f"{name.rstrip(': ')}: {value}" if name and name != value else value for name, value in short]
    separator = "؛ " if direction(" ".join(labelled)) == "rtl" else "; "
    return "\n\n".join(filter(None, [separator.join(labelled), *long]))


def _line(names: Sequence[str], row: Sequence[str]) -> str:
    if _filled(row) == 1 < max(len(row), len(names)) and row[0]:  # a heading within the table, or what goes on below it
        return record_text([("", cell) for cell in row])
    if not names and len(row) == 2 and len(row[0]) <= _LONGEST_NAME and _is_short(row[1]):
        # Each row says what its first cell is.
        return record_text([(row[0], row[1])])
    return record_text([(names[at] if at < len(names) else "", cell) for at, cell in enumerate(row)])


def _is_short(value: str) -> bool:
    return len(value) <= _LONG and "\n" not in value


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell) for cell in row)


def _names_columns(rows: Sequence[Sequence[str]]) -> bool:
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, names = rows[0], [cell for cell in rows[0] if cell]
    short = all(len(name) <= _LONGEST_NAME and "\n" not in name for name in names)
    if not short or len(set(names)) < len(names) or _filled(first[1:]) < len(first) - 1:
        return False
    figures = [name for name in names if _NUMERIC.fullmatch(name)]
    if figures:  # years may name columns, if those below are not years too
        below = [row[at] for row in rows[1:] for at, name in enumerate(first) if name in figures and at < len(row)]
        return all(map(_YEAR.fullmatch, figures)) and not all(map(_YEAR.fullmatch, filter(None, below)))
    if len(first) > 2:
        return True
    # Two columns of words only are likelier a list of what is what.
    return any(_NUMERIC.fullmatch(cell) for row in rows[1:] for cell in row)
