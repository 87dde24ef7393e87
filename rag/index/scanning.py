"""Looking for what should be gone in every byte of every file of a folder.

Run as a program of its own (`python scanning.py`, the wanted as JSON on stdin, what was found as JSON on stdout): a program that
has an SQLite database open must not open its file a second time, since closing that takes away the locks of the first.

A text is searched by its pieces of `PIECE` characters, each at every place of it, in each encoding: a file that holds any of
them holds 16 bytes in a row of the encoded text, and these are found four bytes apart by a hash of them, then compared.
"""

import base64
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PIECE = 20
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "JSON escapes")
_WINDOW, _STEP = 16, 4
_BLOCK, _OVERLAP = 1 << 24, 1 << 12
_REPEATED = 16
"""Places of one hash from which on their surroundings are compared."""
_FEW = 4
_AROUND = 256
"""Bytes: a piece has fewer in any encoding."""
_PORTION = 1 << 23
_TOLD = 100

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


@dataclass
class Wanted:
    """Something to look for: bytes, and where in them its units (characters, or single bytes) begin, shape `(units + 1,)`.

    A piece is `least` units in a row. `excepted` are the first units of pieces that may be there.
    """

    name: str
    data: bytes
    starts: Ints
    least: int
    excepted: set[int] = field(default_factory=set)


def of_text(name: str, text: str, excepted: Iterable[int] = ()) -> Iterator[Wanted]:
    """Yield a text as it may lie in a file, once for each encoding that makes other bytes of it."""
    seen = set()
    for encoding in ENCODINGS:
        units = [_encode(character, encoding) for character in text]
        data = b"".join(units)
        if data and data not in seen:
            seen.add(data)
            starts = np.cumsum([0, *map(len, units)], dtype=np.int64)
            yield Wanted(f"{name} in {encoding}", data, starts, min(PIECE, len(text)), set(excepted))


def _encode(text: str, encoding: str) -> bytes:
    if encoding == "JSON escapes":
        return json.dumps(text)[1:-1].encode()
    return text.encode(encoding, "surrogatepass")


def of_bytes(name: str, data: bytes, least: int = 64) -> Wanted:
    """Return bytes, such as a vector's, of which any `least` in a row are a piece."""
    return Wanted(name, data, np.arange(len(data) + 1, dtype=np.int64), min(least, len(data)))


class Scanner:
    """Finds pieces of what is wanted in the bytes that it is given."""

    def __init__(self, wanted: Iterable[Wanted]) -> None:
        self._wanted = list(wanted)
        self._short = [number for number, one in enumerate(self._wanted) if _shortest(one) < _WINDOW + _STEP - 1]
        owners, places, hashes = [np.empty(0, np.int32)], [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
        for number, one in enumerate(self._wanted):
            if number not in self._short:
                hashes.append(_hashes(np.frombuffer(one.data, np.uint8), 1))
                places.append(np.arange(len(hashes[-1])))
                owners.append(np.full(len(hashes[-1]), number, np.int32))
        every = np.concatenate(hashes)
        order = np.argsort(every, kind="stable")
        self._hashes, self._places, self._owners = (
            every[order],
            np.concatenate(places)[order],
            np.concatenate(owners)[order],
        )
        self._drop_repeats()
        self._shift = np.uint64(64 - min(max(len(every).bit_length() + 3, 16), 27))
        self._maybe = np.zeros(1 << int(64 - self._shift), np.bool_)
        self._maybe[self._hashes >> self._shift] = True

    def _drop_repeats(self) -> None:
        """Keep one of the places whose surroundings are the same, as in a text of a thousand dashes: the pieces there are too."""
        starts = np.flatnonzero(np.diff(self._hashes, prepend=~self._hashes[:1]))
        sizes = np.diff(starts, append=len(self._hashes))
        kept = np.ones(len(self._hashes), np.bool_)
        for start, size in zip(starts[sizes > _REPEATED].tolist(), sizes[sizes > _REPEATED].tolist(), strict=True):
            seen = set()
            for at in range(start, start + size):
                owner, place = int(self._owners[at]), int(self._places[at])
                around = owner, self._wanted[owner].data[max(0, place - _AROUND) : place + _AROUND]
                kept[at] = around not in seen
                seen.add(around)
        self._hashes, self._places, self._owners = self._hashes[kept], self._places[kept], self._owners[kept]

    def pieces(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield what is found in `data`: the number of the wanted, the first unit of the piece, and the byte where it begins.

        Pieces that are excepted are yielded too.
        """
        yield from self._short_pieces(data)
        view = np.frombuffer(data, np.uint8)
        if len(view) < _WINDOW:
            return
        hashes = _hashes(view, _STEP)
        likely = np.flatnonzero(self._maybe[hashes >> self._shift])
        begins = self._hashes.searchsorted(hashes[likely], "left")
        ends = self._hashes.searchsorted(hashes[likely], "right")
        done: dict[tuple[int, int], int] = {}  # (wanted, shift) → the byte up to which the run was followed
        seen: set[int] = set()
        for at, begin, end in zip((likely * _STEP).tolist(), begins.tolist(), ends.tolist(), strict=True):
            if end - begin > _FEW:  # something that repeats itself: the same surroundings hold the same pieces
                around = hash(data[max(0, at - _AROUND) : at + _AROUND])
                if around in seen:
                    continue
                seen.add(around)
            for entry in range(begin, end):
                number, place = int(self._owners[entry]), int(self._places[entry])
                if done.get((number, at - place), -1) > at:
                    continue
                one = self._wanted[number]
                first, last = _run(data, at, one.data, place)
                done[number, at - place] = at - place + last
                low = int(one.starts.searchsorted(first, "left"))
                high = int(one.starts.searchsorted(last, "right")) - 1
                for unit in range(low, high - one.least + 1):
                    yield number, unit, at - place + int(one.starts[unit])

    def _short_pieces(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        for number in self._short:
            one = self._wanted[number]
            for unit in range(len(one.starts) - one.least):
                at = data.find(one.data[one.starts[unit] : one.starts[unit + one.least]])
                if at >= 0:
                    yield number, unit, at

    def in_file(self, path: Path) -> Iterator[tuple[str, int, bool, int]]:
        """Yield what is found in a file: the name of the wanted, a piece's first unit, whether it may be there, and the byte."""
        with path.open("rb") as file:
            offset, tail = 0, b""
            while block := file.read(_BLOCK):
                data = tail + block
                for number, unit, at in self.pieces(data):
                    one = self._wanted[number]
                    yield one.name, unit, unit in one.excepted, offset - len(tail) + at
                offset += len(block)
                tail = data[-_OVERLAP:]


def scan(folder: Path, wanted: Iterable[Wanted]) -> dict[str, Any]:
    """Return how many files and bytes lie in a folder, and which pieces of what is wanted were found where.

    The result has `files`, `bytes`, `found` (a list of `file`, `byte`, `what`, `piece`; the first hundred), `pieces` (how many
    were found) and `excepted` (how many that may be there were).
    """
    found: list[dict[str, Any]] = []
    pieces: set[tuple[str, int]] = set()
    excepted: set[tuple[str, int]] = set()
    sizes: dict[Path, int] = {}
    for group in _groups(wanted):
        scanner = Scanner(group)
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
            with suppress(FileNotFoundError):  # what a reader has beside the database goes when it does
                sizes[path] = path.stat().st_size
                for name, unit, may_be, at in scanner.in_file(path):
                    if may_be:
                        excepted.add((name, unit))
                        continue
                    pieces.add((name, unit))
                    if len(found) < _TOLD:
                        found.append({"file": path.name, "byte": at, "what": name, "piece": unit})
    size = sum(sizes.values())
    return {"files": len(sizes), "bytes": size, "found": found, "pieces": len(pieces), "excepted": len(excepted)}


def _groups(wanted: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """Yield what is wanted in portions, so that a scan needs some hundred megabytes for however long a document."""
    group: list[Wanted] = []
    for one in wanted:
        group.append(one)
        if sum(len(other.data) for other in group) > _PORTION:
            yield group
            group = []
    if group:
        yield group


def _shortest(one: Wanted) -> int:
    """Return how many bytes the shortest piece has."""
    return int((one.starts[one.least :] - one.starts[: len(one.starts) - one.least]).min())


def _hashes(data: Bytes, step: int) -> npt.NDArray[np.uint64]:
    """Return a hash of every 16 bytes in a row that begin `step` bytes apart."""
    count = (len(data) - _WINDOW) // step + 1
    total = np.zeros(max(count, 0), np.uint64)
    if count <= 0:
        return total
    for part, factor in zip(range(0, _WINDOW, 4), _FACTORS, strict=True):
        word = np.zeros(count, np.uint64)
        for byte in range(4):
            column = data[part + byte : part + byte + step * (count - 1) + 1 : step].astype(np.uint64)
            word |= column << np.uint64(8 * byte)
        total += word * factor
        total ^= total >> np.uint64(29)
        total *= _MIX
    return total


_FACTORS = tuple(map(np.uint64, (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)))
_MIX = np.uint64(0xFF51AFD7ED558CCD)


def _run(data: bytes, at: int, wanted: bytes, place: int) -> tuple[int, int]:
    """Return which part of `wanted`, first and end, stands in `data` around the place where the two may meet.

    No piece that holds the place is longer than what is looked at.
    """
    first, lowest, highest = place, max(0, place - _AROUND), min(len(wanted), place + _AROUND)
    while first > lowest and at - place + first > 0 and data[at - place + first - 1] == wanted[first - 1]:
        first -= 1
    last = place
    while last < highest and at - place + last < len(data) and data[at - place + last] == wanted[last]:
        last += 1
    return first, last


def read_request(request: dict[str, Any]) -> Iterator[Wanted]:
    """Yield what a request asks for: texts with the pieces that may be there, and bytes in base 64."""
    for name, text, excepted in request["texts"]:
        yield from of_text(name, text, excepted)
    for name, data in request["blobs"]:
        yield of_bytes(name, base64.b64decode(data))


def main() -> None:
    """Read a request, scan, and write what was found."""
    request = json.load(sys.stdin)
    json.dump(scan(Path(request["folder"]), read_request(request)), sys.stdout)


if __name__ == "__main__":
    main()
