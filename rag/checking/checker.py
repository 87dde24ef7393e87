"""Claims and their evidence → verdicts.

A verbatim quote is proved by comparing text. For all else logistic regressions on `rag.checking.features` say how likely it is
that the evidence supports the claim; a fact that the evidence contradicts, or does not have, overrules it. The weights lie in
`rag/data/checking-MODEL.json`, to be read; `benchmarks/fit_checking.py` fits them, and says on what.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import get_args

import numpy as np

from rag.balance import Balance, file_name
from rag.checking.claims import Claim, Evidence
from rag.checking.features import NEAREST, Near, PairKind, Reading, as_pair, fullest, is_crossed, read, standing_alone
from rag.checking.vectors import Kept, LevelVectors
from rag.checking.verbatim import find_quote
from rag.embeddings import Embedder, Vectors
from rag.facts.base import Finding
from rag.models import Proof, Span, Verdict

_QUOTED, _LIKELY = 0.99, 0.5
_DIFFERS, _ABSENT = 0.05, 0.3
"""A claim is at most so likely to be supported if the evidence says another thing, or is silent, in a fact of it."""
_SAME_MATTER, _SAME_WORDS = 0.2, 0.5
"""From so much likelihood on, or share of the words, claim and evidence are about one thing: a fact that differs contradicts."""


@dataclass(frozen=True)
class Regression:
    """A logistic regression: what is more likely than not is supported."""

    intercept: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability (0…1) that the evidence supports the claim, facts apart."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


@dataclass(frozen=True)
class CheckingModel:
    """The fitted weights, for each kind of pair; without any, everything is as likely as not."""

    pairs: Mapping[PairKind, Regression] = field(default_factory=dict)

    def probability(self, reading: Reading) -> float:
        """Return the probability (0…1) that what was read supports the claim, facts apart."""
        return self.pairs.get(reading.kind, Regression()).probability(reading.features)


def load_checking(model_name: str) -> CheckingModel:
    """Return what was fitted for this embedding model, or a model without weights."""
    file = resources.files("rag.data").joinpath(file_name("checking", model_name, "json"))
    if not file.is_file():
        return CheckingModel()
    fitted = json.loads(file.read_text("utf-8"))
    return CheckingModel({kind: Regression(**fitted["pairs"][kind]) for kind in get_args(PairKind)})


class Checker:
    """Checks claims; `balance` tells what the embedding model puts into a vector for its language alone."""

    def __init__(self, embedder: Embedder, model: CheckingModel, balance: Balance) -> None:
        self._model, self._vectors = model, LevelVectors(embedder, balance)
        self._logits: Kept[tuple[str, str]] = Kept(lambda pairs: _logits(embedder, pairs))

    def check(self, claims: Sequence[tuple[Claim, Sequence[Evidence]]]) -> list[Verdict]:
        """Return a verdict for each claim, from its evidence: the best that any piece of it gives."""
        quoted = [_quoted(claim, evidence) for claim, evidence in claims]
        left = [pair for pair, verdict in zip(claims, quoted, strict=True) if verdict is None]
        judged = iter(self._judge(left))
        return [next(judged) if verdict is None else verdict for verdict in quoted]

    def read(self, claims: Sequence[tuple[Claim, Sequence[Evidence]]]) -> list[list[Reading]]:
        """Return what each piece of a claim's evidence says of it."""
        pairs = [(standing_alone(claim), [one for one in evidence if one.sentences]) for claim, evidence in claims]
        apart = [(claim, one) for claim, evidence in pairs for one in evidence]
        together = iter(self._read_together([pair for pair in apart if not is_crossed(*pair)]))
        across = iter(self._vectors.nearest([pair for pair in apart if is_crossed(*pair)], NEAREST))
        readings = (read(*pair, next(across if is_crossed(*pair) else together)) for pair in apart)
        return [[next(readings) for _ in evidence] for _, evidence in pairs]

    def _read_together(self, pairs: Sequence[tuple[Claim, Evidence]]) -> list[Near]:
        chosen = [fullest(*pair) for pair in pairs]
        logits = self._logits.of([as_pair(*pair, some) for pair, some in zip(pairs, chosen, strict=True)])
        return [
            Near(some, np.zeros(len(some), np.float32), float(logit))
            for some, logit in zip(chosen, logits, strict=True)
        ]

    def _judge(self, claims: Sequence[tuple[Claim, Sequence[Evidence]]]) -> list[Verdict]:
        verdicts = []
        for (claim, evidence), readings in zip(claims, self.read(claims), strict=True):
            kept = [one for one in evidence if one.sentences]
            found = [self._verdict(claim, one, reading) for one, reading in zip(kept, readings, strict=True)]
            verdicts.append(max(found, key=lambda one: one.score, default=nothing_to_check()))
        return verdicts

    def _verdict(self, claim: Claim, evidence: Evidence, reading: Reading) -> Verdict:
        chance = self._model.probability(reading)
        differs = [one for one in reading.findings if one.outcome == "differs"]
        absent = [one for one in reading.findings if one.outcome == "absent"]
        proof = tuple(_proof(evidence, span) for span in _spans(reading, [*differs, *absent]))
        same_matter = chance >= _SAME_MATTER or reading.features["stems_around"] >= _SAME_WORDS
        if differs and same_matter:
            return Verdict("contradicted", min(chance, _DIFFERS), _reasons(differs), proof)
        if differs or absent:
            return Verdict("unsupported", min(chance, _ABSENT), _reasons([*differs, *absent]), proof)
        if not self._model.pairs:
            return Verdict("unsupported", chance, "only quotes can be proved with this embedding model", proof)
        if chance < _LIKELY:
            return Verdict("unsupported", chance, "the source does not say this", proof)
        return Verdict("supported", chance, "the source says this in other words", proof)


def _logits(embedder: Embedder, pairs: Sequence[tuple[str, str]]) -> Vectors:
    if embedder.cross_encoder is None:  # then there are no weights either: see `load_checker`
        return np.zeros(len(pairs), np.float32)
    return embedder.cross_encoder.logits(pairs)


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
