"""What a killed run leaves of what it embedded: found whole by the next one, or not at all."""

import json
import struct
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hashes import MODEL, HashEmbedder, hash_recipe

from rag.embeddings import Encoded, EncodedChunk
from rag.index.unfinished import UNFINISHED_FILE, Unfinished
from rag.index.ways import text_key


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


def leave(store: Path) -> dict[bytes, EncodedChunk | None]:
    """Leave what a killed run would: chunks with and without tokens, and a sentence; return what each key should give."""
    texts = [f"text {number}" for number in range(4)]
    made = HashEmbedder().encode_chunks(texts)
    made[1] = Encoded(made[1].vector, made[1].tokens[:0])
    keys = [text_key(text, hash_recipe().way()) for text in [*texts, "sentence"]]
    with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
        left.add(keys[:2], np.stack([one.vector for one in made[:2]]), [one.tokens for one in made[:2]])
        left.add(keys[4:], HashEmbedder().encode_passages(["sentence"]))
        left.add(keys[2:4], np.stack([one.vector for one in made[2:]]), [one.tokens for one in made[2:]])
    return dict(zip(keys, [*made, None], strict=True))


def right(left: Unfinished, key: bytes, expected: EncodedChunk | None) -> bool:
    """Whether what is left under a key is there; never is it anything else than what was left."""
    vector, chunk = left.vector(key), left.chunk(key)
    if expected is None:
        assert chunk is None
        assert vector is None or np.array_equal(vector, HashEmbedder().encode_passages(["sentence"])[0])
        return vector is not None
    assert (vector is None) == (chunk is None)
    if chunk is None or vector is None:
        return False
    assert np.array_equal(chunk.vector, expected.vector) and np.array_equal(vector, expected.vector)
    assert chunk.tokens.dtype == np.int8 and np.array_equal(chunk.tokens, expected.tokens)
    return True


def test_what_a_killed_run_leaves_is_found_whole_or_not_at_all(store: Path) -> None:
    expected = leave(store)
    path = store / UNFINISHED_FILE
    whole = path.read_bytes()
    with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
        assert all(right(left, key, one) for key, one in expected.items())
    found = Counter[int]()
    for at in range(len(whole)):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x81]) + whole[at + 1 :]):
            path.write_bytes(damaged)
            with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
                found[sum(right(left, key, one) for key, one in expected.items())] += 1
    assert found.keys() == {0, 1, 2, 3, 4}, "up to the damage all is found, and nothing from there on"


def test_what_follows_a_record_that_was_cut_short_is_found_by_the_run_after(store: Path) -> None:
    expected = leave(store)
    path = store / UNFINISHED_FILE
    path.write_bytes(path.read_bytes()[:-1])
    *kept, (last, _) = [(key, one) for key, one in expected.items() if one is not None]
    made = HashEmbedder().encode_chunks(["again"])[0]
    with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
        assert left.chunk(last) is None
        left.add([last], made.vector[None], [made.tokens])
    with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
        assert right(left, last, made) and all(right(left, key, one) for key, one in kept)


def test_records_of_an_earlier_version_are_thrown_away(store: Path) -> None:
    header = json.dumps({"model": MODEL, "dimension": HashEmbedder.dimension}).encode() + b"\n"
    key, vector = text_key("a", hash_recipe().way()), HashEmbedder().encode_passages(["a"])[0].tobytes()
    record = key + struct.pack("<I", zlib.crc32(key + vector)) + vector
    (store / UNFINISHED_FILE).write_bytes(header + record)
    with Unfinished(store, MODEL, HashEmbedder.dimension) as left:
        assert left.vector(key) is left.chunk(key) is None
        left.add([key], np.ones((1, HashEmbedder.dimension), np.float32))
    assert header not in (store / UNFINISHED_FILE).read_bytes()
