"""The number words of each language, read from `numerals.toml`: a word → the atoms that a numeral is composed of."""

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import regex

from rag.facts.tokens import key_of

Role = Literal["cardinal", "scale", "dual", "teen", "ordinal", "fraction", "half", "lead"]

_TABLE = Path(__file__).with_name("numerals.toml")
_ROLES: dict[str, Role] = {
    "scales": "scale",
    "teens": "teen",
    "duals": "dual",
    "cardinals": "cardinal",
    "ordinals": "ordinal",
    "fractions": "fraction",
}
_HUNDRED = 100
_TOO_SHORT = 2
_LONGEST_COMPOUND = 50
_COMPOUNDS = {
    "de": r"(?:jahrig|tagig|stundig|wochig|monatig|minutig|kopfig|stockig|teilig|seitig|fach|mal)\w{0,2}",
    "ru": r"(?:летн|дневн|месячн|недельн|часов|минутн|этажн|сторонн|кратн|тысячн|процентн|метров|километров)\w{1,4}",
}
"""What a numeral leans on in one word: dreitägig, двухлетний."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One piece of a numeral.

    `joined`: an "and" is written on to its front (وعشرون); `vague`: it says a number only after another one (thousands);
    `soft`: the word also means something else; `part`: it stands inside a word (dreitägig).
    """

    value: Decimal
    role: Role
    joined: bool = False
    vague: bool = False
    soft: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The number words of a language and how it composes them.

    `starts`: the first words of `phrases`; `reversed`: units stand before tens; `glued`: parts follow one another without
    an "and"; `joined_from`: the least place behind which the "and" may stand.
    """

    language: str
    atoms: dict[str, Atom]
    phrases: dict[tuple[str, ...], Atom]
    starts: frozenset[str]
    joiners: frozenset[str]
    reversed: bool
    glued: bool
    joined_from: int
    splitter: regex.Pattern[str] | None
    seen: dict[str, tuple[Atom, ...]] = field(default_factory=dict, compare=False)

    def find(self, key: str) -> tuple[Atom, ...]:
        """Return the atoms of a word, in its order; none for a word that is no numeral."""
        found = self.seen.get(key)
        if found is None:
            found = self._find(key)
            if len(self.seen) < 100_000:
                self.seen[key] = found
        return found

    def _find(self, key: str) -> tuple[Atom, ...]:
        if key in self.atoms:
            return (self.atoms[key],)
        if self.language == "ar":
            return self._behind_clitics(key)
        if self.splitter and len(key) <= _LONGEST_COMPOUND and (match := self.splitter.fullmatch(key)):
            return self._pieces(match)
        return ()

    def _behind_clitics(self, key: str) -> tuple[Atom, ...]:
        for skipped in ("و", "ف", ""):
            if skipped and not key.startswith(skipped):
                continue
            rest = key[len(skipped) :]
            for article in ("", "بال", "كال", "لل", "ال", "ب", "ل", "ك"):
                bare = rest[len(article) :]
                if rest.startswith(article) and len(bare) > _TOO_SHORT - 1 and bare in self.atoms:
                    atom = self.atoms[bare]
                    if article == "بال" and atom.value == _HUNDRED:
                        return ()  # 15 بالمئة
                    return (Atom(atom.value, atom.role, skipped == "و", atom.vague, atom.soft),)
        return ()

    def _pieces(self, match: regex.Match[str]) -> tuple[Atom, ...]:
        found: list[Atom] = []
        joined = False
        part = bool(match.groupdict().get("compound"))
        for piece in match.captures("piece"):
            if piece in self.joiners:
                joined = True
                continue
            atom = self.atoms[piece]
            found.append(Atom(atom.value, atom.role, joined, False, atom.soft, part))
            joined = False
        return tuple(found)


@cache
def lexicon(language: str) -> Lexicon:
    """Return the number words of a language (ISO 639-1), none but those for digits where there is no table."""
    tables = _tables()
    table = tables.get(language, tables["und"])
    atoms: dict[str, Atom] = {}
    phrases: dict[tuple[str, ...], Atom] = {}
    soft = {key_of(word) for word in table.get("soft", "").split()}
    for word, atom in _entries(table):
        keys = tuple(key_of(part) for part in word.split("_"))
        if len(keys) > 1:
            phrases[keys] = atom
        elif keys[0] not in atoms or atom.role == "dual":
            atoms[keys[0]] = Atom(atom.value, atom.role, vague=atom.vague, soft=keys[0] in soft)
    joiners = frozenset(key_of(word) for word in table.get("joiners", "").split())
    return Lexicon(
        language=language,
        atoms=atoms,
        phrases=phrases,
        starts=frozenset(keys[0] for keys in phrases),
        joiners=joiners,
        reversed=bool(table.get("reversed", False)),
        glued=bool(table.get("glued", True)),
        joined_from=int(table.get("joined_from", 10)),
        splitter=_splitter(language, table, atoms, joiners),
    )


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_TABLE.read_text("utf-8"))


def _entries(table: dict[str, Any]) -> list[tuple[str, Atom]]:
    found: list[tuple[str, Atom]] = []
    for name, role in _ROLES.items():
        for value, word in _pairs(table.get(name, "")):
            atom = Atom(value, role, vague=word.endswith("*"))
            word = word.rstrip("*")
            endings = table.get("endings", "").split() if word.endswith("-") else [""]
            found += [(word.rstrip("-") + ending, atom) for ending in endings]
    found += [(word, Atom(value / 3, "fraction")) for value, word in _pairs(table.get("thirds", ""))]
    found += [(word, Atom(Decimal("0.5"), "half")) for word in table.get("plus_half", "").split()]
    found += [(word, Atom(Decimal("0.5"), "lead")) for word in table.get("before_half", "").split()]
    return found


def _pairs(listed: str) -> list[tuple[Decimal, str]]:
    value, found = Decimal(0), []
    for word in listed.split():
        if word[0].isdecimal():
            value = Decimal(word)
        else:
            found.append((value, word))
    return found


def _splitter(
    language: str, table: dict[str, Any], atoms: dict[str, Atom], joiners: frozenset[str]
) -> regex.Pattern[str] | None:
    compound = _COMPOUNDS.get(language)
    together = bool(table.get("written_together", False))
    if not compound and not together:
        return None
    words = sorted({*(word for word in atoms if len(word) > 1), *joiners}, key=len, reverse=True)
    pieces = rf"(?P<piece>{'|'.join(map(regex.escape, words))})"
    if not together:
        return regex.compile(rf"{pieces}{{1,3}}(?P<compound>{compound})")
    if not compound:
        return regex.compile(rf"{pieces}{{2,12}}")
    return regex.compile(rf"{pieces}{{1,12}}(?P<compound>{compound})|{pieces}{{2,12}}")
