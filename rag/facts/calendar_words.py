"""The words of the calendar by language: CLDR's names (through Babel) and `calendar.toml`."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import regex
from babel import Locale, UnknownLocaleError

from rag.facts.base import Text
from rag.facts.tokens import Token, Tokens, key_of, tokenize

_TABLE = Path(__file__).with_name("calendar.toml")
_REGIONS = {"ar": ("ar", "ar_DZ", "ar_MA", "ar_LB"), "de": ("de", "de_AT"), "pt": ("pt", "pt_PT")}
_UNCAPPED = frozenset({"fr", "es", "pt", "it", "ru"})
"""Cased languages that write months and weekdays small."""

_LONGEST = 3
_SHORTEST = 3
_SUFFIX = regex.compile(r"(?:['’]?[dt][ae]n?|['’]?n?[iu]n|y?[iu]|[ae]|n[iu]|y[ae])$")


@dataclass(frozen=True, slots=True)
class Words:
    """The calendar's words of one language: the keys of one to three tokens → a month or a weekday (Monday is 1)."""

    language: str
    months: dict[tuple[str, ...], int]
    weekdays: dict[tuple[str, ...], int]
    decades: dict[tuple[str, ...], int]
    shy: frozenset[tuple[str, ...]]
    before: frozenset[str]
    years: frozenset[str]
    clock: frozenset[str]
    behind: frozenset[tuple[str, ...]]
    morning: frozenset[tuple[str, ...]]
    evening: frozenset[tuple[str, ...]]
    firsts: frozenset[str]
    ends: frozenset[str]
    suffixed: bool
    seen: dict[str, str] = field(default_factory=dict, compare=False)

    def stem(self, key: str) -> str:
        """Return the word that a key is a form of, where it is one of ours: ومايو, Mayıs'ta."""
        found = self.seen.get(key)
        if found is None:
            found = next((form for form in self._forms(key) if form in self.firsts), "")
            if len(self.seen) < 100_000:
                self.seen[key] = found
        return found

    def known(self, key: str) -> bool:
        """Tell whether a date or time in words may begin, or end, at a key."""
        return bool(self.stem(key)) or key in self.clock or key in self.ends

    def _forms(self, key: str) -> list[str]:
        forms = [key]
        if self.language == "ar":
            for clitic in ("و", "ب", "ل", "ف", "وب", "ول", "لل"):
                if key.startswith(clitic) and len(key) > len(clitic) + 2:
                    rest = key[len(clitic) :]
                    forms += [rest, f"ال{rest}"] if clitic == "لل" else [rest]
            if key.startswith("ال"):
                forms.append(key[2:])
        if self.suffixed and len(key) > _SHORTEST:
            forms.append(_SUFFIX.sub("", key))
        return forms

    def phrase(self, tokens: Tokens, index: int, table: dict[tuple[str, ...], int]) -> tuple[int, int] | None:
        """Return what the words from a token on name in a table, and the index behind them."""
        first = self.stem(tokens.key(index))
        if not first:
            return None
        keys = [first]
        while len(keys) < _LONGEST and tokens.close(index + len(keys)):
            keys.append(tokens.key(index + len(keys)))
        for length in range(len(keys), 0, -1):
            if (found := table.get(tuple(keys[:length]))) is not None:
                return found, index + length
        return None

    def doubtful(self, token: Token, name: tuple[str, ...]) -> bool:
        """Tell whether a name also means something else, or lacks the capital that it has in this language."""
        return name in self.shy or (self.language == "en" and token.text[0].islower())


@cache
def words(language: str) -> Words:
    """Return the calendar's words of a language (ISO 639-1).

    >>> words("ar").months["كانون", "الثاني"], words("fr").weekdays["mardi",]
    (1, 2)
    """
    table = _table().get(language, {})
    months, weekdays, short = _from_cldr(language)
    months |= _numbered(table.get("months", ""))
    weekdays |= _numbered(table.get("weekdays", ""))
    decades = _numbered(table.get("decades", ""))
    shy = frozenset(_keys(word) for word in table.get("shy", "").split()) | frozenset(short)
    return Words(
        language=language,
        months={**short, **months},
        weekdays=weekdays,
        decades=decades,
        shy=shy - (frozenset(months) - frozenset(_keys(word) for word in table.get("shy", "").split())),
        before=_set(table, "before"),
        years=_set(table, "years"),
        clock=_set(table, "clock"),
        behind=frozenset(_keys(word) for word in table.get("behind", "").split()),
        morning=frozenset(_keys(word) for word in table.get("morning", "").split()),
        evening=frozenset(_keys(word) for word in table.get("evening", "").split()),
        firsts=frozenset(keys[0] for found in (months, weekdays, decades, short) for keys in found),
        ends=frozenset(key_of(word.split("'")[0].split("_")[0]) for word in table.get("behind", "").split()),
        suffixed=bool(table.get("suffixed", False)),
    )


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(_TABLE.read_text("utf-8"))


def _set(table: dict[str, str], name: str) -> frozenset[str]:
    return frozenset(key_of(word) for word in table.get(name, "").split())


def _keys(form: str) -> tuple[str, ...]:
    return tuple(token.key for token in tokenize(Text(form.replace("_", " "), "en")).items)


def _numbered(listed: str) -> dict[tuple[str, ...], int]:
    number, found = 0, {}
    for word in listed.split():
        if word.isdecimal():
            number = int(word)
        else:
            found[_keys(word)] = number
    return found


def _from_cldr(
    language: str,
) -> tuple[dict[tuple[str, ...], int], dict[tuple[str, ...], int], dict[tuple[str, ...], int]]:
    """Return the months, the weekdays and the abbreviated months of a language and its regions."""
    months: dict[tuple[str, ...], int] = {}
    weekdays: dict[tuple[str, ...], int] = {}
    short: dict[tuple[str, ...], int] = {}
    for name in _REGIONS.get(language, (language,)):
        try:
            locale = Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
        for use in ("format", "stand-alone"):
            months |= {_keys(word): number for number, word in locale.months[use]["wide"].items() if word[:1].isalpha()}
            weekdays |= {_keys(word): number + 1 for number, word in locale.days[use]["wide"].items()}
            short |= {
                keys: number
                for number, word in locale.months[use]["abbreviated"].items()
                if word[:1].isalpha() and len(keys := _keys(word)) == 1 and len(keys[0]) >= _SHORTEST
            }
    if language in ("zh", "ja", "ko"):
        return {}, ({} if language != "ko" else weekdays), {}
    return months, weekdays, short
