"""Markers are read as people and models write them; what is no marker is told, never dropped and never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.markers import cited_sentences, markers


def read(text: str) -> list[tuple[str, tuple[int, ...], tuple[str, ...]]]:
    return [(one.text, one.citations, one.unread) for one in cited_sentences(text, "en")]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It opened [1][2]. It rained [1, 2]!", [("It opened.", (1, 2)), ("It rained!", (1, 2))]),
        ("It opened. [1] It rained. [2]", [("It opened.", (1,)), ("It rained.", (2,))]),
        ("It opened.[1]It rained.[2]", [("It opened.", (1,)), ("It rained.", (2,))]),
        ("[1] It opened.\n[2] It rained.", [("It opened.", (1,)), ("It rained.", (2,))]),
        ("It opened [1] in May [2].", [("It opened in May.", (1, 2))]),
        ("افتتحت المحطة [١]. وهطل المطر [٢،٣]", [("افتتحت المحطة.", (1,)), ("وهطل المطر", (2, 3))]),
        ("港口开放了［１］。后来下雨了【2】。", [("港口开放了。", (1,)), ("后来下雨了。", (2,))]),
        ("It opened [^1] and closed [2](https://a.example/x).", [("It opened and closed.", (1, 2))]),
        ("It opened [Passage 1]. It rained [Passages 2 and 3].", [("It opened.", (1,)), ("It rained.", (2, 3))]),
        ("افتتحت المحطة [المقطع ١]. وهطل المطر [1 و2].", [("افتتحت المحطة.", (1,)), ("وهطل المطر.", (1, 2))]),
        ("It opened 【1†source】. It rained <sup>2</sup>.", [("It opened.", (1,)), ("It rained.", (2,))]),
        ("It opened in May. It rained.", [("It opened in May.", ()), ("It rained.", ())]),
        ("The minister […] left [7].", [("The minister […] left.", (7,))]),
        ("He said [in 2025] that it opened [1].", [("He said [in 2025] that it opened.", (1,))]),
    ],
)
def test_markers_are_read(text: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read(text) == [(sentence, cited, ()) for sentence, cited in sentences]


@pytest.mark.parametrize(
    "marker", ["[[1]]", "[1-3]", "[1", "[a]", "[1,]", "[]", "[-1]", "[1.5]", "[[", "[1–3]", "[1, p. 3]"]
)
def test_what_is_no_marker_is_told(marker: str) -> None:
    assert read(f"The port opened in May {marker}.") == [("The port opened in May.", (), (marker,))]


@pytest.mark.parametrize("text", ["", "[1]", " [1] [2]\n", "[[", "\n"])
def test_markers_alone_are_no_sentence(text: str) -> None:
    assert read(text) == []


@given(st.text("[]［］1٢3,- a.\n^") | st.text())
def test_any_text_is_read_and_no_number_is_lost(text: str) -> None:
    found = cited_sentences(text)
    if found:
        numbers = {number for cited, _ in markers(text) for number in cited}
        assert {number for one in found for number in one.citations} == numbers


@pytest.mark.parametrize("unit", ["[", "[1", "[1]", "[1,", "[ ", "[-", "]", "1 ", " ", "[١ ,"])
def test_fifty_thousand_characters_of_anything_are_read(unit: str) -> None:
    assert len(cited_sentences(unit * (50_000 // len(unit)))) <= 1
