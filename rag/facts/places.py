"""Countries and cities in any language, by CLDR (unicode.org, through Babel): الأردن is Jordan is Иордания is 约旦.

A place is an ISO 3166 code or the name of a time zone (`Europe/Paris`), whose city CLDR names. Adjectives and the
people (Ukrainian, أوكراني, украинский) are known by the beginning of the country's name in that language.
"""

import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

import regex
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from rag.text.folding import fold_text, strip_marks

_NO_CITY = regex.compile(r"Antarctica/|Etc/|Arctic/|America/(?:Indiana|North_Dakota|Kentucky)/|[^/]+$")
_PERSON_OR_WORD = frozenset(
    [
        "Nome",
        "Regina",
        "Easter",
        "Christmas",
        "Resolute",
        "Stanley",
        "Wake",
        "Midway",
        "Darwin",
        "Wallis",
        "Phoenix",
        "Swift_Current",
        "Chita",
        "Oral",
        "Norfolk",
        "Dawson",
        "Dawson_Creek",
        "Creston",
        "Thule",
        "Adak",
        "Knox",
        "Hovd",
        "Truk",
        "Mahe",
        "Macquarie",
        "Lindeman",
        "Eucla",
        "Chatham",
        "Perth",
        "Casey",
        "Samara",
        "Kirov",
        "Glace_Bay",
        "Goose_Bay",
        "Cambridge_Bay",
        "Coral_Harbour",
        "Lord_Howe",
        "Broken_Hill",
        "Bahia",
        "Salta",
        "Belem",
        "Lower_Princes",
        "Efate",
        "Santarem",
    ]
)
_ENDING = regex.compile(r"(?:ia|ya|ie|ien|ija|ий|ия|иа|я|а|ا|يا|ه|ia|[aeiouyا])$")
_SHORTEST_BEGINNING = 4
_DECLINING = frozenset({"ru", "uk", "be", "tr", "pl", "cs", "fi"})
"""Languages in which a city, too, has endings."""
_COUNTRY = regex.compile(r"[A-Z]{2}")
_NO_COUNTRY = frozenset({"ZZ", "XA", "XB", "EZ", "QO"})


def normal(text: str) -> str:
    """Return a place's name as it is looked up: folded, without marks, hyphens and points.

    >>> normal("Corée du Nord"), normal("U.S.")
    ('coree du nord', 'us')
    """
    return " ".join(strip_marks(fold_text(text)).replace(".", "").replace("-", " ").replace("'", " ").split())


@lru_cache(maxsize=64)
def gazetteer(language: str) -> dict[str, frozenset[str]]:
    """Return the places by their names in a language, `normal`; countries only have aliases where CLDR lacks it."""
    found: dict[str, set[str]] = {}
    for place, name in (*_countries(language), *_cities(language), *_aliases("places"), *_aliases("cities")):
        found.setdefault(normal(name), set()).add(place)
    return {name: frozenset(places) for name, places in found.items() if len(name) > 1 or not name.isascii()}


@lru_cache(maxsize=64)
def beginnings(language: str) -> dict[str, frozenset[str]]:
    """Return the countries by how the words for their people begin in a language."""
    found: dict[str, set[str]] = {}
    for country, name in _countries(language):
        single = normal(name).removeprefix("ال")
        short = _ENDING.sub("", single)
        if " " not in single and len(short) >= _SHORTEST_BEGINNING:
            found.setdefault(short, set()).add(country)
    for city, name in _cities(language) if language in _DECLINING else ():
        short = _ENDING.sub("", normal(name))
        if " " not in short and len(short) >= _SHORTEST_BEGINNING:
            found.setdefault(short, set()).add(city)
    for country, beginning in _alias_beginnings():
        found.setdefault(normal(beginning), set()).add(country)
    return {name: frozenset(places) for name, places in found.items()}


@lru_cache(maxsize=50_000)
def places_of(word: str, language: str) -> frozenset[str]:
    """Return the places that a word names, or whose people it names; `word` is folded.

    >>> sorted(places_of("باريس", "ar")), sorted(places_of("украинский", "ru")), sorted(places_of("hello", "en"))
    (['Europe/Paris'], ['UA'], [])
    """
    names = gazetteer(language)
    for form in _bare(word, language):
        if form in names:
            return names[form]
    starts = beginnings(language)
    for form in _bare(word, language):
        for length in range(min(len(form), 14), 2, -1):
            if form[:length] in starts and len(form) - length <= 7:
                return starts[form[:length]]
    return frozenset()


def named_in(place: str, language: str) -> bool:
    """Tell whether CLDR says what `place` is called in a language."""
    return place in _listed(language)


@lru_cache(maxsize=64)
def _listed(language: str) -> frozenset[str]:
    return frozenset(place for place, _ in (*_countries(language), *_cities(language)))


@cache
def country_of(place: str) -> str:
    """Return the country that a place is in, itself if it is one.

    >>> country_of("Europe/Paris"), country_of("JO")
    ('FR', 'JO')
    """
    return str(get_global("zone_territories").get(place, place))


def _bare(word: str, language: str) -> list[str]:
    forms = [word]
    if language in ("ar", "und", "fa", "ur") and word[:1] >= "\u0600":
        for front in ("و", "ف", "ب", "ل", "ك"):
            if word.startswith(front) and len(word) > 4:
                forms.append(word[1:])
        forms += [f"ال{form[2:]}" for form in forms if form.startswith("لل")]
        forms += [form[2:] for form in forms if form.startswith("ال") and len(form) > 4]
    return forms


def _countries(language: str) -> Iterator[tuple[str, str]]:
    locale = _locale(language)
    for code, name in locale.territories.items() if locale else ():
        if _COUNTRY.fullmatch(code) and code not in _NO_COUNTRY:
            yield code, name


def _cities(language: str) -> Iterator[tuple[str, str]]:
    locale = _locale(language)
    if locale is None:
        return
    named = locale._data.get("time_zones", {})
    for zone in get_global("zone_territories"):
        last = zone.rpartition("/")[2]
        if not _NO_CITY.match(zone) and last not in _PERSON_OR_WORD:
            city = named.get(zone, {}).get("city") or (last.replace("_", " ") if _latin(language) else "")
            if city and "(" not in city and "," not in city:
                yield zone, city


def _latin(language: str) -> bool:
    return language in {"en", "de", "fr", "es", "it", "pt", "tr", "id", "nl", "und"}


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse("en" if language == "und" else language)
    except (UnknownLocaleError, ValueError):
        return None


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("rag.facts").joinpath("aliases.toml").read_text("utf-8"))


def _aliases(table: str) -> Iterator[tuple[str, str]]:
    for place, names in _tables()[table].items():
        yield from ((place, name.replace("_", " ")) for name in names.split() if not name.endswith("-"))


def _alias_beginnings() -> Iterator[tuple[str, str]]:
    for country, names in _tables()["places"].items():
        yield from ((country, name[:-1]) for name in names.split() if name.endswith("-"))


@cache
def ambiguous() -> frozenset[str]:
    """Return folded words that are a place's name and an ordinary word."""
    return frozenset(map(normal, _tables()["ambiguous"]["words"].split()))
