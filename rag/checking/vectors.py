"""The vectors of claims and of what they are checked against, where words do not tell; those that were wanted lately are kept."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from rag.balance import Balance
from rag.checking.claims import Claim, Evidence
from rag.checking.features import Near
from rag.embeddings import Embedder, Vectors

KEPT = 4096
"""Rows of a kind: 6 MB of vectors at 384 dimensions. Sentences of one answer are mostly checked against the same passages."""
MOST = 60
"""Sentences of a piece of evidence that are compared."""

Key = TypeVar("Key", bound=Hashable)
Text = tuple[str, str]
"""A text and its language."""


class Kept(Generic[Key]):
    """Computes a row of numbers for each key, and keeps those of the last keys that were asked for. Threads may share one."""

    def __init__(self, compute: Callable[[Sequence[Key]], npt.NDArray[np.float32]]) -> None:
        self._compute = compute
        self._kept: OrderedDict[Key, npt.NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, keys: Sequence[Key]) -> npt.NDArray[np.float32]:
        """Return the rows of these keys, shape `(len(keys), …)`."""
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known |= zip(missing, self._compute(missing), strict=True)
        with self._lock:
            for key in dict.fromkeys(keys):
                self._kept[key] = known[key]
                self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return np.array([known[key] for key in keys], np.float32)


class LevelVectors:
    """Compares claims with sentences, whatever languages they are in. Threads may share one.

    Claims without their questions: with one, whatever is said after it is near to what answers it.

    Vectors are unit ones, without what the embedding model puts into them for a text's language alone.
    """

    def __init__(self, embedder: Embedder, balance: Balance) -> None:
        self._offsets = balance.offsets
        self._claims: Kept[str] = Kept(embedder.encode_queries)
        self._evidence: Kept[str] = Kept(embedder.encode_passages)

    def nearest(self, pairs: Sequence[tuple[Claim, Evidence]], most: int) -> list[Near]:
        """Return, for each claim, the `most` sentences of its evidence that are nearest; none where it has no sentence.

        An index's vectors tell which these are; but they stand under a title, and cosines with them mean another thing.
        """
        claimed = self._level([(claim.text, claim.language) for claim, _ in pairs], self._claims)
        likely = [_likely(evidence, claimed[claim.text, claim.language], most) for claim, evidence in pairs]
        texts = [
            [_text(evidence, number) for number in some] for (_, evidence), some in zip(pairs, likely, strict=True)
        ]
        stated = self._level([text for some in texts for text in some], self._evidence)
        found = []
        for (claim, _), numbers, some in zip(pairs, likely, texts, strict=True):
            cosines = np.array([stated[text] @ claimed[claim.text, claim.language] for text in some], np.float32)
            kept = np.sort(np.argsort(-cosines, kind="stable")[:most])
            found.append(Near(tuple(numbers[at] for at in kept.tolist()), cosines[kept]))
        return found

    def _level(self, texts: Iterable[Text], kept: Kept[str]) -> Mapping[Text, Vectors]:
        texts = list(dict.fromkeys(texts))
        if not texts:
            return {}
        vectors = kept.of([text for text, _ in texts])
        nothing = np.zeros(vectors.shape[1], np.float32)
        vectors = vectors - np.array([self._offsets.get(language, nothing) for _, language in texts])
        return dict(zip(texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), strict=True))


def _text(evidence: Evidence, number: int) -> Text:
    span = evidence.sentences[number]
    return evidence.text[span.start : span.end], evidence.language


def _likely(evidence: Evidence, claimed: Vectors, most: int) -> list[int]:
    """Return the numbers of the sentences that may be nearest: by an index's vectors, and all that have none."""
    spans = evidence.sentences
    known = [number for number, span in enumerate(spans) if span in evidence.vectors]
    cosines = np.array([evidence.vectors[spans[number]] @ claimed for number in known])
    far = {known[at] for at in np.argsort(-cosines, kind="stable")[most:].tolist()}
    return [number for number in range(len(spans)) if number not in far][:MOST]
