"""Vectors that follow from a hash of the text: an index in milliseconds, where what it finds does not matter."""

import hashlib
from collections.abc import Sequence
from typing import cast

import numpy as np

from rag.embeddings import Embedder, Vectors
from rag.index.build import Recipe

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
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") for text in texts]
        vectors = np.stack([np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    encode_queries = encode_passages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many words each text has."""
        return [len(text.split()) for text in texts]


def hash_recipe(embedder: HashEmbedder | None = None, chunk_tokens: int = 40) -> Recipe:
    """Return a recipe with a `HashEmbedder`."""
    made = embedder or HashEmbedder()
    return Recipe(MODEL, lambda: cast(Embedder, made), chunk_tokens, 1)
