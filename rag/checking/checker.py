"""Claims and their evidence → verdicts.

A verbatim quote is proved by comparing text. For all else a logistic regression on `rag.checking.features` says how likely it is
that the evidence supports the claim; a fact that the evidence contradicts, or does not have, overrules it. The weights lie in
`rag/data/checking-MODEL.json`, to be read; `benchmarks/fit_checking.py` fits them, and says on what.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

import numpy as np

from rag.balance import Balance, file_name
from rag.checking.claims import Claim, Evidence
from rag.checking.features import Cosines, Reading, read, standing_alone, worth_embedding
from rag.checking.vectors import LevelVectors, Text
from rag.checking.verbatim import find_quote
from rag.embeddings import Embedder, Vectors
from rag.facts.base import Finding
from rag.models import Proof, Span, Verdict

_QUOTED = 0.99
_DIFFERS, _ABSENT = 0.05, 0.3
"""A claim is at most so likely to be supported if the evidence says another thing, or is silent, in a fact of it."""
_SAME_MATTER, _SAME_WORDS = 0.2, 0.5
"""From so much likelihood on, or share of the words, claim and evidence are about one thing: a fact that differs contradicts."""


@dataclass(frozen=True)
class CheckingModel:
    """The fitted weights; without any, everything is as likely as not."""

    intercept: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    threshold: float = 0.5

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability (0…1) that the evidence supports the claim, facts apart."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def load_checking(model_name: str) -> CheckingModel:
    """Return what was fitted for this embedding model, or a model without weights."""
    file = resources.files("rag.data").joinpath(file_name("checking", model_name, "json"))
    if not file.is_file():
        return CheckingModel()
    fitted = json.loads(file.read_text("utf-8"))
    return CheckingModel(fitted["intercept"], fitted["weights"], fitted["threshold"])


class Checker:
    """Checks claims; `balance` tells what the embedding model puts into a vector for its language alone."""

    def __init__(self, embedder: Embedder, model: CheckingModel, balance: Balance) -> None:
        self._model, self._vectors = model, LevelVectors(embedder, balance)

    def check(self, claims: Sequence[tuple[Claim, Sequence[Evidence]]]) -> list[Verdict]:
        """Return a verdict for each claim, from its evidence: the best that any piece of it gives."""
        quoted = [_quoted(claim, evidence) for claim, evidence in claims]
        left = [pair for pair, verdict in zip(claims, quoted, strict=True) if verdict is None]
        judged = iter(self._judge(left))
        return [next(judged) if verdict is None else verdict for verdict in quoted]

    def read(self, claims: Sequence[tuple[Claim, Sequence[Evidence]]]) -> list[list[Reading]]:
        """Return what each piece of a claim's evidence says of it."""
        pairs = [(standing_alone(claim), [one for one in evidence if one.sentences]) for claim, evidence in claims]
        said = dict.fromkeys((text, claim.language) for claim, _ in pairs for text in _parts(claim))
        claimed = self._vectors.claims(list(said))
        compared = [
            [
                _Compared.of_pair(claim, one, [claimed[text, claim.language] for text in _parts(claim)])
                for one in evidence
            ]
            for claim, evidence in pairs
        ]
        told = dict.fromkeys(text for found in compared for one in found for text in one.texts)
        stated = self._vectors.evidence(list(told))
        return [
            [read(claim, one, near.cosines(stated)) for one, near in zip(evidence, found, strict=True)]
            for (claim, evidence), found in zip(pairs, compared, strict=True)
        ]

    def _judge(self, claims: Sequence[tuple[Claim, Sequence[Evidence]]]) -> list[Verdict]:
        verdicts = []
        for (claim, evidence), readings in zip(claims, self.read(claims), strict=True):
            kept = [one for one in evidence if one.sentences]
            found = [self._verdict(claim, one, reading) for one, reading in zip(kept, readings, strict=True)]
            verdicts.append(max(found, key=lambda one: one.score, default=nothing_to_check()))
        return verdicts

    def _verdict(self, claim: Claim, evidence: Evidence, reading: Reading) -> Verdict:
        chance = self._model.probability(reading.features)
        differs = [one for one in reading.findings if one.outcome == "differs"]
        absent = [one for one in reading.findings if one.outcome == "absent"]
        proof = tuple(_proof(evidence, span) for span in _spans(reading, [*differs, *absent]))
        same_matter = chance >= _SAME_MATTER or reading.features["stems_around"] >= _SAME_WORDS
        if differs and same_matter:
            return Verdict("contradicted", min(chance, _DIFFERS), _reasons(differs), proof)
        if differs or absent:
            return Verdict("unsupported", min(chance, _ABSENT), _reasons([*differs, *absent]), proof)
        if not self._model.weights:
            return Verdict("unsupported", chance, "only quotes can be proved with this embedding model", proof)
        if chance < self._model.threshold:
            return Verdict("unsupported", chance, "the source does not say this", proof)
        return Verdict("supported", chance, "the source says this in other words", proof)


def _parts(claim: Claim) -> tuple[str, ...]:
    """Return the texts of a claim that are embedded: with its question and, if it has one, both on their own."""
    whole = f"{claim.question} {claim.text}".strip()
    return (whole, claim.question, claim.text) if claim.question else (whole,)


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """What of a piece of evidence is compared with a claim: numbers and texts of its sentences, and the claim's vectors."""

    of: tuple[int, ...]
    texts: tuple[Text, ...]
    claimed: Sequence[Vectors]

    @classmethod
    def of_pair(cls, claim: Claim, evidence: Evidence, claimed: Sequence[Vectors]) -> "_Compared":
        chosen = worth_embedding(claim, evidence, claimed)
        spans = [evidence.sentences[number] for number in chosen]
        texts = tuple((evidence.text[span.start : span.end], evidence.language) for span in spans)
        return cls(chosen, texts, claimed)

    def cosines(self, stated: Mapping[Text, Vectors]) -> Cosines:
        theirs = np.array([stated[text] for text in self.texts])
        return Cosines(self.of, *(theirs @ one for one in self.claimed))


def nothing_to_check() -> Verdict:
    """Return the verdict on a claim without any evidence."""
    return Verdict("unsupported", 0.0, "there is no source to check this against")


def _quoted(claim: Claim, evidence: Sequence[Evidence]) -> Verdict | None:
    for one in evidence:
        span = find_quote(claim.text, one.text, one.sentences)
        if span is not None:
            return Verdict("supported", _QUOTED, "the source says this word for word", (_proof(one, span),))
    return None


def _spans(reading: Reading, findings: Sequence[Finding]) -> list[Span]:
    """Return where to look: what differs, and the sentence nearest to the claim."""
    return [*(one.evidence for one in findings if one.evidence is not None), reading.best]


def _proof(evidence: Evidence, span: Span) -> Proof:
    start, end = evidence.start + span.start, evidence.start + span.end
    return Proof(evidence.document, evidence.source, start, end, evidence.text[span.start : span.end])


def _reasons(findings: Sequence[Finding]) -> str:
    return "; ".join(dict.fromkeys(one.reason for one in findings if one.reason))
