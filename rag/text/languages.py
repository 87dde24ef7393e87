"""Language and direction of a text.

The script decides first: Greek, Thai, Korean and a dozen others have one to themselves. Languages that share Latin,
Arabic, Cyrillic or Devanagari are told apart by py3langid 0.4 (BSD, 4.5 MB): 0.5 s and 100 MB at the first call, then
0.1 ms a question. XQuAD's and TyDi QA's questions named right, in %: here / py3langid alone / lingua 2.1 in full
(1.2 GB) / lingua's low-accuracy mode:

    ar 99.9/94.9/99.7/97.3, de 100/99.5/98.4/96.1, el 99.8/99.8/99.3/99.3, en 99.6/98.6/96.0/87.9,
    es 99.9/99.9/97.9/90.2, fi 97.8/96.6/96.3/86.8, hi 98.8/97.7/92.4/91.3, id 98.1/76.1/66.5/50.6,
    ro 99.7/99.7/96.1/81.3, ru 99.2/98.1/99.2/96.4, sw 98.8/98.2/91.6/74.3, tr 99.3/99.0/98.7/95.5,
    vi 99.9/99.9/98.6/96.5, zh 100/89.9/98.8/98.8; bn, ko, te, th 100 here.
"""

import threading
import unicodedata
from collections import Counter
from functools import cache
from typing import Literal, Protocol

import regex

# ISO 15924 script -> the one language we read it as.
_LANGUAGE_OF_SCRIPT = {
    "Armn": "hy",
    "Beng": "bn",
    "Ethi": "am",
    "Geor": "ka",
    "Grek": "el",
    "Gujr": "gu",
    "Guru": "pa",
    "Hang": "ko",
    "Hebr": "he",
    "Khmr": "km",
    "Knda": "kn",
    "Laoo": "lo",
    "Mlym": "ml",
    "Mymr": "my",
    "Orya": "or",
    "Sinh": "si",
    "Taml": "ta",
    "Telu": "te",
    "Thai": "th",
}
# Near-twins of a much larger language are left out on purpose (Malay reads as Indonesian, Bosnian as Croatian): in a
# short question they cannot be told apart, and a wrong guess costs more than a missing distinction.
_LATIN = """
af az ca cs cy da de en es et eu fi fr ga gl ha hr hu id is it lt lv mt nl no pl pt ro sk sl so sq sv sw tl tr uz vi xh
yo zu
"""
_ARABIC = "ar fa ku ps ug ur"
_CYRILLIC = "be bg kk ky mk mn ru sr tg tt uk"
_DEVANAGARI = "hi mr ne"
_LANGUAGES_OF_SCRIPT = {
    "Arab": frozenset(_ARABIC.split()),
    "Cyrl": frozenset(_CYRILLIC.split()),
    "Deva": frozenset(_DEVANAGARI.split()),
    "Latn": frozenset(_LATIN.split()),
}
# Languages that must beat a larger sister by a margin (nats of py3langid's log-posterior): without it "Что пела Леди
# Гага?" is Macedonian and "लेडी गागा ने क्या गाया?" Marathi. It takes Lingua's Russian sentences from 95.6 to 97.6 %.
_SMALLER = "af az be bg ca cy eu ga gl ha is kk ku ky mk mn mr mt ne ps so sq sr tg tl tt ug uz xh yo zu"
_MINORITY = frozenset(_SMALLER.split())
_MINORITY_MARGIN = 4.0
_SCRIPTS = (*_LANGUAGE_OF_SCRIPT, *_LANGUAGES_OF_SCRIPT, "Hani", "Hira", "Kana")
_CJK = frozenset({"Hani", "Hira", "Kana", "Hang"})
_RUNS = regex.compile(
    "|".join(rf"(?P<{name}>(?:(?=\p{{L}})\p{{Script={name}}}[\p{{M}}\u200c'’-]*)+)" for name in _SCRIPTS)
)
# Letters that one "word" stands for in scripts written without spaces.
_LETTERS_PER_WORD = {"Hani": 2, "Hira": 2, "Kana": 3, "Thai": 4, "Laoo": 4, "Khmr": 4, "Mymr": 4}

_RIGHT_TO_LEFT = "ar arc arz ckb dv fa he iw ks ps sd syr ug ur yi"
_RTL_LANGUAGES = frozenset(_RIGHT_TO_LEFT.split())
_RTL_SCRIPTS = frozenset({"arab", "hebr", "syrc", "thaa", "nkoo", "adlm"})
_SAMPLE = 4_000
_TELLING = 60  # characters from which on a sentence tells its language, not its script alone
_load_lock = threading.Lock()


class _Identifier(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


def detect_language(text: str, default: str = "und") -> str:
    """Return the ISO 639-1 code of the language that `text` is mostly in, `default` if it holds no letters.

    Foreign names and acronyms inside an Arabic, Russian or Chinese sentence do not change its language.

    >>> detect_language("ما هي صواريخ ATACMS؟")
    'ar'
    >>> detect_language("2025-01-04", default="ar")
    'ar'
    """
    sample = _sample(text)
    script = _main_script(sample)
    if script is None:
        return default
    if script in _LANGUAGE_OF_SCRIPT:
        return _LANGUAGE_OF_SCRIPT[script]
    if script == "Hani":
        return "zh"
    if script in {"Hira", "Kana"}:
        return "ja"
    candidates = _LANGUAGES_OF_SCRIPT[script]
    own = " ".join(run.group() for run in _RUNS.finditer(sample) if run.lastgroup == script)
    ranked = (
        (score - _MINORITY_MARGIN * (language in _MINORITY), language)
        for language, score in _identifier().rank(own)
        if language in candidates
    )
    return max(ranked)[1]


def detect_within(text: str, around: str) -> str:
    """Return the language of a sentence of a text that is in `around`: a short one tells little more than its script.

    >>> detect_within("See.", "en"), detect_within("انظر القائمة.", "en")
    ('en', 'ar')
    """
    own = detect_language(text, default=around)
    if len(text) >= _TELLING:
        return own
    return around if any({own, around} <= languages for languages in _LANGUAGES_OF_SCRIPT.values()) else own


def is_rtl(language: str) -> bool:
    """Tell whether a language (ISO 639 code, with or without script and region) is written from right to left.

    >>> is_rtl("ar"), is_rtl("ar-EG"), is_rtl("az-Arab"), is_rtl("en")
    (True, True, True, False)
    """
    parts = language.lower().replace("_", "-").split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    return scripts[0] in _RTL_SCRIPTS if scripts else parts[0] in _RTL_LANGUAGES


def direction(text: str) -> Literal["rtl", "ltr"]:
    """Return the way `text` runs: each word votes with its first strong character (Unicode bidi classes R, AL or L).

    Where neither side has two thirds of the words, the first word decides, as in the Unicode bidirectional algorithm
    (UAX #9, P2). Text without a strong character is left to right.

    >>> direction("أطلقت 300 صاروخ ATACMS"), direction("The word كتاب means book"), direction("42")
    ('rtl', 'ltr', 'ltr')
    """
    votes = [vote for vote in map(_strong, _sample(text).split()) if vote]
    if not votes:
        return "ltr"
    share = votes.count("rtl") / len(votes)
    return "rtl" if share >= 2 / 3 or (share > 1 / 3 and votes[0] == "rtl") else "ltr"


def _strong(word: str) -> Literal["rtl", "ltr"] | None:
    for character in word:
        bidi = unicodedata.bidirectional(character)
        if bidi in {"R", "AL"}:
            return "rtl"
        if bidi == "L":
            return "ltr"
    return None


def _sample(text: str) -> str:
    # Long documents: three windows are plenty, and keep a 20 MB file as quick as a page.
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = len(text) // 2
    return "\n".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))


def _main_script(text: str) -> str | None:
    words: Counter[str] = Counter()
    order: list[str] = []
    for run in _RUNS.finditer(text):
        script = str(run.lastgroup)
        words[script] += max(1, round(len(run.group()) / _LETTERS_PER_WORD.get(script, 1_000)))
        order.append(script)
    if not words:
        return None
    latin = words.pop("Latn", 0)
    if not words:
        return "Latn"
    best = _east_asian(words) or words.most_common(1)[0][0]
    family = _CJK if best in _CJK else {best}
    share = sum(words[script] for script in family) / (latin + words.total())
    # Latin names abound in texts of other scripts, seldom the other way round; what frames a sentence is its language.
    framed = order[0] in family or order[-1] in family
    return best if share >= 0.5 or (share >= 0.2 and framed) or not latin else "Latn"


def _east_asian(words: Counter[str]) -> str | None:
    """Tell by shares, not the majority: Japanese writes kana between its Han characters, Korean hardly uses Han."""
    kana, hangul, han = words["Hira"] + words["Kana"], words["Hang"], words["Hani"]
    total = kana + hangul + han
    if not total or words.most_common(1)[0][0] not in _CJK:
        return None
    if kana >= 0.15 * total and kana > hangul:
        return "Hira"
    return "Hang" if hangul >= 0.3 * total else "Hani"


@cache
def _load() -> _Identifier:
    from py3langid.langid import LanguageIdentifier  # 0.5 s and 100 MB: only when first needed

    identifier: _Identifier = LanguageIdentifier.from_model_file("data/model.npz.xz")
    return identifier


def _identifier() -> _Identifier:
    with _load_lock:  # `cache` alone would let two first callers load it twice
        return _load()
