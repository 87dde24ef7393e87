"""Several pieces of evidence read as one: "the one says who, the other when"."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.checking.claims import Evidence
from rag.models import Proof, Span

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Joined:
    """Pieces one after another as one evidence, and where in its text each begins."""

    evidence: Evidence
    pieces: tuple[Evidence, ...]
    starts: tuple[int, ...]

    def apart(self, proofs: Sequence[Proof]) -> tuple[Proof, ...]:
        """Return proofs in the joined text as proofs in the pieces; one that lies across two becomes two."""
        found = []
        for proof in proofs:
            for piece, at in zip(self.pieces, self.starts, strict=True):
                start, end = max(proof.start - at, 0), min(proof.end - at, len(piece.text))
                if start < end:
                    text = piece.text[start:end]
                    found.append(Proof(piece.document, piece.source, piece.start + start, piece.start + end, text))
        return tuple(found)


def join(pieces: Sequence[Evidence]) -> Joined:
    """Return pieces as one, in the language most of them are in.

    >>> joined = join([Evidence("Ann built it.", "en", start=7), Evidence("It was 1990.", "en", start=40)])
    >>> [(one.start, one.end, one.text) for one in joined.apart([Proof("", "", 4, 17, "…")])]
    [(11, 20, 'built it.'), (40, 42, 'It')]
    """
    starts, length = [], 0
    for piece in pieces:
        starts.append(length)
        length += len(piece.text) + len(_BETWEEN)
    language = Counter(piece.language for piece in pieces).most_common(1)[0][0]
    dates = {piece.date for piece in pieces}
    date = dates.pop() if len(dates) == 1 else None
    text = _BETWEEN.join(piece.text for piece in pieces)
    vectors = {
        Span(span.start + start, span.end + start): vector
        for piece, start in zip(pieces, starts, strict=True)
        for span, vector in piece.vectors.items()
    }
    return Joined(Evidence(text, language, date=date, vectors=vectors), tuple(pieces), tuple(starts))
