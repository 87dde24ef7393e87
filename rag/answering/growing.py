"""Text that is still being written → its sentences, each as soon as it is whole."""

import regex

from rag.models import Span
from rag.text.markers import CitedSentence, cited_sentences
from rag.text.sentences import sentence_spans

_INSIDE = "\N{INVISIBLE SEPARATOR}"
_BEGUN = 12  # characters of a next sentence from which the one before it is sure to be over
_ENDED = regex.compile(r"[.!?؟۔।。！？][\"”»’)]*(?:[^\S\n]*\[+[^\[\]\n]{1,20}\]+)+\s|\n")
_OVER = regex.compile(r"[.!?؟۔।。！？][\"”»’)]*(?:\s*\[+[^\[\]\n]{1,20}\]+)*\s*$")
_MARKERS = regex.compile(r"(?:\[+[^\[\]\n]{1,20}\]+\s*)*")
_BULLET = regex.compile(r"(?m)^[^\S\n]*(?:[-*•–]|#{1,6}|\d{1,2}\))[^\S\n]+(?=\S)")
_EMPHASIS = regex.compile(r"(\*\*|__|`{1,3})(?=\S)((?:(?!\1).)+?)(?<=\S)\1(?!\w)")
_LONE_MARKERS = regex.compile(r"\s*\n\s*((?:\[+[^\[\]\n]{1,20}\]+[^\S\n]*)+)(?=\n|$)")


class Growing:
    """Takes the text piece by piece; what it gave as a sentence stays as it was. `around` is the language of the answer."""

    def __init__(self, around: str) -> None:
        self._around = around
        self._text = ""
        self._given = 0

    @property
    def text(self) -> str:
        """All that was written, so far."""
        return self._text

    def take(self, piece: str) -> list[CitedSentence]:
        """Return the sentences that have become whole with this piece."""
        self._text += piece
        whole = self._whole()
        return self._give(self._text[self._given : whole], whole)

    def finish(self, *, cut: bool = False) -> list[CitedSentence]:
        """Return what is left; if the text was `cut` short, without the sentence that was not finished."""
        rest = self._text[self._given :]
        sentences = self._give(rest, len(self._text))
        return sentences[:-1] if cut and not _OVER.search(rest) else sentences

    def _whole(self) -> int:
        """Return where the last sentence ends that no further piece can change."""
        rest = self._text[self._given :]
        end = 0
        for found in _ENDED.finditer(rest):
            after = rest[found.end() :].lstrip()
            cited = found[0].endswith("\n") and _OVER.search(rest[: found.end()]) and "[" in rest[end : found.end()]
            if cited or (after and after[0] not in "[［【"):  # else a marker may follow
                end = found.end()
        *_, last = sentence_spans(rest, self._around) or [Span(0, 0)]
        markers = _MARKERS.match(rest, last.start)
        begins = markers.end() if markers else 0
        if begins > end and len(rest.rstrip()) - begins >= _BEGUN:
            end = begins
        return self._given + end

    def _give(self, text: str, end: int) -> list[CitedSentence]:
        begins_line = not self._text[: self._given].rstrip(" \t") or self._text[: self._given].rstrip(" \t")[-1] == "\n"
        self._given = end
        plain = _EMPHASIS.sub(r"\2", _LONE_MARKERS.sub(r" \1", text))
        plain = _BULLET.sub("", plain if begins_line else f"{_INSIDE}{plain}").removeprefix(_INSIDE)
        return [one for one in cited_sentences(plain, self._around) if any(map(str.isalnum, one.text))]
