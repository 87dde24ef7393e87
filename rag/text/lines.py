"""Which line breaks end a sentence: text as runs of lines that belong together.

A blank line always separates. A single line break separates too, since news files and extracted pages put each
headline, list item and paragraph on a line of its own, unless the text goes on across it:

- the next line begins with a small letter, and this line is not short (a list of words) and ends no sentence;
- this line ends in a comma;
- the text is hard-wrapped: at most of its line breaks the next word would not have fitted into the width of the text,
  and most of those breaks fall within a sentence. Then the full lines run on and the short ones end.

Limits: two lines alone say nothing of a width, so caseless text (Arabic, Chinese) wrapped into two lines stays two; a
headline that fills its line in a hard-wrapped text runs on into the next line.
"""

from collections.abc import Iterator
from itertools import pairwise

import regex

from rag.models import Span

_LINE = regex.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_BLANK = regex.compile(r"(?:\r\n|[\n\r\x85\u2028])[^\S\n\r\x85\u2028]*[\n\r\x85\u2028]|\u2029")
_BULLET = regex.compile(r"\s*(?:[-–—•*·▪◦‣●○■□✓➤►>|+]\s|#|\|)")
_NUMBERED = regex.compile(
    r"\s*\(?(?:\p{Nd}{1,3}(?:\.\p{Nd}{1,3})*[.)\-–،。、](?:\s|(?<=[、。]))|[ivxIVX]{1,4}[.)]\s|\p{L}[.)]\s)"
)
_FIRST_WORD = regex.compile(r"\s*(?:[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}]|\S+)")
_LOWER = regex.compile(r"\s*[\p{P}]?\p{Ll}")
_STOP = regex.compile(r"[\p{Sentence_Terminal}…:][\p{Pe}\p{Pf}\p{Pi}\"']*\s*$")
_COMMA = regex.compile(r"[,،、，]\s*$")

_WIDTHS = range(30, 141)
_FULL = 0.8
_SHORT = 20


def line_runs(text: str) -> Iterator[Span]:
    r"""Yield the runs of lines within which sentences are to be looked for, in order.

    Every line that is not blank is in exactly one run.

    >>> text = "Title\nA line.\n\nMore"
    >>> [text[run.start : run.end] for run in line_runs(text)]
    ['Title', 'A line.', 'More']
    """
    lines = [Span(*match.span()) for match in _LINE.finditer(text) if not match[0].isspace()]
    if not lines:
        return
    width = _wrap_width(text, lines)
    start, end = lines[0].start, lines[0].end
    for line, following in pairwise(lines):
        in_list = _NUMBERED.match(text, start, end) is not None
        if not _runs_on(text, line, following, width, in_list=in_list):
            yield Span(start, end)
            start = following.start
        end = following.end
    yield Span(start, end)


def _runs_on(text: str, line: Span, following: Span, width: int | None, *, in_list: bool) -> bool:
    """Whether the text goes on from `line` to `following`."""
    if _BLANK.search(text, line.end, following.start) or _BULLET.match(text, following.start, following.end):
        return False
    tail = max(line.start, line.end - 12)
    stops = _STOP.search(text, tail, line.end) is not None
    full = width is not None and _is_full(text, line, following, width)
    if _NUMBERED.match(text, following.start, following.end):  # `5. tammikuuta` may stand at the start of a full line
        return full and not stops and not in_list
    if full or _COMMA.search(text, tail, line.end):
        return True
    return len(line) >= _SHORT and not stops and _LOWER.match(text, following.start, following.end) is not None


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    """Whether the first word of the following line would not have fitted onto this one."""
    word = _FIRST_WORD.match(text, following.start, following.end)
    return len(line) + 1 + (len(word[0]) if word else 0) > _FULL * width


def _wrap_width(text: str, lines: list[Span]) -> int | None:
    """Return the width at which the text is hard-wrapped, None where it is not."""
    lengths = sorted(len(line) for line in lines)
    width = lengths[int(0.98 * (len(lengths) - 1))]
    if width not in _WIDTHS:
        return None
    inner = [(a, b) for a, b in pairwise(lines) if not _BLANK.search(text, a.end, b.start)]
    full = [a for a, b in inner if _is_full(text, a, b, width)]
    within = [a for a in full if not _STOP.search(text, max(a.start, a.end - 12), a.end)]
    wrapped = len(full) >= 2 and len(full) >= 0.6 * len(inner) and len(within) >= 0.5 * len(full)
    return width if wrapped else None
