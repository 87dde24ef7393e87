"""Text → the terms that lexical search (BM25) counts: stems, which know the language, and grams, which do not.

Stems find other forms of a word; grams, the overlapping pieces of each word, find it misspelt, joined to another, in a
language without a stemmer or under a wrongly guessed one, and names in a document of another language (McNamee &
Mayfield 2004, "Character n-gram tokenization for European language text retrieval").
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import regex
import Stemmer

from rag.text.folding import fold_text, strip_marks

ARABIC_STEMMER: Literal["light10", "snowball"] = "light10"
"""Snowball's keeps the article after و (والمحطة, المحطة stay apart). On TyDi QA's Arabic the right one of 842 passages is
first for 81.3 % of the questions with light10's stems, for 80.1 % with Snowball's, for 76.5 % with whole words."""

GRAMS = (4,)
SYLLABLE_GRAMS = (2, 3)
"""Sizes of the pieces of words: of Korean, and of scripts written without spaces, where a run stands for a word."""

SPACELESS_STEMS = (2,)
"""Sizes of the pieces that stand for stems where nothing says where a word ends."""

_SNOWBALL = """
    ar:arabic ca:catalan cs:czech da:danish de:german el:greek en:english eo:esperanto es:spanish et:estonian
    eu:basque fa:persian fi:finnish fr:french ga:irish hi:hindi hu:hungarian hy:armenian id:indonesian it:italian
    lt:lithuanian nb:norwegian ne:nepali nl:dutch nn:norwegian no:norwegian pl:polish pt:portuguese ro:romanian
    ru:russian sr:serbian st:sesotho sv:swedish ta:tamil tr:turkish yi:yiddish
"""
_STEMMERS = dict(pair.split(":", 1) for pair in _SNOWBALL.split())
"""ISO 639-1 → the stemmers of Snowball (Porter 2001, snowballstem.org), in C."""

_MARKS_ARE_TONES = frozenset({"vi"})
"""Languages whose stems keep the marks: without its tone a Vietnamese syllable is five other ones."""

_CASED = r"\p{Latin}\p{Cyrillic}\p{Greek}"
_UNSPACED = [r"[\p{Han}\p{Hiragana}\p{Katakana}ー]", r"\p{Thai}", r"\p{Lao}", r"\p{Khmer}", r"\p{Myanmar}"]
_OWN_RUNS = [*_UNSPACED, r"\p{Hangul}", r"\p{Arabic}"]
_LETTER = r"[\p{L}\p{M}〇]"  # the Han zero is no letter to Unicode, but a digit of 二〇二四年
_TAIL = rf"[{_CASED}\p{{Mn}}\d]*+"
_WORD = regex.compile(
    rf"""(?xV1)
      (?: (?<![\d.,:/-]) \d{{1,3}} (?:[ ]\d{{3}}){{1,4}}+ (?:[.,]\d++)?+ (?![.,]?\d)  # 150 000,5
        | \d++ (?:[.,']\d++)*+ ) (?: [{_CASED}] {_TAIL} )?+                      # 150,000  3.5  5km
    | (?: [{_CASED}\p{{Arabic}}] [.] ){{2,}}+ (?: [{_CASED}\p{{Arabic}}] (?!{_LETTER}) )?+  # u.s.
    | [{_CASED}] {_TAIL} (?: ['·] [{_CASED}] {_TAIL} )*+                         # don't  col·lega  f16
    | {"|".join(f"[{script}&&{_LETTER}]++" for script in _OWN_RUNS)}
    | (?=\p{{L}}) [{_LETTER}--[{_CASED}{"".join(_OWN_RUNS)}]]++ (?: (?<=\p{{Hebrew}}) ['"] \p{{Hebrew}}++ )*+
    """
)
_IS_UNSPACED = regex.compile(rf"(?V1){'|'.join(_UNSPACED)}")
_IS_HANGUL = regex.compile(r"\p{Hangul}")
_NUMBER = regex.compile(r"(?P<number>\d[\d.,' ]*)(?P<unit>.*)")
_GROUPED = regex.compile(r"([1-9]\d{0,2}(?:([.,' ])\d{3})(?:\2\d{3})*|[1-9]\d?(?:,\d\d)+,\d{3})(?:[.,](\d+))?")
_DECIMAL = regex.compile(r"(\d+)[.,](\d+)")
_INNER = str.maketrans(dict.fromkeys("'\"·."))
_ELISION = regex.compile(r"^(?:[dlmnst]|qu)'")
_ELIDING = frozenset({"ca", "gl", "oc", "pt"})
"""Languages whose articles lean on a vowel and whose stemmer leaves them there; those for French and Italian do not."""

_LONGEST = 100
"""Longer words are keys or encoded data: they are found whole or not at all."""

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text, in its order and as often as they occur: both are bags of terms for BM25."""

    stems: list[str]
    grams: list[str]


def terms(text: str, language: str) -> Terms:
    """Return the terms of `text`, which is mostly in `language` (ISO 639-1, `und` where it is not known).

    Grams depend on the text alone, so that texts of different languages share the names and numbers in them. A number
    is one term in both: its digits without what groups them, a point before its decimals.

    >>> terms("The Masdar stations make ١٥٠٬٠٠٠ MW.", "en")
    Terms(stems=['the', 'masdar', 'station', 'make', '150000', 'mw'], grams=['the', 'masd', ..., '150000', 'mw'])
    """
    found = Terms([], [])
    for word in words(fold_text(text, language)):
        if _IS_UNSPACED.match(word):  # such runs hardly repeat: they would only fill the caches
            found.stems.extend(_pieces(word, SPACELESS_STEMS))
            found.grams.extend(_pieces(word, SYLLABLE_GRAMS))
        elif len(word) > _LONGEST:
            found.stems.append(word)
        else:
            found.stems.extend(_stems(word, language))
            found.grams.extend(_grams(word))
    return found


def words(folded: str) -> list[str]:
    """Return the words of folded text: slices of it, in order.

    Unicode's word boundaries (UAX #29), but a word is of one script (`NASA的` is two), initials stay together, points
    and underscores part words, and a script written without spaces gives whole runs.

    >>> words("don't split 3.5 or 150,000 in the u.s. — हिन्दी 2024年nasa的卫星")
    ["don't", 'split', '3.5', 'or', '150,000', 'in', 'the', 'u.s.', 'हिन्दी', '2024', '年', 'nasa', '的卫星']
    """
    found: list[str] = _WORD.findall(folded)
    return found


def light_arabic(word: str) -> str:
    """Return the light stem of a folded Arabic word: light10 of Larkey, Ballesteros & Connell (2007).

    "Light Stemming for Arabic Information Retrieval", in Arabic Computational Morphology: و before three letters or
    more, then one article, then each of the suffixes once, in their order, as long as two letters are left.

    >>> [light_arabic(word) for word in "والمحطه محطه للمحطه بالمحطه محطات".split()]
    ['محط', 'محط', 'محط', 'محط', 'محط']
    """
    if word.startswith("و") and len(word) > 3:
        word = word[1:]
    for article in ("ال", "وال", "بال", "كال", "فال", "لل"):
        if word.startswith(article) and len(word) >= len(article) + 2:
            word = word[len(article) :]
            break
    for suffix in ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"):
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word


@lru_cache(maxsize=200_000)
def _stems(word: str, language: str) -> tuple[str, ...]:
    if word[0].isdecimal():
        return tuple(_numbers(word))
    stem = word if language in _MARKS_ARE_TONES else strip_marks(_stem(word, language))
    return (stem.translate(_INNER),)


@lru_cache(maxsize=50_000)
def _grams(word: str) -> tuple[str, ...]:
    """Return the pieces of a word; one shorter than a piece stands for itself, or short names would have no gram."""
    if word[0].isdecimal():
        return tuple(_numbers(word))
    if _IS_HANGUL.match(word):
        return tuple(_pieces(word, SYLLABLE_GRAMS))
    parts = strip_marks(word).split("'")
    # One letter at an apostrophe is an article or an ending in every language: l'eau, Qatar's.
    return tuple(
        gram for part in parts if len(part) > 1 or len(parts) == 1 for gram in _pieces(part.translate(_INNER), GRAMS)
    )


def _pieces(run: str, sizes: tuple[int, ...]) -> Iterator[str]:
    """Yield every piece of these sizes, the run itself if it is too short for any."""
    if len(run) <= min(sizes):
        yield run
        return
    for size in sizes:
        for start in range(len(run) - size + 1):
            yield run[start : start + size]


def _numbers(word: str) -> Iterator[str]:
    """Yield what a word that begins with a digit is found by: `5km` by 5 too, a date or an address by its parts."""
    match = _NUMBER.fullmatch(word)
    assert match is not None  # the word begins with a digit
    number = match["number"]
    if grouped := _GROUPED.fullmatch(number):
        whole, decimals = regex.sub(r"\D", "", grouped[1]), grouped[3]
        values = [f"{whole}.{decimals}" if decimals else whole]
        # Spaces also stand between the numbers of a table.
        values += regex.findall(r"\d+", number) if " " in number else []
    elif decimal := _DECIMAL.fullmatch(number):
        values = [f"{decimal[1]}.{decimal[2]}"]
    else:
        values = regex.findall(r"\d+", number)
    if match["unit"]:
        yield values[0] + match["unit"]
    yield from values


def _stem(word: str, language: str) -> str:
    if language == "ar" and ARABIC_STEMMER == "light10":
        return light_arabic(word)
    if language not in _STEMMERS:
        return word
    if language in _ELIDING:
        word = _ELISION.sub("", word)
    with _lock:  # a stemmer keeps its word while it works
        stem = _stemmer(_STEMMERS[language]).stemWord(word)
    return fold_text(stem)  # the Persian one writes Persian letters


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm, 0)  # no cache of its own: ours keeps the whole result
