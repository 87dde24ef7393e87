"""Tokens → numerals: digits, number words and both together ("3 ملايين", "vingt et un"), by their value."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex

from rag.facts.base import Text
from rag.facts.composing import Sum
from rag.facts.digits import fraction, values
from rag.facts.han_numerals import evaluate
from rag.facts.number_words import Atom, Lexicon, lexicon
from rag.facts.tokens import Tokens, tokenize

_CONTINUING = frozenset({"tr", "ru", "hi", "ur", "zh", "ja", "ko"})
"""Languages that go on in digits behind a scale: 38 bin 412."""

_MISREAD = frozenset({"ön", "Ön"})
"""Words whose key, which has no marks, is that of a number word."""

_FEW = 2
_ROMAN = regex.compile(r"(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: the tokens `first` up to `last` (exclusive) and the values it may stand for.

    `worded`: no digits in it; `soft`: it is too common a word to be missed (one, two, first); `part`: inside a word.
    """

    first: int
    last: int
    values: tuple[Decimal, ...]
    ordinal: bool = False
    fraction: bool = False
    worded: bool = False
    soft: bool = False
    part: bool = False
    scaled: bool = False


@lru_cache(maxsize=512)
def numerals(text: Text) -> tuple[Numeral, ...]:
    """Return the numerals of a text, in its order.

    >>> [str(n.values[0]) for n in numerals(Text("quatre-vingt-dix-sept mille, 3 millions et demi", "fr"))]
    ['97000', '3500000.0']
    """
    tokens = tokenize(text)
    words = lexicon(tokens.language)
    found: list[Numeral] = []
    index = 0
    while index < len(tokens):
        token = tokens.items[index]
        if _ROMAN.fullmatch(token.text):
            found.append(Numeral(index, index + 1, (_roman(token.text),), worded=True, soft=True))
            index += 1
            continue
        if token.kind == "word" and not words.find(token.key) and token.key not in words.starts:
            index += 1
            continue
        numeral = _numeral(tokens, index, words)
        if numeral is None:
            index += 1
        else:
            found.append(numeral)
            index = numeral.last
    return tuple(found)


def _roman(written: str) -> Decimal:
    ones = [_ROMAN_DIGITS[character] for character in written]
    behind = [*ones[1:], 0]
    return Decimal(sum(-one if one < after else one for one, after in zip(ones, behind, strict=True)))


def _numeral(tokens: Tokens, index: int, words: Lexicon) -> Numeral | None:
    token = tokens.items[index]
    if token.kind == "word":
        return _composed(tokens, index, words, None)
    if token.kind == "number":
        readings = values(token.text, tokens.language)
        if index + 1 < len(tokens) and tokens.items[index + 1].kind == "han" and tokens.close(index + 1):
            return _han(tokens, index, readings[0] if readings else None)
        found = [numeral for value in readings[:2] if (numeral := _composed(tokens, index, words, value))]
        if not found:
            return None
        first = found[0]
        merged = tuple(dict.fromkeys(value for numeral in found for value in numeral.values))
        return Numeral(first.first, first.last, merged, first.ordinal, scaled=first.scaled)
    if token.kind == "han":
        return _han(tokens, index, None)
    value = fraction(token.text)
    return None if value is None else Numeral(index, index + 1, (value,), fraction=True)


def _han(tokens: Tokens, index: int, value: Decimal | None) -> Numeral | None:
    parts: list[Decimal | str] = [] if value is None else [value]
    last = index + len(parts)
    while last < len(tokens) and tokens.items[last].kind in ("han", "number") and (last == index or tokens.close(last)):
        token = tokens.items[last]
        if token.kind == "number":
            readings = values(token.text, tokens.language)
            if not parts or not readings:
                break
            parts.append(readings[0])
        else:
            parts.append(token.text)
        last += 1
    whole = evaluate(parts) if parts else None
    if whole is None:
        return None
    alone = value is None and last == index + 1 and len(tokens.items[index].text) == 1
    return Numeral(index, last, (whole,), worded=value is None, soft=alone and whole <= _FEW, scaled=whole >= 10_000)


def _composed(tokens: Tokens, index: int, words: Lexicon, value: Decimal | None) -> Numeral | None:
    """Read a numeral from `index` on; `value` is what the digits there stand for."""
    total = Sum(words)
    last = index
    if value is not None:
        total.start(value)
        last += 1
    while True:
        taken = _next(tokens, last, last == index, total)
        if taken == last:
            break
        last = taken
    result = total.value()
    if result is None or last == index:
        return None
    return _finished(total, result, index, last, value is not None)


def _finished(total: Sum, result: Decimal, first: int, last: int, digits: bool) -> Numeral:
    atoms = total.seen
    readings: tuple[Decimal, ...] = (result,)
    if len(atoms) == 1 and atoms[0].role == "dual" and not digits:
        readings = (result * 2, result)
    return Numeral(
        first,
        last,
        readings,
        ordinal=any(atom.role == "ordinal" for atom in atoms),
        fraction=not digits and len(atoms) == 1 and atoms[0].role == "fraction",
        worded=not digits,
        soft=not digits and (result <= _FEW or (len(atoms) == 1 and (atoms[0].soft or atoms[0].role == "dual"))),
        part=any(atom.part for atom in atoms),
        scaled=total.scale is not None,
    )


def _next(tokens: Tokens, index: int, first: bool, total: Sum) -> int:
    """Take the next word (or digits behind a scale) into `total`; return the index behind it, or `index`."""
    if index >= len(tokens) or not (first or tokens.close(index)):
        return index
    joined = False
    at = index
    if not first and tokens.key(at) in total.words.joiners and tokens.items[at].kind == "word" and tokens.close(at + 1):
        joined, at = True, at + 1
        if tokens.key(at) == "a":
            at += 1
    if at >= len(tokens) or not (at == index or tokens.close(at)):
        return index
    if tokens.items[at].kind == "number":
        return _digits_behind(tokens, at, total) if not first and not joined else index
    if tokens.items[at].kind != "word":
        return index
    taken = _take_phrase(tokens, at, joined, total)
    return taken if taken > at else index


def _take_phrase(tokens: Tokens, at: int, joined: bool, total: Sum) -> int:
    for length in (3, 2):
        keys = tuple(tokens.key(at + offset) for offset in range(length))
        atom = total.words.phrases.get(keys)
        if atom and total.take(Atom(atom.value, atom.role, joined)):
            return at + length
    atoms = () if tokens.items[at].text in _MISREAD else total.words.find(tokens.key(at))
    if not atoms:
        skip = (
            tokens.key(at) in ("a", "of", "d", "de")
            and tokens.close(at + 1)
            and total.seen[-1:]
            and total.seen[-1].role == "fraction"
        )
        atoms = total.words.find(tokens.key(at + 1)) if skip else ()
        return at + 2 if len(atoms) == 1 and atoms[0].role == "scale" and total.take(atoms[0]) else at
    if joined:
        atoms = (Atom(atoms[0].value, atoms[0].role, True, atoms[0].vague, atoms[0].soft), *atoms[1:])
    for position, atom in enumerate(atoms):
        if not total.take(atom):
            return at if position == 0 else at + 1
    return at + 1


def _digits_behind(tokens: Tokens, at: int, total: Sum) -> int:
    """Take digits behind a scale: "38 bin 412", "5 million 300 thousand"."""
    if total.group is not None or total.scale is None:
        return at
    readings = values(tokens.items[at].text, tokens.language)
    atoms = total.words.find(tokens.key(at + 1)) if tokens.close(at + 1) else ()
    scaled = bool(atoms) and atoms[0].role == "scale" and atoms[0].value < total.scale
    if not readings or readings[0] >= total.scale or not (scaled or total.words.language in _CONTINUING):
        return at
    total.start(readings[0])
    return at + 1
