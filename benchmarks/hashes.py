"""Vectors that follow from a hash of the text: an index in milliseconds, where what it finds does not matter."""

import hashlib
from collections.abc import Sequence
from typing import cast

import numpy as np

from rag.embeddings import Embedder, Encoded, EncodedChunk, EncodedQuestion, Vectors
from rag.index.build import Recipe
from rag.late_interaction import SIZE

MODEL = "test/hashes"


class HashEmbedder:
    """Vectors that follow from the text alone; a token is a word. It fails when it has embedded `fails_after` texts."""

    name, dimension, max_tokens = MODEL, 16, 500

    def __init__(self, fails_after: int | None = None) -> None:
        self.embedded: list[str] = []
        self._fails_after = fails_after

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape `(len(texts), 16)`."""
        self.embedded += texts
        if self._fails_after is not None and len(self.embedded) > self._fails_after:
            raise RuntimeError("out of memory")
        return np.concatenate([_units(text, 1, self.dimension) for text in texts])

    encode_queries = encode_passages

    def encode_chunks(self, texts: Sequence[str]) -> list[EncodedChunk]:
        """Return the same, with a few tokens of each text."""
        vectors = self.encode_passages(texts)
        tokens = [np.rint(127 * one).astype(np.int8) for one in map(_tokens, texts)]
        return [Encoded(vector, one) for vector, one in zip(vectors, tokens, strict=True)]

    def encode_questions(self, texts: Sequence[str]) -> list[EncodedQuestion]:
        """Return the same of questions."""
        vectors = self.encode_queries(texts)
        tokens = [one / np.float32(len(one)) for one in map(_tokens, texts)]
        return [Encoded(vector, one) for vector, one in zip(vectors, tokens, strict=True)]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many words each text has."""
        return [len(text.split()) for text in texts]


def _tokens(text: str) -> Vectors:
    return _units(f"the tokens of {text}", 1 + len(text) % 5, SIZE)


def _units(text: str, count: int, dimension: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    vectors = np.random.default_rng(seed).normal(size=(count, dimension))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def hash_recipe(embedder: HashEmbedder | None = None, chunk_tokens: int = 40) -> Recipe:
    """Return a recipe with a `HashEmbedder`."""
    made = embedder or HashEmbedder()
    return Recipe(MODEL, lambda: cast(Embedder, made), chunk_tokens, 1)
