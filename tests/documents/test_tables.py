import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.tables import record_text, table_lines

CELLS = st.text(alphabet="ab1 \nع٣:;,", max_size=12) | st.sampled_from(["", "2024", "12,5", "word " * 60])


@pytest.mark.parametrize("has_header", [None, True, False])
@given(rows=st.lists(st.lists(CELLS, max_size=5), max_size=6))
def test_no_cell_is_lost(has_header, rows):
    text = "\n".join(table_lines(rows, has_header=has_header))
    lost = [row for row in rows if not all(word in text for cell in row for word in cell.split())]
    # The name of a column that is empty is not said: only the row of names may lose any.
    assert len(lost) <= (1 if has_header is not False else 0)
    if sum(any(cell.strip() for cell in row) for row in rows) == 1:
        assert not lost


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([["City", "Opened", "People"], ["Aden", "", "7"]], ["City: Aden; People: 7"]),
        ([["", "2023", "2024"], ["Water", "12", "14"]], ["Water; 2023: 12; 2024: 14"]),
        ([["Aden", "1999", "2004"], ["Taiz", "2003", "2005"]], ["Aden; 1999; 2004", "Taiz; 2003; 2005"]),
        ([["Aden", "Aden", "7"], ["Taiz", "Taiz", "9"]], ["Aden; Aden; 7", "Taiz; Taiz; 9"]),
        ([["Name:", "People"], ["Aden", "7"], ["North", ""], ["Taiz", "9"]], None),
        ([["One", "Two", "Three"]], ["One; Two; Three"]),
        ([["a b", "c"], ["d", "e"]], ["a b: c", "d: e"]),
        ([["Name", "word " * 60], ["d", "e"]], ["Name\n\n" + ("word " * 60).strip(), "d: e"]),
        ([["A", "B", "C"], ["1", "2", "3", "more"]], ["A: 1; B: 2; C: 3; more"]),
        ([], []),
        ([[], [""]], []),
    ],
)
def test_what_names_the_columns(rows, lines):
    expected = ["Name: Aden; People: 7", "North", "Name: Taiz; People: 9"] if lines is None else lines
    assert table_lines(rows) == expected


def test_a_row_says_in_its_own_direction_where_a_cell_ends():
    assert record_text([("المدينة", "عدن"), ("السكان", "7")]) == "المدينة: عدن؛ السكان: 7"
    assert record_text([("City", "Aden"), ("People", "7")]) == "City: Aden; People: 7"
