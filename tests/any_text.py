"""Any text, in nine languages and none, and what must hold of the spans of its sentences."""

from itertools import pairwise

import regex
from hypothesis import strategies as st

WORDS = {
    "ar": ["قال", "د", "أحمد", "إن", "النتيجة", "جيدة", "وكانت", "مُدْهِشَة", "م", "هـ", "الـ"],
    "en": ["He", "said", "Dr", "Smith", "U.S.", "saw", "a", "fox", "don't", "e.g.", "3.5", "www.example.org", "I"],
    "fr": ["Elle", "dit", "M", "Dupont", "où", "l’été", "p", "J.-C", "à"],
    "ru": ["Он", "сказал", "г", "Москва", "т", "д", "А", "С", "Пушкин", "й"],
    "zh": list("今天天气很好你我他说𠮷"),
    "ja": list("今日は休みですカガが゙"),
    "hi": ["यह", "एक", "क्षि", "किताब", "डॉ", "है", "कि.मी"],
    "th": ["ที่นี่", "น้ำ", "ไทย", "ดร", "กำลัง"],
    "tr": ["İyi", "ışık", "Prof", "geldi", "vb", "4", "II"],
}


MARKS = [*".!?…؟۔。！？।؛،,;:«»“”\"'()[]「」—–-\u0301\u200d\ufe0f\u200f", "...", "?!", ".”", ".[1]", "。\u0301"]


SPACES = [" ", " ", " ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u2028", "\f", ""]


EMOJI = ["😀", "👩‍👩‍👧‍👦", "🇸🇦", "👍🏽", "1️⃣", "e\u0301\u0302", "한", "각"]


@st.composite
def texts(draw):
    language = draw(st.sampled_from(sorted(WORDS)))
    word = st.sampled_from(WORDS[language])
    part = st.one_of(
        word,
        word,
        st.sampled_from(MARKS),
        st.sampled_from(SPACES),
        st.sampled_from(SPACES),
        st.sampled_from(EMOJI),
        st.integers(0, 2100).map(str),
        st.text(max_size=3),
    )
    return language, "".join(draw(st.lists(part, max_size=80)))


def assert_spans_hold(text, spans):
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(text[span.start : span.end] == text[span.start : span.end].strip() for span in spans)
    covered = {offset for span in spans for offset in range(span.start, span.end)}
    assert all(character.isspace() for offset, character in enumerate(text) if offset not in covered)


def assert_clusters_whole(text, spans):
    """No span begins or ends within a grapheme cluster, unless white space, which is in no span, is part of it."""
    for match in regex.finditer(r"\X", text):
        inside = range(match.start() + 1, match.end())
        if len(inside) and not any(character.isspace() for character in match[0]):
            assert not any(span.start in inside or span.end in inside for span in spans), ascii(match[0])
