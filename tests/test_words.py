"""The interface's words: each language's file has what the code says, no more and no less."""

import ast
import re
from pathlib import Path

import pytest

from rag.text.languages import is_rtl
from rag.ui.words import all_words, label, language_of, words

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = sorted(all_words())


def test_there_is_arabic_and_english() -> None:
    assert {"ar", "en"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_with_the_same_places_to_fill(language: str) -> None:
    mine, theirs = words(language).texts, words("en").texts
    assert mine.keys() == theirs.keys()
    for key, text in mine.items():
        assert text.strip(), key
        assert text.count("{}") == theirs[key].count("{}"), key


@pytest.mark.parametrize("language", [one for one in LANGUAGES if is_rtl(one)])
def test_what_is_said_from_right_to_left_is_not_left_in_latin_letters(language: str) -> None:
    for key, text in words(language).texts.items():
        assert any("\u0590" <= letter <= "\u08ff" for letter in text), key


def said_in_code() -> set[str]:
    """Return every string that the interface's code hands to something that looks a word up."""
    found = set()
    for path in (ROOT / "rag" / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found | set(re.findall(r'"(\w+)"', (ROOT / "rag" / "ui" / "script.js").read_text("utf-8")))


def test_no_word_is_kept_that_nothing_says() -> None:
    said = said_in_code()
    made = ("notice_", "outcome_", "stage_")  # put together from a kind
    unused = {key for key in words("en").texts if key not in said and not key.startswith(made)}
    assert unused == set()


def test_every_key_that_is_asked_for_by_name_is_there() -> None:
    asked = set()
    for path in (ROOT / "rag" / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in {"label", "say", "own"} and isinstance(node.args[0].value, str):
                    asked.add(node.args[0].value)
    script = (ROOT / "rag" / "ui" / "script.js").read_text("utf-8")
    asked |= set(re.findall(r'say\("(\w+)"\)', script))
    assert len(asked) > 20 and asked <= words("en").texts.keys()


def test_a_key_that_is_not_there_is_an_error_at_once() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        label("nonsense")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ar", "ar"),
        ("ar-EG,ar;q=0.9", "ar"),
        ("fr;q=0.9,ar;q=0.1", "ar"),
        ("de", "en"),
        ("en;q=0.2,ar;q=0.8", "ar"),
        (";;q=x,,", "en"),
    ],
)
def test_the_browser_chooses(accepted: str, language: str) -> None:
    assert language_of(accepted) == language
