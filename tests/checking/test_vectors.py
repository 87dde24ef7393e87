"""Which sentences are near a claim, by vectors; and what is kept of what was computed."""

from dataclasses import replace

import numpy as np
import pytest

from rag.balance import Balance
from rag.checking import Claim, Evidence
from rag.checking.vectors import KEPT, MOST, Kept, LevelVectors
from rag.embeddings import Embedder

TEXT = "Eight ships left. The port opened in 1907. A storm came. It rained. The pier fell. Nobody was hurt."


class Counting:
    """In place of an embedding model: a text's vector counts its letters a, b, c and d."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        self.read += texts
        return np.array([[text.count(letter) + 0.1 for letter in "abcd"] for text in texts], np.float32)

    encode_passages = encode_queries


def near(evidence: Evidence, claim: str, most: int = 2) -> tuple[tuple[int, ...], list[float]]:
    vectors = LevelVectors(Counting(), Balance())  # type: ignore[arg-type]
    (found,) = vectors.nearest([(Claim(claim, "xx"), evidence)], most)
    return found.sentences, found.cosines.tolist()


def test_the_nearest_sentences_come_in_the_order_of_the_text() -> None:
    evidence = Evidence("Dddd ddd. Aab. Bbbb bbb. Aaab aab.", "en")
    sentences, cosines = near(evidence, "aaaa ab")
    assert sentences == (1, 3) and min(cosines) > 0.8
    assert near(Evidence("Aa.", "en"), "a")[0] == (0,)
    assert near(evidence, "aaaa ab", 9)[0] == (0, 1, 2, 3)
    assert near(Evidence(" ", "en"), "a") == ((), [])


def test_vectors_of_an_index_choose_and_bare_sentences_are_compared() -> None:
    evidence = Evidence("Dddd ddd. Aab. Bbbb bbb. Aaab aab.", "en")
    told = np.eye(4, dtype=np.float32)
    indexed = replace(evidence, vectors=dict(zip(evidence.sentences, told, strict=True)))
    claimed, first = np.array([4.1, 2.1, 0.1, 0.1]), np.array([0.1, 0.1, 0.1, 6.1])
    sentences, cosines = near(indexed, "aaaa bb", 2)
    assert sentences == (0, 1), "as the index has it: the first two directions"
    assert cosines[0] == pytest.approx(
        float(claimed @ first / np.linalg.norm(claimed) / np.linalg.norm(first)), abs=1e-6
    )
    partly = replace(evidence, vectors=dict(list(indexed.vectors.items())[:3]))
    assert near(partly, "aaaa bb", 1)[0] == (3,), "what has no vector may be near as well"


def test_of_very_long_evidence_the_beginning_is_compared() -> None:
    evidence = Evidence(" ".join(f"Ccc {number}." for number in range(MOST + 20)) + " Aaaa.", "en")
    assert max(near(evidence, "aaa", MOST + 30)[0]) == MOST - 1
    told = {span: np.eye(4, dtype=np.float32)[0 if at > MOST else 2] for at, span in enumerate(evidence.sentences)}
    assert near(replace(evidence, vectors=told), "aaa", 1)[0] == (MOST + 1,), "all that have a vector"


def test_what_was_computed_lately_is_not_computed_again() -> None:
    model = Counting()
    kept: Kept[str] = Kept(model.encode_queries)
    assert kept.of(["a", "b", "a"]).shape == (3, 4) and model.read == ["a", "b"]
    assert kept.of(["b", "c"]).shape == (2, 4) and model.read == ["a", "b", "c"]
    kept.of([f"text {number}" for number in range(KEPT)])
    kept.of(["c"])
    assert model.read[-1] == "c", "the oldest are let go"


@pytest.mark.model
def test_a_translation_is_nearest_to_its_sentence(embedder: Embedder) -> None:
    vectors = LevelVectors(embedder, Balance())
    found = vectors.nearest([(Claim("افتتح الميناء سنة 1907.", "ar"), Evidence(TEXT, "en"))], 1)
    assert found[0].sentences == (1,)
