import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Span
from rag.text.folding import fold, fold_text, strip_marks
from rag.text.terms import words

WRITING = (
    "ab İIıßéσς ﷺﷲﻻﻣﺤﻄﹱ اأإآٱىئيیکةهءؤ بـ َُّٰٓٔ ٠٣۵२๓٫٬، קְרִ שׁ नक़ँ กำ้ が가ᄀ ᅡᆨ ｶﾞ ﬁ½²…İ 😀👨‍👩‍👧❤️"
    " \u200b\u200c\u200f\u2067\u0301\u0307\u0323\u00ad\ufeff\n.,'"
)
texts = st.text(st.one_of(st.sampled_from(WRITING), st.characters()), max_size=60)
languages = st.sampled_from(["ar", "tr", "und"])


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "ﻣﺤﻄﺔ", "محطة"),  # presentation forms
        ("ar", "مـحـطـــة", "محطة"),  # tatweel
        ("ar", "المَدْرَسَةُ", "المدرسه"),
        ("ar", "أحمد إلى آسيا ٱلله", "احمد الي اسيا الله"),
        ("ar", "مؤتمر هيئة", "موتمر هييه"),
        ("ar", "ٱلرَّحْمَٰنِ ۝١", "الرحمن ۝1"),
        ("ar", "١٥٠٬٠٠٠ و٣٫٥", "150,000 و3.5"),
        ("ar", "\u202b«القاهرة»\u202c\u200f", "«القاهره»"),
        ("ar", "ﷺ", "صلي الله عليه وسلم"),
        ("fa", "کتاب‌های فارسی ۱۴۰۲", "كتابهاي فارسي 1402"),
        ("fa", "۳٫۵", "3.5"),
        ("ur", "ہے", "هے"),
        ("he", "שָׁלוֹם", "שלום"),
        ("de", "STRASSE", "straße"),
        ("el", "ΟΔΟΣ", "οδος"),
        ("el", "οδός", "ΟΔΌΣ"),
        ("tr", "IŞIK İYİ", "ışık iyi"),
        ("az", "Isıq", "ısıq"),
        ("en", "İstanbul ISLE", "istanbul isle"),
        ("en", "ﬁnal Ｆｕｌｌ co\u00adop", "final full coop"),
        ("fr", "l’été e\u0301te\u0301", "l'été été"),
        ("hi", "१९५०", "1950"),
        ("bn", "২০২৪", "2024"),
        ("th", "๒๕๖๗", "2567"),
        ("ja", "ｶﾞﾗｽ ２０２４", "ガラス 2024"),
        ("ko", "한국", "한국"),
        ("km", "ភាសា\u200bខ្មែរ", "ភាសា ខ្មែរ"),
        ("uk", "п’ять пʼять", "п'ять п'ять"),
        ("en", "Cairo¹ 10²", "cairo 1 10 2"),
    ],
)
def test_spellings_fold_together(language, one, other):
    assert fold_text(one, language) == fold_text(other, language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ماء", "ما"),
        ("گل", "كل"),
        ("پا", "با"),
        ("ma", "má"),
        ("год", "гот"),
        ("йод", "иод"),
        ("كتاب", "كتب"),
        ("が", "か"),
    ],
)
def test_other_words_stay_apart(one, other):
    assert fold_text(one) != fold_text(other)


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("événement", "evenement"),
        ("ёлка", "елка"),
        ("йод", "йод"),
        ("їжак", "їжак"),
        ("año", "ano"),
        ("ångström", "angstrom"),
        ("tromsø", "tromso"),
        ("łódź", "lodz"),
        ("ılık", "ilik"),
        ("đường", "duong"),
        ("ἄνθρωπος", "ανθρωπος"),
        ("हिन्दी", "हिंदी"),
        ("अंग्रेज़ी", "अंग्रेजी"),
        ("विश्वविद्यालय", "विश्वविद्यालय"),
        ("が", "が"),
    ],
)
def test_strip_marks(word, plain):
    assert strip_marks(unicodedata.normalize("NFKC", word)) == unicodedata.normalize("NFKC", plain)


def test_a_span_maps_back_with_its_marks_and_without_its_neighbours():
    text = "قال إنّ \u2067المَحَطَّـــةَ\u2069، مؤكدًا"
    folded = fold(text, "ar")
    start = folded.text.index("المحطه")
    span = folded.original(start, start + 6)
    assert text[span.start : span.end].strip("\u2069") == "المَحَطَّـــةَ"


def test_a_span_inside_a_ligature_is_the_ligature():
    folded = fold("محمد ﷺ قال")
    start = folded.text.index("عليه")
    assert folded.original(start, start + 4) == Span(5, 6)
    assert folded.original(start, start) == Span(5, 5)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 1), (0, 5)])
def test_a_span_outside_the_text_is_refused(start, end):
    with pytest.raises(ValueError, match="no range of folded text of 4 characters"):
        fold("نعمة").original(start, end)


@given(texts, languages)
def test_offsets(text, language):
    folded = fold(text, language)
    assert folded.text == fold_text(text, language)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    assert folded.offsets[-1] == len(text)


@given(texts, languages)
def test_folding_twice_changes_nothing(text, language):
    once = fold_text(text, language)
    assert fold_text(once, language) == once


@given(texts, languages)
def test_words_map_back_to_what_folds_to_them(text, language):
    folded = fold(text, language)
    end = 0
    for word in words(folded.text):
        start = folded.text.index(word, end)
        end = start + len(word)
        span = folded.original(start, end)
        again = fold_text(text[span.start : span.end], language)
        offsets = folded.offsets
        within_one = (start and offsets[start - 1] == offsets[start]) or offsets[end - 1] == offsets[end]
        assert word in again if within_one else word == again


def test_every_character_folds_by_itself_or_with_the_marks_after_it():
    for code in range(sys.maxunicode + 1):
        if 0x20000 <= code < 0xE0000 or code > 0xE01EF:  # ideographs, planes without characters
            continue
        for before in "eاᄀ가か":
            text = f"{before}{chr(code)}\u0301"
            assert fold(text).text == fold_text(text), f"U+{code:04X}"
