"""Long sources → pieces, and the pieces that a claim is nearest to: by words held and by meaning."""

from collections.abc import Iterator, Sequence

import numpy as np

from rag.balance import load_balance
from rag.checking.claims import Claim, Evidence
from rag.checking.words import bag, share
from rag.embeddings import Embedder, Vectors
from rag.text.sentences import sentence_spans

SHORT = 4_000
"""Characters: a source up to here is read whole where it is cited."""
PASSAGE = 1_200
"""Characters of a piece, unless a sentence is longer: about a passage of the index."""
_READ = 4
"""Pieces that a claim is checked against."""
_EMBEDDED = 200
"""Pieces whose meaning is compared; of more, only those that hold most of the claim's words."""


def pieces(source: Evidence, whole: int = SHORT) -> list[Evidence]:
    """Return a source as it is, if it has at most `whole` characters, or in pieces of whole sentences.

    Each begins with the last sentence of the one before.
    """
    return [source] if len(source.text) <= whole else list(_cut(source))


def _cut(source: Evidence) -> Iterator[Evidence]:
    spans = sentence_spans(source.text, source.language)
    first = 0
    for number, span in enumerate(spans):
        last = number + 1 == len(spans)
        if last or spans[number + 1].end - spans[first].start > PASSAGE:
            start, end = spans[first].start, span.end
            where = (source.source, source.document, source.start + start, source.date)
            yield Evidence(source.text[start:end], source.language, *where)
            first = number if number > first else number + 1


class Nearest:
    """Picks pieces for a claim; each is embedded once. `balance` of the embedding model makes languages alike."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._offsets = embedder, load_balance(embedder.name).offsets
        self._vectors: dict[Evidence, Vectors] = {}

    def __call__(self, claim: Claim, found: Sequence[Evidence]) -> Sequence[Evidence]:
        """Return the pieces to check a claim against, the nearest first."""
        if len(found) <= _READ:
            return found
        wanted = bag(claim.text, claim.language)
        held = [share(wanted.grams, bag(one.text, one.language).grams) for one in found]
        fullest = sorted(range(len(found)), key=lambda at: -held[at])[:_EMBEDDED]
        self._embed([found[at] for at in fullest])
        asked = self._level(
            self._embedder.encode_queries([f"{claim.question} {claim.text}".strip()])[0], claim.language
        )
        scores = {at: held[at] + float(self._vectors[found[at]] @ asked) for at in fullest}
        return [found[at] for at in sorted(fullest, key=lambda at: -scores[at])[:_READ]]

    def _embed(self, found: Sequence[Evidence]) -> None:
        new = [one for one in found if one not in self._vectors]
        if new:
            vectors = self._embedder.encode_passages([one.text for one in new])
            for one, vector in zip(new, vectors, strict=True):
                self._vectors[one] = self._level(vector, one.language)

    def _level(self, vector: Vectors, language: str) -> Vectors:
        level = vector - self._offsets.get(language, np.float32(0))
        return np.asarray(level / np.linalg.norm(level), np.float32)
