"""The units and currencies that stand beside numbers, by language: CLDR's names (through Babel) and `units.toml`."""

import tomllib
import warnings
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import regex
from babel import Locale, UnknownLocaleError
from babel.units import format_unit

from rag.facts.base import Text
from rag.facts.tokens import Tokens, key_of, tokenize

_TABLE = Path(__file__).with_name("units.toml")
_FROM_CLDR = """
    duration-century duration-decade duration-year duration-month duration-week duration-day duration-hour duration-minute
    duration-second length-kilometer length-meter length-centimeter length-millimeter length-mile length-foot length-inch
    length-yard length-nautical-mile area-square-kilometer area-square-meter area-hectare area-acre area-square-mile
    mass-tonne mass-kilogram mass-gram mass-milligram volume-cubic-meter volume-liter volume-milliliter volume-barrel
    volume-gallon power-gigawatt power-megawatt power-kilowatt power-watt energy-kilowatt-hour temperature-celsius
    temperature-fahrenheit concentr-percent concentr-permille
    speed-kilometer-per-hour speed-meter-per-second speed-mile-per-hour
    digital-gigabyte digital-megabyte digital-kilobyte digital-terabyte
"""
_COUNTS = (1, 2, 3, 5, 11, 100, 1.5)
_NUMBER = regex.compile(r"^[\d.,٫\s\u200e\u200f]+|[\d.,٫\s\u200e\u200f]+$")
_LONGEST_PHRASE = 4
_SHORT = 2
_SUFFIX = regex.compile(
    r"(?<=.{2})(?:l[iu]k|lar|ler|s[iu]|[iu]n?|l[iu]|[ae]|[yns]?[ae]|d[ae]n?|t[ae]n?|[ns]?[iu]n?d[ae]n?|[ns]?[iu]nd[ae]ki|d[ae]ki|[yn][iu]|l[iu]k[a-z]{0,4})$"
)
"""What Turkish writes on to a noun (after `key_of`, which leaves no marks)."""

_ABBREVIATED = frozenset(
    ["mio", "mrd", "тыс", "млн", "млрд", "трлн", "tsd", "mn", "bn", "mil", "md", "mds", "mld", "mln", "m"]
)
_CODES = frozenset(["try", "mad", "sar", "all", "won", "yer", "nis"])
"""Codes of currencies that are words when they are small."""

_FILLERS = frozenset({"of", "de", "d", "di", "do", "من", "us", "ab", "amerikan", "американских"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its `dimension` (length, money, …) and how many of the dimension's base unit it holds, if that is fixed."""

    name: str
    dimension: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a language: their words, by the keys of one to four tokens, and the duals that count two of them."""

    words: dict[tuple[str, ...], Unit]
    duals: dict[str, Unit]
    suffixed: bool
    spaceless: bool

    def behind(self, tokens: Tokens, index: int) -> tuple[Unit, int] | None:
        """Return the unit that begins at a token, and where it ends in the text."""
        if index >= len(tokens) or not (tokens.close(index) or self._abbreviated(tokens, index)):
            return None
        if found := self._at(tokens, index):
            return found
        if tokens.key(index) in _FILLERS and index + 1 < len(tokens) and not tokens.gap(index + 1).strip(" '’"):
            return self._at(tokens, index + 1)
        return None

    def _abbreviated(self, tokens: Tokens, index: int) -> bool:
        return index > 0 and tokens.key(index - 1) in _ABBREVIATED and not tokens.gap(index).strip(" \u00a0\u202f.")

    def _at(self, tokens: Tokens, index: int) -> tuple[Unit, int] | None:
        keys: list[str] = []
        for at in range(index, min(index + _LONGEST_PHRASE, len(tokens))):
            if keys and tokens.gap(at).strip(" \u00a0\u202f.-‑/"):
                break
            keys.append(tokens.key(at))
        for length in range(len(keys), 0, -1):
            unit = self.words.get(tuple(keys[:length]))
            if unit and not (keys[0] in _CODES and tokens.items[index].text.islower()):
                return unit, tokens.items[index + length - 1].end
        return self._inside(tokens, index)

    def _inside(self, tokens: Tokens, index: int) -> tuple[Unit, int] | None:
        token = tokens.items[index]
        if self.spaceless:
            for size in range(min(5, len(token.key)), 0, -1):
                if unit := self.words.get((token.key[:size],)):
                    return unit, token.start + size
        if self.suffixed and len(token.key) > _SHORT and (match := _SUFFIX.search(token.key)):
            unit = self.words.get((token.key[: match.start()],))
            return (unit, token.end) if unit else None
        return None

    def before(self, tokens: Tokens, index: int) -> Unit | None:
        """Return the unit that ends right before a token: $, Rs, yüzde, 百分之."""
        at = index - 1
        if at < 0 or tokens.gap(index).strip(" \u00a0\u202f."):
            return None
        token = tokens.items[at]
        if (token.key == "分之" and tokens.key(at - 1) == "百") or token.key in ("yuzde", "٪", "%"):
            return self.words.get(("%",))
        unit = self.words.get((token.key,))
        return (
            unit
            if unit
            and unit.dimension == "money"
            and (token.kind == "sign" or token.text.isupper() or token.text == "Rs")
            else None
        )


@cache
def units(language: str) -> Units:
    """Return the units of a language (ISO 639-1); of an unknown one the signs that all share.

    >>> units("ar").words["كيلومترا",].name, units("ar").duals["ساعتين"].name
    ('kilometer', 'hour')
    """
    table = _table()
    words: dict[tuple[str, ...], Unit] = {}
    for name, forms in table["currencies"].items():
        _add(words, forms, Unit(name, "money", Decimal("0.01") if name == "cent" else Decimal(1)))
    for name, forms in table["all"].items():
        _add(words, forms, _unit(name))
    if language != "und":
        for key, unit in _from_cldr(language).items():
            words.setdefault(key, unit)
    for name, forms in table.get(language, {}).items():
        _add(words, forms, _unit(name))
    return Units(words, _duals(words) if language == "ar" else {}, language == "tr", language in ("zh", "ja", "ko"))


def _add(words: dict[tuple[str, ...], Unit], forms: str, unit: Unit) -> None:
    for form in forms.split():
        words[_keys(form.replace("_", " "))] = unit


def _keys(form: str) -> tuple[str, ...]:
    found = tuple(token.key for token in tokenize(Text(form, "en")).items)
    return found or (key_of(form),)


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(_TABLE.read_text("utf-8"))


@cache
def _unit(name: str) -> Unit:
    for dimension, listed in _table()["factors"].items():
        for pair in listed.split():
            unit, factor = pair.split("=")
            if unit == name:
                return Unit(name, dimension, Decimal(factor))
    return Unit(name, name, Decimal(1))


def _from_cldr(language: str) -> dict[tuple[str, ...], Unit]:
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[tuple[str, ...], Unit] = {}
    for identifier in _FROM_CLDR.split():
        unit = _unit(identifier.split("-", 1)[1])
        for length in ("long", "short"):
            for name in _names(identifier, length, locale):
                keys = _keys(name)
                if len(keys) > 1 or len(keys[0]) > _SHORT:
                    found.setdefault(keys, unit)
    return found


def _names(identifier: str, length: Any, locale: Locale) -> set[str]:
    found = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for count in _COUNTS:
            written = format_unit(count, identifier, length, locale=locale)
            name = _NUMBER.sub("", written)
            if identifier not in written and name and not any(character.isdecimal() for character in name):
                found.add(name)
    return found


def _duals(words: dict[tuple[str, ...], Unit]) -> dict[str, Unit]:
    """Return the Arabic duals (ساعتان, يومين): they count two with no number beside them."""
    found: dict[str, Unit] = {}
    for keys, unit in words.items():
        word = keys[0]
        if len(keys) > 1 or len(word) <= _SHORT or not "\u0620" <= word[0] <= "\u064a" or word.endswith(("ا", "ات")):
            continue
        stem = word[:-1] + "ت" if word.endswith("ه") else word
        for ending in ("ان", "ين"):
            if (stem + ending,) not in words:
                found[stem + ending] = unit
    return found
