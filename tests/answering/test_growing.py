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
    assert grown(*_one("arabic"))[1] == ("قال د. أحمد إن النسبة 3.5.", (2,), ())
    assert [unread for _, _, unread in grown(*_one("unread"))] == [("[[1]]",), ("[x]",)]


def test_a_sentence_is_given_before_the_next_is_whole() -> None:
    growing = Growing("en")
    assert growing.take("It opened in May. [1]") == []
    assert [one.text for one in growing.take("\n")] == ["It opened in May."]
    assert growing.take("It cost 3.") == []
    assert growing.take("5 million. [2] Nob") != []


def test_what_was_cut_short_is_left_out() -> None:
    assert grown("en", ["It opened in May. [1]\nIt was cut off"], cut=True) == [("It opened in May.", (1,), ())]
    assert grown("en", ["It opened in May. [1]"], cut=True) == [("It opened in May.", (1,), ())]
    assert grown("en", ["It was cut off"], cut=True) == []


def _one(name: str) -> tuple[str, list[str]]:
    language, text = TEXTS[name]
    return language, [text]
