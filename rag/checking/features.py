"""What speaks for and against a claim in a piece of evidence, as numbers: meaning, words, facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.checking.claims import Claim, Evidence
from rag.checking.placing import place_of_answer
from rag.checking.words import Bag, bag, share
from rag.facts.base import Finding, Text
from rag.facts.dates import check_dates
from rag.facts.names import check_names
from rag.facts.negation import check_negation
from rag.facts.numbers import check_numbers
from rag.models import Span

_AROUND = 1
"""Sentences before and after the best one that a claim may draw on too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A piece of evidence read for one claim: where it is nearest, what its facts are, and all as numbers."""

    best: Span
    findings: tuple[Finding, ...]
    features: Mapping[str, float]


def read(
    claim: Claim,
    evidence: Evidence,
    cosines: npt.NDArray[np.float32],
    asked_cosines: npt.NDArray[np.float32] | None = None,
) -> Reading:
    """Read evidence, which has a sentence at least, for a claim.

    `cosines`, shape `(sentences,)`, are those of its sentences with the claim, after its question if it has one;
    `asked_cosines` those with the question alone.
    """
    asked, said = bag(claim.question, claim.language), bag(claim.text, claim.language)
    sentences = [bag(evidence.text[one.start : one.end], evidence.language) for one in evidence.sentences]
    held = [share(set(said.stems), set(one.stems)) for one in sentences]
    grams = [share(said.grams, one.grams) for one in sentences]
    at = int(np.argmax(cosines + np.array(held) + np.array(grams)))
    around = range(max(0, at - _AROUND), min(len(sentences), at + _AROUND + 1))
    crossed = float(claim.language != evidence.language)
    findings = find_facts(claim, evidence, evidence.sentences[at])
    values = {
        "cosine": float(cosines[at]),
        "nearest": float(cosines.max()),
        "stems": held[at],
        "grams": grams[at],
        **_around(said, asked, [sentences[one] for one in around]),
        "stems_all": _held(said, sentences),
        "asked": float(bool(asked.stems)),
        **_answered(asked, sentences, grams, asked_cosines),
        **place_of_answer(claim, evidence),
    }
    values |= {f"{name}_crossed": value * crossed for name, value in values.items()}
    return Reading(
        evidence.sentences[at],
        tuple(findings),
        {"crossed": crossed, **values, **_counted(findings)},
    )


def _answered(
    asked: Bag, sentences: Sequence[Bag], grams: Sequence[float], cosines: npt.NDArray[np.float32] | None
) -> dict[str, float]:
    """Return how much less the sentence that holds the answer is about the question than the best one: 0 or below."""
    if cosines is None:
        return {"answer_gap": 0.0, "answer_words_gap": 0.0}
    words = np.array([share(set(asked.stems), set(one.stems)) for one in sentences])
    most = max(grams)
    holding = [number for number, held in enumerate(grams) if held >= most - 1e-9]
    return {
        "answer_gap": float(max(cosines[number] for number in holding) - cosines.max()),
        "answer_words_gap": float(max(words[number] for number in holding) - words.max()),
    }


def find_facts(claim: Claim, evidence: Evidence, best: Span) -> list[Finding]:
    """Return what the evidence says of each fact of the claim; spans of the evidence are spans of all of its text."""
    said, whole = Text(claim.text, claim.language), Text(evidence.text, evidence.language)
    near = Text(evidence.text[best.start : best.end], evidence.language)
    denied = [_moved(finding, best.start) for finding in check_negation(said, near)]
    dates = check_dates(said, whole, evidence.date)
    return [*check_numbers(said, whole), *dates, *check_names(said, whole), *denied]


def _moved(finding: Finding, by: int) -> Finding:
    if finding.evidence is None:
        return finding
    span = Span(finding.evidence.start + by, finding.evidence.end + by)
    return Finding(finding.kind, finding.outcome, finding.claim, span, finding.reason)


def _around(said: Bag, asked: Bag, window: Sequence[Bag]) -> dict[str, float]:
    stems = {stem for one in window for stem in one.stems}
    grams = {gram for one in window for gram in one.grams}
    pairs = {pair for one in window for pair in one.pairs}
    return {
        "stems_around": share(set(said.stems), stems),
        "grams_around": share(said.grams, grams),
        "pairs_around": share(said.pairs, pairs),
        "asked_around": share(set(asked.stems), stems) if asked.stems else 0.0,
    }


def _held(said: Bag, sentences: Sequence[Bag]) -> float:
    return share(set(said.stems), {stem for one in sentences for stem in one.stems})


def _counted(findings: Sequence[Finding]) -> dict[str, float]:
    """Return, for each kind of fact, whether the evidence says another thing, or nothing of the kind."""
    kinds = ("number", "date", "name", "negation")
    return {
        f"{kind}_{outcome}": float(any(one.kind == kind and one.outcome == outcome for one in findings))
        for kind in kinds
        for outcome in ("differs", "absent", "same")
    }
