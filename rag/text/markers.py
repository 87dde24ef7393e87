"""Text with markers such as `[1]` → its sentences, without the markers, each with what it cites.

Read are `[1]`, `[2][3]`, `[1, 2]`, `[1 and 2]`, `[١]`, `［１］`, `【1】`, `【1†source】`, `[^1]`, `[Passage 1]`, `[المقطع ١]` and
`<sup>1</sup>`; a marker counts for the sentence that it stands in, or right after. What looks like a marker and is none (`[[1]]`,
`[1`, `[1-3]`, `[a]`, `[1, p. 3]`) is reported with its sentence.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

import regex

from rag.text.languages import detect_within
from rag.text.sentences import sentence_spans

_OPEN, _SHUT = r"[\[［【]", r"[\]］】]"
_WORD = (
    r"(?:(?i:passages?|sources?|documents?|docs?|refs?|references?|extraits?|textstellen?|pasajes?|quellen?)|المقاطع|المقطعان|المقطع"
    r"|مقطع|المصدر|المصادر|段落|来源|出典|отрывок|источник)[ \t]{0,3}[:#№]?[ \t]{0,3}"
)
_AND = r"(?:[,،、，;؛&]|(?<=\s)(?:and|or|et|und|y|o|e|и|ve)(?=\s)|(?<=\s)و)"
_LIST = rf"(?:{_WORD})?\p{{Nd}}{{1,9}}(?:[ \t]{{0,3}}{_AND}[ \t]{{0,3}}(?:{_WORD})?\p{{Nd}}{{1,9}})*"
# What is no marker: letters alone are taken for one only where there are one or two, and `[…]` is an editor's.
_MARKER = regex.compile(
    rf"""(?x) (?:
        (?<!{_OPEN}) {_OPEN} [ \t]{{0,3}} \^? (?P<numbers>{_LIST}) [ \t]{{0,3}}
          (?:†[^\[\]［］【】\n]{{0,40}})? {_SHUT} (?!{_SHUT})
          (?:\([^\s()]*[/\#.][^\s()]*\))?
      | <sup>[ \t]{{0,3}} {_OPEN}? (?P<numbers>{_LIST}) {_SHUT}? [ \t]{{0,3}}</sup>
      | (?P<unread> {_OPEN}{{2,}} [ \t]{{0,3}} (?:{_LIST})? [ \t]{{0,3}} {_SHUT}*
        | {_OPEN} [ \t]{{0,3}} (?:{_LIST}) [ \t]{{0,3}} [,:;،][ \t]{{0,3}} (?:pp?|S|s|ص|стр|页|頁)\b
          [^\[\]［］【】\n]{{0,40}} {_SHUT}
        | {_OPEN} (?=[^\[\]［］【】\n]{{0,40}}?\p{{Nd}}) [\p{{Nd}}\p{{P}}\p{{S}}\ \t--{_OPEN}--{_SHUT}]{{1,40}} {_SHUT}
        | {_OPEN} [ \t]{{0,3}} (?:\p{{L}}{{1,2}}|,?) [ \t]{{0,3}} {_SHUT}
        | {_OPEN} [ \t]{{0,3}} \p{{Nd}}{{1,9}} (?![^\[\]［］【】\n]{{0,80}}{_SHUT}) )
    )""",
    regex.V1,
)
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_PUNCTUATION = regex.compile(r"[\p{P}\s]")
_TURNS = "\u200e\u200f\u061c"
"""Marks of direction, which some put around a marker."""
_SPACES = f" \t\u00a0\u202f{_TURNS}"
_ENDS = ".!?؟。！？"
_MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence without its markers, its language, the numbers that it cites in order, and its markers that cannot be read."""

    text: str
    language: str
    citations: tuple[int, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class _Bare:
    """A text without its markers: at `places` stood the numbers and what could not be read."""

    text: str = ""
    places: list[int] = field(default_factory=list)
    found: list[tuple[tuple[int, ...], str]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)

    def raw_end(self, end: int) -> int:
        """Return where what ends at `end` of `text` ended before the markers were taken out."""
        bare, raw = self.parts[bisect_left(self.parts, end, key=itemgetter(0)) - 1]
        return raw + end - bare

    def raw_start(self, start: int) -> int:
        """Return where what starts at `start` of `text` started."""
        bare, raw = self.parts[bisect_right(self.parts, start, key=itemgetter(0)) - 1]
        return raw + start - bare


@dataclass(frozen=True, slots=True)
class Located:
    """A sentence and where it lies in the text that it was read from, with its markers after it if it `is_marked` by such."""

    sentence: CitedSentence
    start: int
    end: int
    is_marked: bool


def cited_sentences(text: str, around: str = "und") -> list[CitedSentence]:
    """Return the sentences of an answer, in order. `around` is the language of what it answers, where it is too short to tell.

    >>> for one in cited_sentences("It opened in May [1][2]. [3] It cost ٨ million. [x]", "en"):
    ...     print(one.text, one.citations, one.unread)
    It opened in May. (1, 2, 3) ()
    It cost ٨ million. () ('[x]',)
    """
    return [one.sentence for one in located_sentences(text, around)]


def located_sentences(text: str, around: str = "und") -> list[Located]:
    """Return the sentences of `cited_sentences`, and where they lie."""
    bare = _without_markers(text)
    whole = detect_within(bare.text, around)
    spans = sentence_spans(bare.text, whole)
    numbers: list[list[int]] = [[] for _ in spans]
    unread: list[list[str]] = [[] for _ in spans]
    ends = [span.end for span in spans]
    raw_ends = [bare.raw_end(end) for end in ends]
    texts_end = list(raw_ends)
    for place, (cited, raw), raw_end in zip(bare.places, bare.found, bare.ends, strict=True):
        at = bisect_right(ends, place - 1)  # the sentence that ends here, or goes on
        begins = at < len(spans) and spans[at].start < place
        if not begins and at and "\n" not in bare.text[spans[at - 1].end : place]:
            at -= 1
        if not spans:
            break
        at = min(at, len(spans) - 1)
        numbers[at] += cited
        unread[at] += [raw] if raw else []
        raw_ends[at] = max(raw_ends[at], raw_end)
    found = []
    for at, span in enumerate(spans):
        sentence = bare.text[span.start : span.end]
        cited, told = tuple(dict.fromkeys(numbers[at])), tuple(dict.fromkeys(unread[at]))
        one = CitedSentence(sentence, detect_within(sentence, whole), cited, told)
        found.append(Located(one, bare.raw_start(span.start), raw_ends[at], raw_ends[at] > texts_end[at]))
    return found


def without_markers(text: str) -> str:
    """Return a text without markers.

    >>> without_markers("It opened in May [1][2].")
    'It opened in May.'
    """
    return _without_markers(text).text


def markers(text: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield the numbers of each marker, or none and, as it stands, what cannot be read.

    >>> list(markers("a [1،٢] b [1-3] c [see below]"))
    [((1, 2), ''), ((), '[1-3]')]
    """
    for match in _MARKER.finditer(text):
        yield _read(match)


def _read(match: "regex.Match[str]") -> tuple[tuple[int, ...], str]:
    if match["numbers"]:
        return tuple(int(number) for number in regex.findall(r"\p{Nd}+", match["numbers"])), ""
    raw = match["unread"].strip()
    return (), raw if len(raw) <= _MOST_SHOWN else f"{raw[:_MOST_SHOWN]}…"


def _without_markers(text: str) -> _Bare:
    bare, parts, length, at = _Bare(), [], 0, 0
    bare.parts.append((0, 0))
    for match in _MARKER.finditer(text):
        before, end = text[at : match.start()].rstrip(_SPACES), match.end()
        while text[end : end + 1] and text[end] in _TURNS:
            end += 1
        if before and before[-1] in _ENDS and text[end : end + 1] == before[-1]:
            end += 1  # "It opened. [1]." ends once
        after = text[end : end + 1]
        parts.append(before)
        length += len(before)
        bare.places.append(length)
        bare.found.append(_read(match))
        bare.ends.append(end)
        at = end
        last = before[-1:]
        if last and after and not (_PUNCTUATION.match(after) or last.isspace() or _SPACELESS.match(last)):
            parts.append(" ")  # "It opened.[1]It rained." is two sentences
            length += 1
        bare.parts.append((length, at))
    bare.text = "".join([*parts, text[at:]])
    return bare
