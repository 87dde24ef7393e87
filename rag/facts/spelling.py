"""Whether two words of one script are one name: another spelling, another case, the adjective of it."""

from functools import lru_cache

import regex

_SOUNDS = (
    (regex.compile(r"(.)\1+"), r"\1"),
    (regex.compile(r"(?:iy|yi|ij|y|j|i)+"), "i"),
    (regex.compile(r"ph"), "f"),
    (regex.compile(r"(?:ou|oo|u|w)"), "u"),
    (regex.compile(r"ck|q"), "k"),
    (regex.compile(r"(?<=[dgkt])h"), ""),
    (regex.compile(r"(.)\1+"), r"\1"),
)
_VOWELS = regex.compile(r"[aeiouаеиоуыэюя]")
_LATIN_ENDING = regex.compile(
    r"(?:s|es|n|i|is|an|ans|ian|ians|ese|er|ers|ern|en|ens|isch|ische|ischen|ischer|isches|ais|aise|ien|ienne|iens|iennes|"
    r"eno|ena|ano|ana|anos|anas|li|lu|lı)?"
)
_ENDINGS = {
    "ru": regex.compile(r"[аеиоуыэюяйь]{0,3}|[оея][вмй]|ым|[ая]х|[ая]ми|[ое]го|[ое]му|(?:ц|ов)?ск\w{1,4}|ин\w{0,2}"),
    "tr": regex.compile(
        r"[yns]?[aeiıuü]{0,2}n?|[dt][ae]n?|n[iıuü]n|[iıuü]n|l[aeiıuü]r?|l[iıuü]\w{0,3}|ki|y?l[ae]|c[aeiıuü]\w{0,4}"
    ),
    "hi": regex.compile(r"[ािीोंेुू]{0,3}|ियों|ियाँ"),
    "ar": regex.compile(r"|ا|ي|يه|يين|يون|ه|ان"),
    "ko": regex.compile(r"(?:은|는|이|가|을|를|의|에|에서|와|과|로|으로|도)?"),
}
_DEFAULT = regex.compile(r"[\p{L}\p{M}]?")
_SHORTEST = 4


def same_spelling(one: str, other: str, language: str) -> bool:
    """Tell whether two folded words are one name in a language.

    >>> same_spelling("zelenskyy", "zelensky", "en"), same_spelling("samir", "samira", "en")
    (True, False)
    >>> same_spelling("москве", "москва", "ru"), same_spelling("iran", "iraq", "en")
    (True, False)
    """
    return one == other or same_stem(one, other, language) or _same_sound(one, other)


def same_stem(one: str, other: str, language: str) -> bool:
    """Tell whether two folded words differ in an ending of a language only."""
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    if shared < min(_SHORTEST, len(one), len(other)) or shared < 3:
        return False
    ending = _ENDINGS.get(language, _LATIN_ENDING if one[:1].isascii() else _DEFAULT)
    if language not in _ENDINGS and shared < min(len(one), len(other)):
        return False
    return bool(ending.fullmatch(one[shared:]) and ending.fullmatch(other[shared:]))


def _same_sound(one: str, other: str) -> bool:
    """Tell whether two words are spellings of one sound: doubling, y and i, one or two vowels in a long word."""
    if abs(len(one) - len(other)) > 2 or min(len(one), len(other)) < 5:
        return False
    first, second = _sound(one), _sound(other)
    if first == second:
        return True
    if first[:1] != second[:1] or bool(_VOWELS.match(first[-1:])) != bool(_VOWELS.match(second[-1:])):
        return False
    if _VOWELS.sub("", first) != _VOWELS.sub("", second) or (_VOWELS.match(first[-1:]) and first[-1] != second[-1]):
        return False
    return len(first) == len(second) and sum(a != b for a, b in zip(first, second, strict=True)) <= 1 + (len(first) > 6)


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word
