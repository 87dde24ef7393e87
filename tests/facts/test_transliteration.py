"""One name in several scripts has one sound; two names do not."""

import pytest

from rag.facts.transliteration import ALIKE, similarity


@pytest.mark.parametrize(
    "names",
    [
        "زيلينسكي Zelensky Зеленский ज़ेलेंस्की",
        "بوتين Putin Путин पुतिन Poutine",
        "بايدن Biden Байден बाइडेन",
        "أتاكمس ATACMS",
        "خاركيف Kharkiv Харьков",
        "نتنياهو Netanyahu נתניהו",
        "Mitsotakis Μητσοτάκης",
        "شويغو Shoigu Шойгу",
        "بيلغورود Belgorod Белгород",
        "ماكرون Macron Макрон",
    ],
)
def test_one_name(names: str) -> None:
    first, *others = names.split()
    assert all(similarity(first, other) >= ALIKE for other in others)


@pytest.mark.parametrize(
    "names",
    [
        "باريس Lyon", "بوتين Biden", "Путин Байден", "العراق Iran", "إيران Iraq", "Лавров Peskov", "خاركيف Kherson",
        "مالي Malta", "जोशी Deshmukh", "شولتس Merkel", "سامر Sara", "巴黎 Paris",
    ],
)  # fmt: skip
def test_two_names(names: str) -> None:
    one, other = names.split()
    assert similarity(one, other) < ALIKE
