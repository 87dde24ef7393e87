import datetime

import openpyxl

from rag.documents import read_document


def read(tmp_path, sheets, **properties):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cell in sheet["D"]:
            cell.number_format = "0.0%" if isinstance(cell.value, float) else "General"
    for name, value in properties.items():
        setattr(workbook.properties, name, value)
    path = tmp_path / "town_budget.xlsx"
    workbook.save(path)
    return read_document(path)


def test_each_row_stands_alone_and_each_sheet_is_a_page(tmp_path):
    rows = [
        ["المدينة", "التاريخ", "السكان", "النسبة"],
        ["عدن", datetime.datetime(1999, 5, 12), 1080500, 0.125],
        [None, None, None, None],
        ["تعز", datetime.datetime(2004, 1, 2, 10, 30), 940600.0, 0.1 + 0.2],
    ]
    document = read(tmp_path, {"Sheet1": rows, "ملاحظات": [["كل الأرقام تقريبية."]]})
    assert [document.text[page.start : page.end] for page in document.pages] == [
        "المدينة: عدن؛ التاريخ: 1999-05-12؛ السكان: 1080500؛ النسبة: 12.5%\n\n"
        "المدينة: تعز؛ التاريخ: 2004-01-02 10:30؛ السكان: 940600؛ النسبة: 30%",
        "ملاحظات\n\nكل الأرقام تقريبية.",
    ]
    assert (document.title, document.language) == ("town budget", "ar")


def test_captions_margins_and_years_as_names(tmp_path):
    rows = [
        [None, "Budget of the town"],
        [],
        [None, "Item", 2023, 2024],
        [None, "Water", 12, 14],
        [None, "In millions"],
    ]
    document = read(tmp_path, {"Budget": rows}, title="Budget", created=datetime.datetime(2024, 6, 1))
    assert document.text.split("\n\n") == [
        "Budget",
        "Budget of the town",
        "Item: Water; 2023: 12; 2024: 14",
        "In millions",
    ]
    assert (document.title, document.date) == ("Budget", "2024-06-01")


def test_what_excel_hides_is_not_read(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Shown to all."])
    hidden = workbook.create_sheet("Hidden")
    hidden.append(["Not shown."])
    hidden.sheet_state = "hidden"
    workbook.save(tmp_path / "a.xlsx")
    assert read_document(tmp_path / "a.xlsx").text == "Shown to all."


def test_a_cell_at_the_far_corner_costs_little(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "Near"
    workbook.active["XFD1048576"] = "Far"
    workbook.save(tmp_path / "a.xlsx")
    assert read_document(tmp_path / "a.xlsx").text == "Near\n\nFar"
