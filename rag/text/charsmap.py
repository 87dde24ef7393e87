"""A SentencePiece "precompiled charsmap" for a map of single characters, as Hugging Face tokenizers read it.

The format (Kudo & Richardson 2018, github google/sentencepiece, `normalizer.cc`): uint32 size of a Darts double-array trie
in bytes, the trie's uint32 units, then the replacements as NUL-terminated UTF-8; a key's value is the offset of its
replacement. The double array (Aoe 1989) is darts-clone's: unit = offset << 10 | has_leaf << 8 | label.
"""

import struct
from collections.abc import Mapping
from typing import Any

_LEAF = 1 << 31
_WIDE_OFFSET = 1 << 9  # set when an offset needs more than 21 bits: it is then kept divided by 256


def precompiled_charsmap(characters: Mapping[str, str]) -> bytes:
    r"""Return the charsmap that replaces each key of `characters`, one character long, by its value.

    >>> from tokenizers import normalizers
    >>> normalizers.Precompiled(precompiled_charsmap({"ﬁ": "fi", "\t": " "})).normalize_str("ﬁn\tal")
    'fin al'
    """
    replacements = bytearray()
    trie: dict[int, Any] = {}
    for character, replacement in sorted(characters.items()):
        node = trie
        for byte in character.encode():
            node = node.setdefault(byte, {})
        node[0] = len(replacements)
        replacements += replacement.encode() + b"\0"
    units = _double_array(trie)
    packed = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(packed)) + packed + bytes(replacements)


def _double_array(trie: dict[int, Any]) -> list[int]:
    units = [0]
    used = {0}
    pending = [(0, trie)]
    first_free = 1
    while pending:
        at, node = pending.pop()
        labels = sorted(node)
        while first_free in used:
            first_free += 1
        base = _free_base(at, labels, used, first_free)
        units += [0] * (max(base ^ label for label in labels) + 1 - len(units))
        units[at] |= _offset(at ^ base) | (int(0 in node) << 8)
        for label in labels:
            child = base ^ label
            used.add(child)
            if label == 0:
                units[child] = _LEAF | node[0]
            else:
                units[child] = label
                pending.append((child, node[label]))
    return units + [0] * (-len(units) % 256)


def _free_base(at: int, labels: list[int], used: set[int], first_free: int) -> int:
    cell = first_free
    while True:
        base = cell ^ labels[0]
        if base != at and all((base ^ label) not in used and (base ^ label) != 0 for label in labels):
            offset = at ^ base
            if offset < 1 << 21 or offset & 0xFF == 0:
                return base
        cell += 1


def _offset(offset: int) -> int:
    return offset << 10 if offset < 1 << 21 else (offset << 2) | _WIDE_OFFSET
