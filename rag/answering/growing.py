"""Text that is still being written → its sentences, each as soon as it is whole."""

from collections.abc import Sequence
from dataclasses import replace

import regex

from rag.answering.dressing import MARK, Plain, undress
from rag.text.markers import CitedSentence, Located, located_sentences

_BEGUN = 12  # characters of a next sentence from which the one before it is sure to be over
_OVER = regex.compile(r"[.!?؟۔।。！？][\"”»’)*_]*+(?:[\s(*,]*+[\[［【]+[^\[\]［］【】\n]{1,30}[\]］】]+[)*]*+)*+\s*+$")
_UNDECIDED = regex.compile(
    rf"""(?x)
      [*_(（]*+ (?: [\[［【][^\]］】\n]{{0,120}}+ | {MARK}\([^\s()]*+ ) $  # a marker that is not whole yet
    | <(?:s(?:u(?:p(?:>[^<>\n]{{0,20}}+(?:</?s?u?p?)?)?)?)?)? $
    """
)
_LOOK_BACK = 300  # characters, as far back as such a marker may begin
_CUT_MARKER = regex.compile(r"\s*[\[［【][^\]］】\n]{0,30}$")
_LONG = 1_000  # characters without a sentence from which on they are not looked through at each piece
_STARS = regex.compile(r"^\*\*+\s*|\s*\*\*+$|^[*_](?=[\p{L}\p{N}][^*_]*$)")


class Growing:
    """Takes the text piece by piece; what it gave as a sentence stays as it was. `around` is the language of the answer."""

    def __init__(self, around: str) -> None:
        self._around = around
        self._text = ""
        self._given = 0
        self._number = 0  # of the last line of a numbered list that was given
        self._next_look = 0

    @property
    def text(self) -> str:
        """All that was written, so far."""
        return self._text

    def take(self, piece: str) -> list[CitedSentence]:
        """Return the sentences that have become whole with this piece."""
        self._text += piece
        if not piece.strip() or len(self._text) < self._next_look:
            return []
        rest = self._text[self._given :].rstrip()
        undecided = _UNDECIDED.search(rest, max(0, len(rest) - _LOOK_BACK))
        plain = self._plain(rest[: undecided.start()] if undecided else rest)
        found = located_sentences(plain.text, self._around)
        given = self._give(plain, found[: _settled(plain.text, found)])
        waiting = len(self._text) - self._given
        self._next_look = len(self._text) + waiting // 8 if waiting > _LONG else 0
        return given

    def finish(self, *, cut: bool = False) -> list[CitedSentence]:
        """Return what is left; if the text was `cut` short, without the sentence that was not finished."""
        rest = self._text[self._given :].rstrip()
        rest = _CUT_MARKER.sub("", rest) if cut else rest
        plain = self._plain(rest)
        sentences = self._give(plain, located_sentences(plain.text, self._around))
        return sentences[:-1] if cut and not _OVER.search(rest) else sentences

    def _plain(self, rest: str) -> Plain:
        line = self._text[self._text.rfind("\n", 0, self._given) + 1 : self._given]
        return undress(rest, self._around, begins_line=not line.strip(), number=self._number)

    def _give(self, plain: Plain, found: Sequence[Located]) -> list[CitedSentence]:
        if found:
            end = plain.raw_end(found[-1].end)
            self._given += end
            self._number = plain.number_before(end, self._number)
        sentences = [replace(one.sentence, text=_STARS.sub("", one.sentence.text)) for one in found]
        return [one for one in sentences if any(map(str.isalnum, one.text))]


def _settled(text: str, found: Sequence[Located]) -> int:
    """Return how many sentences no further piece can change."""
    for count in range(len(found) - 1, 0, -1):
        here, following = found[count - 1], found[count]
        apart = here.is_marked or "\n" in text[here.end : following.start]
        rest = text[following.start :]
        if len(rest) >= _BEGUN or (apart and any(map(str.isalnum, rest))):
            return count
    return 0
