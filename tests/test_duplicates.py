"""The same report from two papers is one passage; what differs in a word, or is of one document, is two."""

from dataclasses import replace

import pytest
from making import make_passage

from rag.duplicates import without_repeats
from rag.models import Passage

REPORT = (
    "The airport was closed for six hours on Tuesday because of the storm, and 240 travellers spent the night in its halls, "
    "the authority said. Flights were resumed at 7:30 in the morning, when the wind had fallen."
)
CHINESE = "由于风暴，机场星期二关闭六小时，240名旅客在候机厅过夜，管理局说。风停之后，航班于早上恢复，旅客陆续离开。"
ARABIC = "أُغلق المطار ست ساعات يوم الثلاثاء بسبب العاصفة، وقضى ٢٤٠ مسافرًا ليلتهم في قاعاته، وفق ما أعلنت الهيئة أمس."


def is_repeated(passage: Passage, other: Passage) -> bool:
    return len(without_repeats([other, passage], 2)) == 1


@pytest.mark.parametrize("text", [REPORT, CHINESE, ARABIC], ids=["en", "zh", "ar"])
def test_the_same_text_of_two_documents(text: str) -> None:
    assert is_repeated(make_passage(text), make_passage(text, document="e"))
    assert not is_repeated(make_passage(text), make_passage(text)), "chunks of one document overlap, and stay"


def test_case_and_marks_make_no_difference() -> None:
    assert is_repeated(make_passage(REPORT), make_passage(REPORT.upper(), document="e"))
    bare = ARABIC.replace("أُ", "ا").replace("ًا", "ا").replace("٢٤٠", "240")
    assert is_repeated(make_passage(ARABIC), make_passage(bare, document="e"))


def test_a_part_of_another_is_repeated_there_and_not_the_other_way_round() -> None:
    part = make_passage(REPORT)
    more = make_passage("The storm came from the west.", document="e")
    whole = replace(more, sentences=(*part.sentences, *more.sentences))
    assert is_repeated(part, whole)
    assert not is_repeated(whole, part)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (REPORT, REPORT.replace("240", "250")),
        (REPORT, REPORT.replace("six", "eight")),
        (REPORT, REPORT.replace("was closed", "was not closed")),
        (REPORT, f"AFP – {REPORT}"),
        (CHINESE, CHINESE.replace("240", "250")),
        (ARABIC, ARABIC.replace("٢٤٠", "٢٥٠")),
        (REPORT, CHINESE),
    ],
)
def test_what_differs_in_one_word_is_kept(text: str, other: str) -> None:
    assert not is_repeated(make_passage(text), make_passage(other, document="e"))
    assert not is_repeated(make_passage(other, document="e"), make_passage(text))


def test_who_repeats_is_named_however_late_and_nobody_takes_a_place() -> None:
    report, other = make_passage(REPORT), make_passage(CHINESE, document="zh")
    again = [replace(report, document=f"d{number}", source=f"{number}.txt") for number in (1, 2, 2)]
    kept = without_repeats([report, again[0], other, again[1], again[2], make_passage(ARABIC, document="late")], 2)
    assert [passage.document for passage in kept] == [report.document, "zh"]
    assert [passage.rank for passage in kept] == [1, 2]
    assert kept[0].repeated_in == ("1.txt", "2.txt") and kept[1].repeated_in == ()
