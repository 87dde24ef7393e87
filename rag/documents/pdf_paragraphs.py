"""Lines of a PDF's pages → paragraphs, so that no sentence is cut where the layout broke a line."""

import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import regex

from rag.documents.joining import is_spaceless, join_lines
from rag.documents.pdf_lines import Line
from rag.text.languages import direction

_SENTENCE_END = regex.compile(r"[.!?…。！？؟۔।:：][\"'”’»)\]]*$")
_LIST_ITEM = regex.compile(r"(?:[•‣▪●○–—*\-]|\(?(?:\p{N}{1,3}|\p{L})[.)])\s+\S")
_HYPHEN_AT_END = regex.compile(r"(?P<word>\p{L}+)[-\u2010]$")
_WORD_AT_START = regex.compile(r"^[\p{Ll}\p{M}]+")
_WORDS = regex.compile(r"\p{L}+(?:-\p{L}+)*")
_WIDER = 1.35  # of the usual distance between lines: a larger one starts a paragraph
_APART = 2.5  # of the font size: sentences that end their line are paragraphs of one line each
_LARGER = 1.12  # of the font size: a heading, or the text below one
_ROOM = 0.05  # of the column's width: what may be left free at the end of a line besides the word that did not fit
_HYPHENATED = 0.04  # of the lines: a layout that breaks words
_FEWEST_PAGES = 3
_REPEATED = 0.6


def page_texts(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Return the text of each page: paragraphs apart by a blank line, running heads and page numbers left out."""
    pages = _without_running_heads(pages)
    words = Counter(word.casefold() for page in pages for line in page for word in _WORDS.findall(line.text))
    broken = sum(bool(_HYPHEN_AT_END.search(line.text)) for page in pages for line in page)
    breaks_words = broken > _HYPHENATED * sum(map(len, pages))
    return ["\n\n".join(_join(paragraph, words, breaks_words) for paragraph in _paragraphs(page)) for page in pages]


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out the first and last lines that stand at one place of most pages, whatever the number in them.

    The first page keeps them, for what is only said there should still be found; but no bare page numbers.
    """
    kept = [list(page) for page in pages]
    fewest = max(_FEWEST_PAGES, _REPEATED * len(pages))
    for end in (0, -1):
        first = kept[0]
        for _ in range(2):  # a head may have two lines
            seen = Counter(_masked(page[end]) for page in kept if page)
            common = {masked for masked, count in seen.items() if count >= fewest}
            kept = [_without(page, end) if len(page) > 1 and _masked(page[end]) in common else page for page in kept]
        removed = [line for line in first if line not in kept[0] and regex.search(r"\p{L}", line.text)]
        kept[0] = [*removed, *kept[0]] if end == 0 else [*kept[0], *removed]
    return kept


def _without(page: list[Line], end: int) -> list[Line]:
    return page[1:] if end == 0 else page[:-1]


def _masked(line: Line) -> tuple[str, int]:
    return regex.sub(r"\p{N}+", "#", line.text), round(line.baseline / 3)


def _paragraphs(lines: Sequence[Line]) -> list[list[str]]:
    if not lines:
        return []
    pitch = _pitch(lines)
    size = statistics.median(line.size for line in lines)
    columns = _columns(lines)
    paragraphs = [[lines[0].text]]
    for above, line in pairwise(lines):
        scale = max(1.0, line.size / size)  # a heading's own lines stand further apart
        if _starts_paragraph(above, line, pitch * scale, columns[_edge(above)]):
            paragraphs.append([])
        paragraphs[-1].append(line.text)
    return paragraphs


def _pitch(lines: Sequence[Line]) -> float:
    """Return the usual distance between the lines of a paragraph: the most frequent one, to the half point."""
    steps = [round(2 * (above.baseline - line.baseline)) / 2 for above, line in pairwise(lines)]
    steps = [step for step in steps if step > 0]
    if not steps:
        return 0.0
    counts = Counter(steps)
    most = max(counts.values())
    return min(step for step, count in counts.items() if count == most)


def _edge(line: Line) -> tuple[bool, int]:
    """Return the edge that a line starts from (left, or right in Arabic and Hebrew), in steps of 3 points."""
    rtl = direction(line.text) == "rtl"
    return rtl, round((line.right if rtl else line.left) / 3)


def _columns(lines: Sequence[Line]) -> dict[tuple[bool, int], float]:
    """Return the width of each column: of the longest line among those that start from one edge."""
    widths: dict[tuple[bool, int], float] = {}
    for line in lines:
        widths[_edge(line)] = max(widths.get(_edge(line), 0.0), line.right - line.left)
    return widths


def _starts_paragraph(above: Line, line: Line, pitch: float, column: float) -> bool:
    step = above.baseline - line.baseline
    ended = bool(_SENTENCE_END.search(above.text))
    if max(above.size, line.size) > _LARGER * min(above.size, line.size):
        return True
    if step < 0:  # the next column
        return ended
    if step > pitch * _WIDER or (ended and step > _APART * line.size):
        return True
    if _LIST_ITEM.match(line.text) and (ended or _LIST_ITEM.match(above.text)):
        return True
    if _HYPHEN_AT_END.search(above.text):
        return False
    # The line above had room for the first word of this one: its end was meant.
    word = line.text[0] if is_spaceless(line.text) else line.text.split(maxsplit=1)[0]
    needed = (line.right - line.left) * len(word) / len(line.text)
    return column - (above.right - above.left) > min(needed, column / 3) + _ROOM * column


def _join(lines: Sequence[str], words: Counter[str], breaks_words: bool) -> str:
    joined = [lines[0]]
    for line in lines[1:]:
        head, tail = _HYPHEN_AT_END.search(joined[-1]), _WORD_AT_START.match(line)
        if head and tail:
            hyphen = _hyphen(head["word"], tail.group(), words, breaks_words)
            joined[-1] = joined[-1][: head.end("word")] + hyphen + line
        elif head:
            joined[-1] += line  # Pro Bowl-/Safety
        else:
            joined.append(line)
    return join_lines(joined)


def _hyphen(head: str, tail: str, words: Counter[str], breaks_words: bool) -> str:
    """Return the hyphen if the word has one wherever it is written, nothing if the line's end alone put it there."""
    head, tail = head.casefold(), tail.casefold()
    if words[head + tail]:
        return ""
    # The whole is written with a hyphen elsewhere, or its halves are words of this document (well-known).
    compound = words[f"{head}-{tail}"] or (words[head] > 1 and words[tail] > 1)
    return "-" if compound or not breaks_words else ""
