"""Tables of clues to names, read from names.toml: titles, particles, given names and kinds of things."""

import tomllib
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError

from rag.text.folding import fold_text, strip_marks


@cache
def clues(table: str, key: str = "words") -> frozenset[str]:
    """Return the words of a table of names.toml, folded; of a table of characters, its characters.

    >>> "president" in clues("titles"), "王" in clues("han", "surnames")
    (True, True)
    """
    text: str = _tables()[table][key]
    words = list(text) if table.startswith("han") else text.replace("-", " ").split()
    return frozenset(strip_marks(fold_text(word)) for word in words)


@cache
def calendar(language: str) -> frozenset[str]:
    """Return the folded names of months and days of the week in a language, by CLDR: dates are another check's."""
    try:
        locale = Locale.parse("en" if language == "und" else language)
    except (UnknownLocaleError, ValueError):
        return frozenset()
    widths = ("wide", "abbreviated")
    tables = [table["format"].get(width, {}) for table in (locale.months, locale.days) for width in widths]
    names = (name for table in tables for name in table.values())
    return frozenset(strip_marks(fold_text(name, language)).rstrip(".") for name in names if not name.isdecimal())


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("rag.facts").joinpath("names.toml").read_text("utf-8"))
