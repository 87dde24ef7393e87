"""Which of the old code pages bytes are in.

Arabic is told by its commonest letters, and the Latin code pages by the language: charset-normalizer (3.5) knows no Mac
Arabic and confuses the Latin ones. It decides the others: Cyrillic, Greek, Thai, Chinese, Japanese, Korean. Pieces of
100, 300, 1,000 and 2,000 characters read exactly right, in %, by it alone and by us:

    windows-1256 100 98 100 100, 100 100 100 100; Mac Arabic 0 0 0 0, 100 100 100 100;
    ISO-8859-6 100 100 100 100, 100 98 100 98;
    French 53 85 90 68, 100 100 100 100; Turkish 45 70 40 40, 98 100 100 100; gb18030 100 100 92 98, 100 100 100 100.
"""

import string
from collections.abc import Iterator

import regex
from charset_normalizer import from_bytes

from rag.text.languages import detect_language

_ARABIC_PAGES = ("cp1256", "iso8859_6", "mac_arabic", "cp720")
_ARABIC_LETTER = regex.compile(r"[\u0621-\u063A\u0641-\u0652\u067E\u0686\u0698\u06A9\u06AF]")
_COMMON_ARABIC = regex.compile(r"[اليمنورتب]")
_TYPOGRAPHY = frozenset("“”‘’«»–—…،؛؟\xa0")
_FEWEST_ARABIC, _FEWEST_COMMON = 0.9, 0.45  # real Arabic has 99 and 60 %
_BEYOND_ASCII = regex.compile(rb"[\x80-\xFF]+")
_ASCII_LETTERS = string.ascii_letters.encode()
_FEWEST_ASCII = 0.7
# The code page of each language that Windows did not write in windows-1252, then the one of ISO and Unix.
_CODE_PAGES = {
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), ("cp1250", "iso8859_2", "iso8859_16")),
    **dict.fromkeys(("tr", "az"), ("cp1254",)),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257", "iso8859_13")),
    "vi": ("cp1258",),
}


def likely_encodings(sample: bytes) -> Iterator[str]:
    """Yield Python's names of the encodings that `sample`, which is not UTF-8, may be in, the likeliest first."""
    yield from _western_pages(sample) if _looks_western(sample) else _arabic_pages(sample)
    # The second, lenient pass is for short Chinese: charset-normalizer finds it too messy to be sure.
    for threshold in (0.2, 1.0):
        yield from (match.encoding for match in from_bytes(sample, threshold=threshold))


def _arabic_pages(sample: bytes) -> list[str]:
    """Return the Arabic code pages in which the bytes beyond ASCII read as Arabic, the likeliest first."""
    scores = {}
    for page in _ARABIC_PAGES:
        text = sample.decode(page, "replace")
        beyond = sum(character > "\x7f" and character not in _TYPOGRAPHY for character in text)
        letters = len(_ARABIC_LETTER.findall(text))
        common = len(_COMMON_ARABIC.findall(text))
        if letters > _FEWEST_ARABIC * beyond and common > _FEWEST_COMMON * letters:
            # In Mac Arabic the spaces of right-to-left text are what ISO-8859-6 calls no-break spaces.
            odd = text.count("\ufffd") + max(0, text.count("\xa0") - text.count(" "))
            scores[page] = letters / beyond + common / letters - odd / beyond
    return sorted(scores, key=lambda page: -scores[page])


def _looks_western(sample: bytes) -> bool:
    """Tell whether the bytes beyond ASCII are few and scattered: accented letters between plain ones."""
    runs = _BEYOND_ASCII.findall(sample)
    beyond = sum(map(len, runs))
    letters = sum(sample.count(bytes([code])) for code in _ASCII_LETTERS)
    return letters > _FEWEST_ASCII * (letters + beyond) and beyond < 1.5 * len(runs)


def _western_pages(sample: bytes) -> list[str]:
    """Return the code pages of the text's language, which shows in the letters that all share, the likeliest first."""
    pages = _CODE_PAGES.get(detect_language(sample.decode("cp1252", "replace")), ("cp1252",))
    return sorted(pages, key=lambda page: -sum(letter.isalpha() for letter in sample.decode(page, "ignore")))
