"""The vectors of claims and of what they are checked against; those that were wanted lately are kept."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rag.balance import Balance
from rag.embeddings import Embedder, Vectors

_KEPT = 4096
"""Vectors of either kind: 6 MB at 384 dimensions. Sentences of one answer are mostly checked against the same passages."""

Text = tuple[str, str]
"""A text and its language."""


class LevelVectors:
    """Unit vectors of texts without what the embedding model puts into them for their language alone. Threads may share one."""

    def __init__(self, embedder: Embedder, balance: Balance) -> None:
        self._offsets = balance.offsets
        self._claims = _Kept(embedder.encode_queries)
        self._evidence = _Kept(embedder.encode_passages)

    def claims(self, texts: Sequence[Text]) -> Mapping[Text, Vectors]:
        """Return the vector of each claim, shape `(dimension,)`."""
        return self._level(texts, self._claims)

    def evidence(self, texts: Sequence[Text]) -> Mapping[Text, Vectors]:
        """Return the vector of each sentence that claims are checked against, shape `(dimension,)`."""
        return self._level(texts, self._evidence)

    def _level(self, texts: Sequence[Text], kept: "_Kept") -> dict[Text, Vectors]:
        if not texts:
            return {}
        vectors = kept.encode([text for text, _ in texts])
        nothing = np.zeros(vectors.shape[1], np.float32)
        vectors = vectors - np.array([self._offsets.get(language, nothing) for _, language in texts])
        return dict(zip(texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), strict=True))


class _Kept:
    """Encodes texts, and keeps the vectors of the last ones that were asked for."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self._encode = encode
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= zip(missing, self._encode(missing), strict=True)
        with self._lock:
            for text in dict.fromkeys(texts):
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return np.array([known[text] for text in texts])
