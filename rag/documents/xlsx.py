"""Excel workbooks → a line for each row, a sheet a page."""

import datetime
import io
import zipfile
from collections.abc import Iterator

import openpyxl
import regex
from openpyxl.worksheet.worksheet import Worksheet

from rag.documents.encodings import clean
from rag.documents.limits import Limits
from rag.documents.packages import check_office_package
from rag.documents.parsed import PARAGRAPH_BREAK, Parsed, join_pages
from rag.documents.stated import stated_language, stated_title
from rag.documents.tables import table_lines
from rag.errors import DocumentError

_UNNAMED_SHEET = regex.compile(
    r"(?i)(?:sheet|ورقة|feuil|feuille|tabelle|hoja|planilha|foglio|blad|sayfa|лист|工作表)\s?\d*"
)


def read_xlsx(data: bytes, limits: Limits) -> Parsed:
    """Read an `.xlsx` file: of each sheet that is shown its name and its rows, with the values that Excel last computed.

    Raises:
        DocumentError: The file is damaged, encrypted, has too many sheets or is too large inside.

    """
    check_office_package(data, "an Excel file", limits)
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        if len(sheets) > limits.pages:
            raise DocumentError(
                f"has {len(sheets):,} sheets; at most {limits.pages:,} are read: split it or raise RAG_MAX_PAGES"
            )
        text, pages = join_pages(clean(_sheet(sheet)) for sheet in sheets)
        about = workbook.properties
        created = about.created.date().isoformat() if about.created and _states_day(data) else None
        title, language = stated_title(about.title), stated_language(about.language)
        return Parsed(text, title, created, language, pages, is_prose=False)
    finally:
        workbook.close()


def _states_day(data: bytes) -> bool:
    """Tell whether the file says when it was made: where it does not, openpyxl says today."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "docProps/core.xml" in package.namelist() and b"created" in package.read("docProps/core.xml")


def _sheet(sheet: Worksheet) -> str:
    rows = list(_rows(sheet))
    margin = min((next(at for at, cell in enumerate(row) if cell) for row in rows), default=0)
    lines = table_lines([row[margin:] for row in rows])
    named = lines and not _UNNAMED_SHEET.fullmatch(sheet.title)
    return PARAGRAPH_BREAK.join([sheet.title, *lines] if named else lines)


def _rows(sheet: Worksheet) -> Iterator[list[str]]:
    """Yield the rows that are not blank, without the blank cells at their ends."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # what a file says of its size may be wrong
    for cells in sheet.iter_rows():
        row = [_shown(cell.value, cell.number_format).strip() if cell.value is not None else "" for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            yield row


def _shown(value: object, style: str) -> str:
    """Return a cell's value much as Excel shows it: `12.5%`, `2024-05-12`, `0.3` for what is stored as 0.30000000000000004."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return f"{100 * value:.12g}%" if "%" in style else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return str(value)
