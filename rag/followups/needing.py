"""Does a message stand alone?"""

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from rag.text.folding import fold_text, strip_marks
from rag.text.function_words import content
from rag.text.terms import words

_SPACELESS = ("zh", "ja", "th")
_FEW = 4  # words: a question this short often leaves out what it is about
_ARABIC_SUFFIX = regex.compile(r"(?!ال)\w{2,}(?:ها|هم|هما|ه)")  # never ة, which folding makes the same
_NAME = regex.compile(r"(?<=\S\s+)\p{Lu}\w+|\p{Nd}{4}")


@dataclass(frozen=True)
class _Words:
    openers: "regex.Pattern[str]"
    backward: "regex.Pattern[str]"
    last: "regex.Pattern[str]"
    fixed: "regex.Pattern[str]"
    alone: frozenset[str]


def needs_context(message: str, language: str) -> bool:
    """Tell whether a message goes on from the one before it, by its words; where there was none it cannot.

    >>> [needs_context(text, "en") for text in ("And in 2022?", "Who said that?", "Who opened the plant in Sahran?")]
    [True, True, False]
    >>> needs_context("ومن قال ذلك؟", "ar"), needs_context("من افتتح محطة رأس الزمرد؟", "ar")
    (True, False)
    """
    folded = _plain(message).strip(" ?؟？¿¡!.،,")
    ours = _words().get(language)
    if ours is not None:
        if ours.openers.match(folded) or folded in ours.alone:
            return True
        free = ours.fixed.sub(" ", folded)
        if ours.last.search(free) or _points_back(ours.backward, free, message):
            return True
    said = words(content(message, language))
    if language == "ar" and len(said) <= 1 and len(folded.split()) <= _FEW and _ARABIC_SUFFIX.fullmatch(_last(message)):
        return True
    return language not in _SPACELESS and len(folded.split()) < _FEW and not any(_tells(one) for one in said)


def _points_back(backward: "regex.Pattern[str]", folded: str, message: str) -> bool:
    """Tell whether something in the message stands for what came before it: nothing named earlier in it can be meant."""
    found = backward.search(folded)
    if found is None:
        return False
    name = _NAME.search(message)
    return name is None or name.start() > found.start()


def _last(message: str) -> str:
    letters = unicodedata.normalize("NFD", message)
    last: str
    *_, last = ["", *regex.findall(r"\p{L}+", "".join(one for one in letters if not unicodedata.combining(one)))]
    return last


def _tells(word: str) -> bool:
    return any(character.isalpha() for character in word)


@cache
def _words() -> dict[str, _Words]:
    tables = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
    return {
        language: _Words(
            openers=regex.compile(_any(table["openers"], language)),
            backward=regex.compile(_any(table["backward"], language)),
            last=regex.compile(_any(table["last"], language) + r"\W*$"),
            fixed=regex.compile(_any(table["fixed"], language)),
            alone=frozenset(map(_plain, table["alone"])),
        )
        for language, table in tables.items()
    }


def _any(listed: Sequence[str], language: str) -> str:
    if not listed:
        return r"(?!)"
    if language in _SPACELESS:
        return "(?:" + "|".join(map(regex.escape, listed)) + ")"
    spelled = (regex.escape(_plain(one)).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for one in listed)
    return r"(?<!\w)(?:" + "|".join(spelled) + r")(?!\w)"


def _plain(text: str) -> str:
    return strip_marks(fold_text(text))
