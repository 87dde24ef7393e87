"""Quotes are found word for word, as whole sentences, and nothing else is."""

import pytest

from rag.checking.verbatim import find_quote
from rag.text.sentences import sentence_spans

TEXT = "The port opened in May. Nobody believes that the road was finished. It cost 150,000 dinars. Was it worth it?"
ARABIC = "افتُتح الميناءُ في أيار. وبلغت كلفته ١٥٠٬٠٠٠ دينار، وفق الوزارة."


def found(claim: str, text: str = TEXT, language: str = "en") -> str | None:
    span = find_quote(claim, text, tuple(sentence_spans(text, language)))
    return None if span is None else text[span.start : span.end]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The port opened in May.", "The port opened in May."),
        ("“the port  opened in may”", "The port opened in May."),
        ("It cost ١٥٠٬٠٠٠ dinars.", "It cost 150,000 dinars."),
        (
            "The port opened in May. Nobody believes that the road was finished.",
            "The port opened in May. Nobody believes that the road was finished.",
        ),
        ("was it worth it?", "Was it worth it?"),
    ],
)
def test_quotes_are_found(claim: str, quote: str) -> None:
    assert found(claim) == quote


def test_arabic_without_vowel_signs_and_with_other_digits() -> None:
    assert found("افتتح الميناء في أيار", ARABIC, "ar") == "افتُتح الميناءُ في أيار."
    assert found("وبلغت كلفته 150,000 دينار، وفق الوزارة", ARABIC, "ar") == "وبلغت كلفته ١٥٠٬٠٠٠ دينار، وفق الوزارة."


@pytest.mark.parametrize(
    "claim",
    [
        "the road was finished",  # the sentence says that nobody believes it
        "It cost 15,000 dinars.",
        "It cost 150,000 dollars.",
        "The port opened.",
        "Was it worth it.",
        "",
        "...",
        "port",
    ],
)
def test_nothing_else_is_a_quote(claim: str) -> None:
    assert found(claim) is None
