"""Quantities in two units, in other units, as fractions: the same said in another way, and another thing said."""

import pytest

from rag.facts.base import Text
from rag.facts.numbers import check_numbers


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "theirs"),
    [
        ("It took two years and four months.", "en", "It took 28 months.", "en"),
        ("It took 28 months.", "en", "It took two years and four months.", "en"),
        ("استمر البناء عامين وأربعة أشهر.", "ar", "واستغرق بناؤه ٢٨ شهرًا.", "ar"),
        ("The run took 1 hour and 30 minutes.", "en", "Der Lauf dauerte 90 Minuten.", "de"),
        ("It costs 48 cents.", "en", "It costs $0.48.", "en"),
        ("Eighty per cent of it comes from gas.", "en", "Four-fifths of it comes from gas.", "en"),
        ("يبلغ طول الأنبوب 1800 متر.", "ar", "أنبوب طوله ١٫٨ كيلومتر", "ar"),
        ("该厂每立方米耗电3.1千瓦时。", "zh", "The plant uses 3.1 kilowatt-hours a cubic metre.", "en"),
        ("装机60万千瓦。", "zh", "a capacity of 600 megawatts", "en"),
    ],
)
def test_the_same_in_another_way(claim, language, evidence, theirs):
    assert {one.outcome for one in check_numbers(Text(claim, language), Text(evidence, theirs))} == {"same"}


@pytest.mark.parametrize(
    ("claim", "language", "evidence", "theirs"),
    [
        ("It took two years and five months.", "en", "It took 28 months.", "en"),
        ("It took 27 months.", "en", "It took two years and four months.", "en"),
        ("It costs 58 cents.", "en", "It costs $0.48.", "en"),
        ("Seventy per cent of it comes from gas.", "en", "Four-fifths of it comes from gas.", "en"),
        ("It holds 70 per mille of it.", "en", "It holds 70 per cent of it.", "en"),
        ("بنسبة 40 في الألف", "ar", "بنسبة 40 في المئة", "ar"),
        ("该厂每立方米耗电3.1千瓦时。", "zh", "The plant uses 3.1 megawatt-hours a cubic metre.", "en"),
    ],
)
def test_another_thing(claim, language, evidence, theirs):
    found = check_numbers(Text(claim, language), Text(evidence, theirs))
    assert any(one.outcome != "same" for one in found)


def test_the_next_line_of_a_list_counts_something_else():
    evidence = Text("ترميم المنازل: ٦٫٥ مليون دولار.\nإعادة بناء جسر الحجر: ٣٫٢ مليون دولار.", "ar")
    claim = Text("من المقرر إنفاق 3.2 مليون دولار على إعادة بناء جسر الحجر.", "ar")
    assert {one.outcome for one in check_numbers(claim, evidence)} == {"same"}
