"""Text that is still being written → sentences: the same, however it comes in pieces, and each as soon as it is whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.growing import Growing

TEXTS = {
    "a line each": ("en", "It opened in May 1998. [1]\nDr. Smith paid 3.5 million. [2][3]\n"),
    "in a row": ("en", "It opened in May [1]. It cost 3.5 million [2]. Nobody knows why."),
    "dressed": ("en", "- **It** opened. [1] [2] It closed again later on. [9]"),
    "numbered": ("en", "1) One thing happened here [1]\n2) Another thing happened there [2]"),
    "dates": ("de", "12. März 1998 wurde es eröffnet. [1] 4. Januar 1999 schloss es. [2]"),
    "power": ("en", "It is 2**10 in all. [1]\nThe **whole** of __it__ and `this`. [2]"),
    "markers apart": ("en", "It opened in May.\n[1][77]\nIt closed in June.\n[2]"),
    "arabic": ("ar", "افتُتح المتحف في أيار. [1]\nقال د. أحمد إن النسبة 3.5. [٢]"),
    "chinese": ("zh", "博物馆于五月开放。[1] 耗资三百万。[2]"),
    "counted": ("en", "1. The plant opened in May 1998. [1]\n**2.** It cost 3.5 million. [2]\n3. Nobody knows. [3]"),
    "one day": ("de", "1. Mai 1998 wurde es eröffnet. [1]\nEs schloss 2001. [2]"),
    "a small day": ("cs", "1. května 1998 bylo otevřeno. [1]\nZavřelo se v roce 2001. [2]"),
    "no day": ("en", "1. Led by Ann, the plant opened. [1]\n2. the town paid. [2]"),
    "markers first": ("en", "[1] It opened in May.\n[2] It cost three million.\n[77] Nobody knows why."),
    "marker below": ("en", "It opened in May. [1]\n[77]\nIt cost three million.\n\n[2]"),
    "wide brackets": ("zh", "博物馆于五月开放。【1】耗资三百万元，由市政府支付。［2］没有人知道为什么。【3】"),
    "dressed markers": (
        "en",
        "It opened in May. **[1]** It cost three million. ([2]) Nobody knows why. [1], [2] It is blue. [3](http://a.b/c) Or red.",
    ),
    "named": (
        "en",
        "It opened in May. [Passage 1] It cost three million. [Passages 1 and 2]\nIt is blue 【3†source】.",
    ),
    "fenced": ("en", "```markdown\n**It opened in May. It closed in June.** [1]\n```"),
    "counted at length": (
        "en",
        "1. First item here. It has more text than that. [1]\n2. Second item here. [2]\n3. Third. [3]",
    ),
    "marks below in brackets": ("en", "It opened.\n([1], [2])\nIt closed.\n[3](https://a.example/x)\nIt ended.\n([4])"),
    "raised below": (
        "en",
        "It ended.\n<sup>1</sup>\nIt began.\n[Passage 1, Passage 2, Passage 3, Passage 4]\nGood it is.\n[5]",
    ),
    "raised": ("en", "It ended. <sup>10</sup> Good it is. <sup>[3]</sup> Fine. <sup>1, 2</sup>"),
    "many": ("en", "It ended. [Passage 1 and Passage 2 and Passage 3 and Passage 4] Good it is. [1]"),
    "arabic list": ("ar", "انتهى الأمر. [1 و 2] نعم كان ذلك. [١ و٢]"),
    "turned": ("ar", "افتتح المتحف في مايو.\u200f[1]\u200f وبلغت تكلفته ٣ ملايين.\u200f[2]\u200f ثم أغلق."),
    "long emphasis": ("en", "**It opened. It closed in the year after that one.** [1] Then it ended. [2]"),
    "italic": ("en", "*It closed in May.* [1] It ended in June. [2]"),
    "ended twice": ("zh", "博物馆于五月开放（[1]）。耗资三百万元，由市政府支付。［2］。没有人知道为什么。"),
    "unread": ("en", "It opened in May. [[1]] It closed in June. [x]"),
}


def grown(language: str, pieces: list[str], *, cut: bool = False) -> list[tuple[str, tuple[int, ...], tuple[str, ...]]]:
    growing = Growing(language)
    found = [one for piece in pieces for one in growing.take(piece)]
    return [(one.text, one.citations, one.unread) for one in [*found, *growing.finish(cut=cut)]]


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_pieces_make_no_difference(name: str, data: st.DataObject) -> None:
    language, text = TEXTS[name]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1))))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert grown(language, pieces) == grown(language, [text])


def test_what_stands_in_them() -> None:
    assert grown(*_one("a line each")) == [
        ("It opened in May 1998.", (1,), ()),
        ("Dr. Smith paid 3.5 million.", (2, 3), ()),
    ]
    assert grown(*_one("dressed")) == [("It opened.", (1, 2), ()), ("It closed again later on.", (9,), ())]
    assert grown(*_one("numbered")) == [
        ("One thing happened here", (1,), ()),
        ("Another thing happened there", (2,), ()),
    ]
    assert [text for text, _, _ in grown(*_one("dates"))] == [
        "12. März 1998 wurde es eröffnet.",
        "4. Januar 1999 schloss es.",
    ]
    assert [text for text, _, _ in grown(*_one("power"))] == ["It is 2**10 in all.", "The whole of it and this."]
    assert [cited for _, cited, _ in grown(*_one("markers apart"))] == [(1, 77), (2,)]
    assert grown(*_one("counted")) == [
        ("The plant opened in May 1998.", (1,), ()),
        ("It cost 3.5 million.", (2,), ()),
        ("Nobody knows.", (3,), ()),
    ]
    assert grown(*_one("one day"))[0] == ("1. Mai 1998 wurde es eröffnet.", (1,), ())
    assert grown(*_one("a small day"))[0] == ("1. května 1998 bylo otevřeno.", (1,), ())
    assert [text for text, _, _ in grown(*_one("no day"))] == ["Led by Ann, the plant opened.", "the town paid."]
    assert [cited for _, cited, _ in grown(*_one("markers first"))] == [(1,), (2,), (77,)]
    assert [cited for _, cited, _ in grown(*_one("marker below"))] == [(1, 77), (2,)]
    assert [cited for _, cited, _ in grown(*_one("wide brackets"))] == [(1,), (2,), (3,)]
    assert [(text, cited) for text, cited, _ in grown(*_one("dressed markers"))] == [
        ("It opened in May.", (1,)),
        ("It cost three million.", (2,)),
        ("Nobody knows why.", (1, 2)),
        ("It is blue.", (3,)),
        ("Or red.", ()),
    ]
    assert [cited for _, cited, _ in grown(*_one("named"))] == [(1,), (1, 2), (3,)]
    assert [text for text, _, _ in grown(*_one("counted at length"))] == [
        "First item here.",
        "It has more text than that.",
        "Second item here.",
        "Third.",
    ]
    assert [cited for _, cited, _ in grown(*_one("marks below in brackets"))] == [(1, 2), (3,), (4,)]
    assert [cited for _, cited, _ in grown(*_one("raised below"))] == [(1,), (1, 2, 3, 4), (5,)]
    assert [cited for _, cited, _ in grown(*_one("raised"))] == [(10,), (3,), (1, 2)]
    assert [cited for _, cited, _ in grown(*_one("many"))] == [(1, 2, 3, 4), (1,)]
    assert [cited for _, cited, _ in grown(*_one("arabic list"))] == [(1, 2), (1, 2)]
    assert [cited for _, cited, _ in grown(*_one("turned"))] == [(1,), (2,), ()]
    assert grown(*_one("long emphasis"))[1] == ("It closed in the year after that one.", (1,), ())
    assert [(text, cited) for text, cited, _ in grown(*_one("italic"))] == [
        ("It closed in May.", (1,)),
        ("It ended in June.", (2,)),
    ]
    assert [(text, cited) for text, cited, _ in grown(*_one("ended twice"))] == [
        ("博物馆于五月开放。", (1,)),
        ("耗资三百万元，由市政府支付。", (2,)),
        ("没有人知道为什么。", ()),
    ]
    assert grown(*_one("fenced")) == [("It opened in May.", (), ()), ("It closed in June.", (1,), ())]
    assert grown(*_one("arabic"))[1] == ("قال د. أحمد إن النسبة 3.5.", (2,), ())
    assert [unread for _, _, unread in grown(*_one("unread"))] == [("[[1]]",), ("[x]",)]


def test_a_sentence_is_given_before_the_next_is_whole() -> None:
    growing = Growing("en")
    assert growing.take("It opened in May. [1]") == []
    assert growing.take("\n") == []  # another marker may follow
    assert [one.text for one in growing.take("I")] == ["It opened in May."]
    assert growing.take("t cost 3.") == []
    assert growing.take("5 million. [2] Nob") != []


def test_what_was_cut_short_is_left_out() -> None:
    assert grown("en", ["It opened in May. [1]\nIt was cut off"], cut=True) == [("It opened in May.", (1,), ())]
    assert grown("en", ["It opened in May. [1]"], cut=True) == [("It opened in May.", (1,), ())]
    assert grown("en", ["It was cut off"], cut=True) == []
    assert grown("en", ["It opened. [1"], cut=True) == [("It opened.", (), ())]


@pytest.mark.parametrize("unit", ["\n", " ", "[1]", "[", "(", "**", "- ", "1. ", "\n\n[1]", "x\n", "a "])
def test_a_model_that_has_lost_its_way_is_read_in_no_time(unit: str) -> None:
    growing = Growing("en")
    given = growing.take("It opened in May. [1]")
    for _ in range(2_000):  # a quadratic expression would take minutes
        given += growing.take(unit)
    given += growing.finish()
    assert given[0].text.startswith("It opened in May.")
    assert 1 in given[0].citations


def _one(name: str) -> tuple[str, list[str]]:
    language, text = TEXTS[name]
    return language, [text]
