import pytest

from rag.documents import read_document
from rag.documents.markdown import read_markdown

PAGE = """---
title: خطة العام
date: 2024-03-05
tags: [a, b]
---
<!-- hidden -->
# العنوان **الكبير**

فقرة فيها [رابط](https://example.com/x "t") و`code` و*ميل*
والسطر التالي. ![صورة النهر](a.png)

1. أولا
2. ثانيا
   - فرعي

* item one

  second paragraph
* item two

| a | b |
|---|---|
| 1 | ~~2~~ |

> quoted
> words

```python
x = 1  # kept
```

<div><b>raw</b> words<script>bad()</script></div>

天地玄黄
宇宙洪荒<br>next \\* star &amp; more
"""


def test_markup_is_gone_and_the_words_stay():
    parsed = read_markdown(PAGE.encode())
    assert parsed.text.split("\n\n") == [
        "العنوان الكبير",
        "فقرة فيها رابط وcode وميل والسطر التالي. صورة النهر",
        "1. أولا\n2. ثانيا\nفرعي",
        "item one\nsecond paragraph\nitem two",
        "a\tb\n1\t2",
        "quoted words",
        "x = 1  # kept",
        "raw words",
        "天地玄黄宇宙洪荒\nnext * star & more",
    ]
    assert parsed.title == "خطة العام"
    assert parsed.date == "2024-03-05"


@pytest.mark.parametrize(
    ("source", "title", "date"),
    [
        ("Some text.\n\n## The *first* heading\n\n# Another\n", "The first heading", None),
        ("Setext\n===\n\ntext", "Setext", None),
        ("---\ntitle: 2024\n---\ntext", "2024", None),
        ("---\nTitle: X\nDate: '2024-03-05 10:00'\n---\ntext", "X", "2024-03-05"),
        ("---\ndate: 2024-02-31\n---\n# H\n\ntext", "H", None),
        ("---\ndate: March\n---\n# H\n\ntext", "H", None),
        ("---\n: [broken\n---\n# H\n\ntext", "H", None),
        ("# H\n\n4 January 2025\n\ntext", "H", "2025-01-04"),
        ("text only, nothing else", "notes", None),
    ],
)
def test_title_and_date(tmp_path, source, title, date):
    path = tmp_path / "notes.md"
    path.write_text(source, encoding="utf-8")
    document = read_document(path)
    assert (document.title, document.date) == (title, date)


def test_a_rule_is_no_front_matter():
    assert read_markdown(b"---\n\nWords.\n\n---\n\nMore words.").text.split("\n\n")[-1] == "More words."
