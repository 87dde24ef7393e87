"""Text → the words, numbers and signs that facts are read from, with what stands between them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import regex

from rag.facts.base import Text
from rag.text.folding import fold_text, strip_marks

HAN_NUMERALS = "〇零一二两兩三四五六七八九十百千万萬亿億兆廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
"""The numerals of Chinese and Japanese; one may also be a part of a word (统一)."""

_SPACE = " \u00a0\u202f\u2009"
_METRIC = "[千兆](?=[瓦米克赫帕焦卡伏]|字节|比特)"  # kilo- and mega-: a part of the unit
_TOKEN = regex.compile(
    rf"""(?xV1)
      (?P<number>
          (?<![\d.,٫٬]) \d{{1,3}} (?: [{_SPACE}] \d{{3}} (?!\d) )++ (?: [.,٫] \d++ )?+
        | \d++ (?: [.٫٬'’] \d++ | , (?!\d{{4}}(?!\d)) \d++ | ، \d{{3}} (?!\d) )*+ )
    | (?P<han> (?:(?!{_METRIC})[{HAN_NUMERALS}])++ | (?<=\d) [만억조천백]++ )
    | (?P<word> {_METRIC}[\p{{Han}}--[{HAN_NUMERALS}]]++ | [\p{{Han}}--[{HAN_NUMERALS}]]++ | [\p{{Hiragana}}\p{{Katakana}}ー]++
        | [\p{{L}}--[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]]
          [[\p{{L}}\p{{M}}\u0640\u200c\u200d]--[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]]*+ [²³]?+ )
    | (?P<sign> [%٪％‰$€£¥￥₽₺₹₩₪₴¢﷼½¼¾⅓⅔℃℉㎞] | °[cCfF]?+ )
    """
)
_LONGEST = 60

_SCRIPTS = {
    "ar": regex.compile(r"[\u0621-\u064a]"),
    "zh": regex.compile(r"\p{Han}"),
    "ru": regex.compile(r"\p{Cyrillic}"),
    "hi": regex.compile(r"\p{Devanagari}"),
    "ko": regex.compile(r"\p{Hangul}"),
    "en": regex.compile(r"[A-Za-z]"),
}


class Token(NamedTuple):
    """A run of characters: `kind` is number, han (Chinese numerals), word or sign; `key` is how words are looked up."""

    start: int
    end: int
    text: str
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text and the language their words are looked up in."""

    text: str
    language: str
    items: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.items)

    def gap(self, index: int) -> str:
        """Return what stands between a token and the one before it."""
        return self.text[self.items[index - 1].end : self.items[index].start]

    def close(self, index: int) -> bool:
        """Tell whether nothing but spaces and hyphens parts a token from the one before it."""
        return 0 < index < len(self.items) and not self.gap(index).strip(" \u00a0\u202f\u2009-‑\u200f\u200e")

    def adjoins(self, index: int) -> bool:
        """Tell whether a token stands right behind the one before it."""
        return 0 < index < len(self.items) and self.items[index - 1].end == self.items[index].start

    def key(self, index: int) -> str:
        """Return the key of a token, "" where there is none."""
        return self.items[index].key if 0 <= index < len(self.items) else ""


@lru_cache(maxsize=512)
def tokenize(text: Text) -> Tokens:
    """Return the tokens of a text.

    >>> [token.text for token in tokenize(Text("F-16: 1 500 km², ٪٥", "en")).items]
    ['F', '16', '1 500', 'km²', '٪', '٥']
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text.text):
        written = match[0]
        start, end = match.span()
        found.append(Token(start, end, written, key_of(written), match.lastgroup or "word"))
    return Tokens(text.text, _language(text), tuple(found))


@lru_cache(maxsize=100_000)
def key_of(word: str) -> str:
    """Return the spelling by which a word is looked up.

    >>> key_of("Vingt-Cinq"), key_of("مئةً"), key_of("पाँच") == key_of("पांच")
    ('vingt-cinq', 'ميه', True)
    """
    return strip_marks(fold_text(word[:_LONGEST].replace("²", "2").replace("³", "3").replace("İ", "i"))).replace(
        "ı", "i"
    )


def _language(text: Text) -> str:
    """Return the language of a text, of an unknown one the greatest that is written in its script."""
    language = text.language.split("-")[0].lower()
    if language != "und":
        return language
    beginning = text.text[:400]
    counted = {language: len(script.findall(beginning)) for language, script in _SCRIPTS.items()}
    best = max(counted, key=lambda name: counted[name])
    return best if counted[best] else "und"
