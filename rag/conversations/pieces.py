"""Runs of characters that a text shares with another, found and blanked."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

_BLANK = "…"
_FACTOR = 0x9E3779B97F4A7C15
_Hashes = npt.NDArray[np.uint64]


class Pieces:
    """The pieces of some texts: every run of `size` characters of each, or all of a text that is shorter.

    Args:
        texts: each with the first characters of pieces that do not count.
        size: of a piece, in characters.
    """

    def __init__(self, texts: Iterable[tuple[str, Sequence[int]]], size: int) -> None:
        by_size: dict[int, list[_Hashes]] = {}
        for text, excepted in texts:
            length = min(size, len(text))
            if length:
                hashes = _hashes(text, length)
                kept = np.ones(len(hashes), np.bool_)
                kept[[place for place in excepted if place < len(hashes)]] = False
                by_size.setdefault(length, []).append(hashes[kept])
        self._known = {length: np.unique(np.concatenate(found)) for length, found in by_size.items()}

    def blanked(self, text: str) -> str:
        """Return `text` with a `…` for each run that is made of pieces.

        >>> Pieces([("the plant at Ras Zumurrud", ())], 12).blanked("Who opened the plant at Ras Zumurrud, and when?")
        'Who opened …, and when?'
        """
        for _ in range(3):  # what is left on both sides of a blank might be a piece with it
            blanked = self._once(text)
            if blanked == text:
                return text
            text = blanked
        return _BLANK

    def _once(self, text: str) -> str:
        covered = np.zeros(len(text) + 1, np.int64)
        for length, known in self._known.items():
            if length <= len(text):
                hashes = _hashes(text, length)
                places = np.searchsorted(known, hashes)
                starts = np.flatnonzero((places < len(known)) & (known[np.minimum(places, len(known) - 1)] == hashes))
                np.add.at(covered, starts, 1)
                np.add.at(covered, starts + length, -1)
        inside = np.cumsum(covered[:-1]) > 0
        if not inside.any():
            return text
        shown = (
            _BLANK * (at == 0 or not inside[at - 1]) if inside[at] else character for at, character in enumerate(text)
        )
        return "".join(shown)


def _hashes(text: str, length: int) -> _Hashes:
    """Return a hash of every run of `length` characters, shape `(len(text) - length + 1,)`."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    count = len(codes) - length + 1
    total = np.zeros(count, np.uint64)
    for at in range(length):
        total = total * np.uint64(_FACTOR) + codes[at : at + count]
        total ^= total >> np.uint64(29)
    return total
