"""Sentences that cite → verdicts: each against the sources that it cites, or, if it cites none, against all there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.checking.checker import Checker, nothing_to_check
from rag.checking.claims import Claim, Evidence
from rag.checking.joining import join
from rag.checking.verbatim import find_quote
from rag.models import Proof, Verdict
from rag.text.markers import CitedSentence

LONGEST_SENTENCE = 3_000
"""Characters: what is longer is no sentence, and a verdict on all of it would be worth nothing."""

Nearest = Callable[[Claim, Sequence[Evidence]], Sequence[Evidence]]
"""Picks what a claim is checked against, out of more than can be read for every claim."""


@dataclass(frozen=True)
class Sources:
    """What an answer may cite.

    `cited` is the number of a marker → the pieces of its source; `lost` the number of one whose source is gone → what to tell of
    it; `others` what a sentence without a marker is looked for in, by default all that can be cited; `nearest` chooses among
    many pieces, by default all are read.
    """

    cited: Mapping[int, Sequence[Evidence]]
    lost: Mapping[int, str] = field(default_factory=dict)
    others: Sequence[Evidence] | None = None
    nearest: Nearest = lambda claim, pieces: pieces

    @property
    def searched(self) -> Sequence[Evidence]:
        """Everything that a sentence without a marker is looked for in."""
        return [one for pieces in self.cited.values() for one in pieces] if self.others is None else self.others


def check_sentences(
    checker: Checker, sentences: Sequence[CitedSentence], sources: Sources, question: str = ""
) -> list[Verdict]:
    """Return a verdict for each sentence.

    A sentence is checked against each piece that it cites, and, where none of them says all of it, against them joined. One
    without a marker is looked for in all sources, and its reason says where it was found. A marker that points at nothing, or
    cannot be read, is told in the reason, and a sentence with no other is never supported.
    """
    tasks = [_Task.of(sentence, sources, question) for sentence in sentences]
    asked = [task for task in tasks if task.checkable]
    verdicts = dict(
        zip(map(id, asked), check_claims(checker, [(task.claim, task.pieces) for task in asked]), strict=True)
    )
    split = [task for task in asked if len(task.pieces) > 1 and task.cites and verdicts[id(task)].label != "supported"]
    joined = [join(task.pieces) for task in split]
    together = check_claims(checker, [(task.claim, [one.evidence]) for task, one in zip(split, joined, strict=True)])
    for task, one, verdict in zip(split, joined, together, strict=True):
        alone = verdicts[id(task)]
        if verdict.score > alone.score and (verdict.label == "supported" or alone.label != "contradicted"):
            verdicts[id(task)] = replace(verdict, spans=one.apart(verdict.spans))
    return [task.told(verdicts.get(id(task))) for task in tasks]


def quoted(proof: Proof) -> Verdict:
    """Return the verdict on a sentence that `proof` says word for word."""
    return Verdict("supported", 0.99, "the source says this word for word", (proof,))


def is_flawless(sentence: CitedSentence, sources: Sources, verdict: Verdict) -> bool:
    """Tell whether a sentence is supported, and each of its markers points at a source."""
    return verdict.label == "supported" and not sentence.unread and set(sentence.citations) <= set(sources.cited)


@dataclass(frozen=True)
class _Task:
    """A sentence on its way to a verdict: what it is checked against, whether that is what it cites, and flaws of its markers."""

    sentence: CitedSentence
    claim: Claim
    pieces: Sequence[Evidence]
    cites: bool
    flaws: tuple[str, ...]

    @classmethod
    def of(cls, sentence: CitedSentence, sources: Sources, question: str) -> "_Task":
        claim = Claim(sentence.text, sentence.language, question)
        found = [one for number in sentence.citations for one in sources.cited.get(number, ())]
        cites = bool(found)
        pieces = sources.nearest(claim, found if cites else sources.searched)
        return cls(sentence, claim, pieces, cites, tuple(_flaws(sentence, sources)))

    @property
    def checkable(self) -> bool:
        return bool(self.pieces) and len(self.claim.text) <= LONGEST_SENTENCE and _says_something(self.claim.text)

    def told(self, verdict: Verdict | None) -> Verdict:
        """Return the verdict with all that the reader must know in its reason."""
        if not _says_something(self.claim.text):
            verdict = Verdict("unsupported", 0.0, "there are no words to check")
        elif len(self.claim.text) > LONGEST_SENTENCE:
            length = f"{len(self.claim.text):,} characters, at most {LONGEST_SENTENCE:,} are checked"
            verdict = Verdict("unsupported", 0.0, f"the sentence has {length}: make several of it")
        verdict = verdict or nothing_to_check()
        reason = verdict.reason
        if not self.cites and self.pieces:
            reason = self._elsewhere(verdict)
        if self.flaws and not self.cites and verdict.label == "supported":
            verdict = replace(verdict, label="unsupported", score=0.0)
        return replace(verdict, reason="; ".join([*self.flaws, reason]))

    def _elsewhere(self, verdict: Verdict) -> str:
        """Return the reason for a sentence that was looked for in all sources."""
        missing = [] if self.flaws else ["no source is cited"]
        if verdict.label == "unsupported" and not verdict.spans:
            return "; ".join([*missing, verdict.reason])
        where = verdict.spans[0].source if verdict.spans else ""
        if verdict.label == "supported":
            return "; ".join([*missing, f"found in {where}: {verdict.reason}" if where else f"found: {verdict.reason}"])
        nearest = f"nearest is {where}: {verdict.reason}" if where else verdict.reason
        return "; ".join([*missing, nearest])


def check_claims(checker: Checker, pairs: Sequence[tuple[Claim, Sequence[Evidence]]]) -> list[Verdict]:
    """Return a verdict on each claim; the checker is asked only where comparing text does not settle it."""
    quotes = [_quote(claim, pieces) for claim, pieces in pairs]
    left = [pair for pair, quote in zip(pairs, quotes, strict=True) if quote is None]
    judged = iter(checker.check(left) if left else ())
    return [next(judged) if quote is None else quote for quote in quotes]


def _quote(claim: Claim, pieces: Sequence[Evidence]) -> Verdict | None:
    for piece in pieces:
        span = find_quote(claim.text, piece.text, piece.sentences)
        if span is not None:
            start, end = piece.start + span.start, piece.start + span.end
            return quoted(Proof(piece.document, piece.source, start, end, piece.text[span.start : span.end]))
    return None


def _flaws(sentence: CitedSentence, sources: Sources) -> list[str]:
    unknown = [number for number in sentence.citations if number not in sources.cited and number not in sources.lost]
    there = f"there {'is' if len(sources.cited) == 1 else 'are'} {len(sources.cited)}"
    return [
        *(f"[{number}] points at no source ({there})" for number in unknown),
        *(f"[{number}] {sources.lost[number]}" for number in sentence.citations if number in sources.lost),
        *(f"the marker “{raw}” cannot be read (expected [1] or [1, 2])" for raw in sentence.unread),
    ]


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)
