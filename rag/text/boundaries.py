"""At which marks a sentence ends."""

from collections.abc import Iterator

import regex

from rag.text.cuts import inside_cluster
from rag.text.full_stops import full_stop_ends, token_before

_QUOTES = r"\"'“”„‟‘’‚‹›«»"
_SPACELESS = "。！？｡।॥።፧፨။၊។៕༎"
_CANDIDATE = regex.compile(
    rf"""
    (?P<mark> \.(?:[ \u00a0]?\.)+ | (?:[\p{{Sentence_Terminal}}…{_SPACELESS}])+ )
    (?P<close>
        (?: [{_QUOTES}\p{{Pe}}＂\ufe0f] | [ \u00a0\u202f][»›](?=[\s.,;:!?]|$) | \[[\p{{L}} ]{{0,12}}\p{{Nd}}{{1,3}}\] )*
    )
    """,
    regex.VERBOSE,
)
_GREEK = regex.compile(_CANDIDATE.pattern.replace("…", "…;\u037e", 1), regex.VERBOSE)
_NEXT = regex.compile(
    rf"(?P<open>[\s\p{{Ps}}{_QUOTES}¿¡\-–—*_#]*)(?P<word>[\p{{L}}\p{{M}}\p{{N}}]*)(?P<tail>.?)", regex.DOTALL
)
_GOES_ON = frozenset(",;:،؛、，；：)]}»”")
_MIXED = regex.compile(r"\p{Ll}\p{Lu}")
_ELLIPSIS = regex.compile(r"[. \u00a0…]+")
_ALPHANUMERIC = regex.compile(r"[\p{L}\p{N}]")
_RUN_TOGETHER = regex.compile(
    r"(?:.*\p{Arabic}{3,}|\p{Nd}{4}) (?!نت|كوم)\p{Arabic}{2,}|.*\p{Hangul}{2,} \p{Hangul}{2,}"
)
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_SAYS = regex.compile(r"(?:と|って)|\p{Han}{1,5}?(?:说|說|问|問|道|答|喊|叫)")
_QUOTE_END = regex.compile(rf"[{_QUOTES}」』]")
_ASIDE = 300
"""How many characters back an opening bracket is looked for: text without any must not cost quadratic time."""
_PAUSE_WORDS = 10


def sentence_ends(text: str, start: int, end: int, language: str, *, cased: bool) -> Iterator[int]:
    """Yield the offsets in `text[start:end]` at which a sentence ends, without `end` itself.

    `cased` says that the text has capital letters, so that a small letter cannot begin a sentence.

    >>> list(sentence_ends("Mr. A. Bell came. “Why?” he asked. Nobody knew.", 0, 47, "en", cased=True))
    [17, 34]
    """
    pattern = _GREEK if language == "el" else _CANDIDATE
    for match in pattern.finditer(text, start, end):
        after = match.end()
        if after < end and not inside_cluster(text, after) and _ends(text, start, end, match, language, cased):
            start = after
            yield start


def _ends(text: str, start: int, end: int, match: "regex.Match[str]", language: str, cased: bool) -> bool:
    mark, after = match["mark"], match.end()
    following = _NEXT.match(text, after, min(end, after + 60))
    assert following is not None  # every part of the pattern is optional
    word = following["word"]
    if not text[after].isspace() and not _ends_without_space(text, start, match, word):
        return False
    if not word and not following["open"].strip() and following["tail"] in _GOES_ON:
        return False
    if cased and word[:1].islower() and not _MIXED.match(word):
        return False
    if match["close"] and _goes_on_after(text, start, end, match, word):
        return False
    if mark in (".", "۔", "．"):
        return full_stop_ends(text, start, match.start(), following, language)
    return not _ELLIPSIS.fullmatch(mark) or _ellipsis_ends(text, start, match.start(), word)


def _ends_without_space(text: str, start: int, match: "regex.Match[str]", word: str) -> bool:
    """Whether a sentence can end here though no space follows."""
    mark = match["mark"]
    if any(character in _SPACELESS for character in mark):
        return True
    if "…" in mark or not word:
        return False
    if _CJK.match(word):
        return True
    before = token_before(text, start, match.start())
    return not match["close"] and "://" not in before and _RUN_TOGETHER.match(f"{before} {word}") is not None


def _goes_on_after(text: str, start: int, end: int, match: "regex.Match[str]", word: str) -> bool:
    """Whether the sentence goes on after a mark within brackets, a title or a quotation."""
    close = match["close"]
    if "》" in close or "〉" in close:
        return True
    if ")" in close and not word[:1].isupper():
        return text.rfind("(", max(start + 1, match.start() - _ASIDE), match.start()) > 0
    return _QUOTE_END.search(close) is not None and _SAYS.match(text, match.end(), end) is not None


def _ellipsis_ends(text: str, start: int, at: int, word: str) -> bool:
    """Whether dots end a sentence: before a capital; without capitals only a long one, for there they mark a pause."""
    if not _ALPHANUMERIC.search(text, max(start, at - 40), at):
        return False
    return word[:1].isupper() or text.count(" ", max(start, at - _ASIDE), at) >= _PAUSE_WORDS - 1
