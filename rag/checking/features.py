"""What speaks for and against a claim in a piece of evidence, as numbers: meaning, words, facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import regex

from rag.checking.asked_for import fits
from rag.checking.claims import Claim, Evidence
from rag.checking.placing import place_of_answer
from rag.checking.words import Bag, bag, share
from rag.embeddings import Vectors
from rag.facts.base import Finding, Text
from rag.facts.dates import check_dates
from rag.facts.names import check_names
from rag.facts.negation import check_negation
from rag.facts.numbers import check_numbers
from rag.models import Span
from rag.text.folding import fold_text

_ELLIPTICAL = 6
"""A claim with more content words than these needs no question to be understood."""
_FULLEST, _MOST = 2, 60
"""Sentences whose meaning is compared: in one language, where two do as well as four (AUROC within .001), and in two."""
_NEAREST = 4
"""The same in two languages, where an index's vectors tell which sentences are near."""
_AROUND = 1
"""Sentences before and after the best one that a claim may draw on too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A piece of evidence read for one claim: where it is nearest, what its facts are, and all as numbers."""

    best: Span
    findings: tuple[Finding, ...]
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Cosines:
    """A claim's cosines with the sentences `of` a piece of evidence (their numbers), shape `(len(of),)`.

    `said` are those of the claim, after its question if it has one; `asked` of the question and `alone` of the answer without it,
    both None without a question.
    """

    of: tuple[int, ...]
    said: npt.NDArray[np.float32]
    asked: npt.NDArray[np.float32] | None = None
    alone: npt.NDArray[np.float32] | None = None


def worth_embedding(claim: Claim, evidence: Evidence, claimed: Sequence[Vectors] = ()) -> tuple[int, ...]:
    """Return the numbers of the sentences whose meaning is compared with the claim's, in order.

    In one language those that hold most of its words, and of its question's. In two languages words tell nothing: then it is
    those that an index's vectors put nearest to one of the vectors `claimed`, each of shape `(dimension,)`, or that have none.
    """
    count = len(evidence.sentences)
    if count <= _FULLEST:
        return tuple(range(count))
    if claim.language != evidence.language:
        return _nearest(evidence, claimed)[:_MOST]
    sentences = [bag(evidence.text[one.start : one.end], evidence.language).grams for one in evidence.sentences]
    kept: set[int] = set()
    for text in filter(None, (claim.text, claim.question)):
        held = [share(bag(text, claim.language).grams, grams) for grams in sentences]
        kept |= set(np.argsort([-one for one in held], kind="stable")[:_FULLEST].tolist())
    return tuple(sorted(kept))


def _nearest(evidence: Evidence, claimed: Sequence[Vectors]) -> tuple[int, ...]:
    known = [number for number, span in enumerate(evidence.sentences) if span in evidence.vectors]
    if not known or not claimed:
        return tuple(range(len(evidence.sentences)))
    vectors = np.array([evidence.vectors[evidence.sentences[number]] for number in known])
    left = set(known)
    for one in claimed:
        left -= {known[at] for at in np.argsort(-(vectors @ one), kind="stable")[:_NEAREST].tolist()}
    return tuple(number for number in range(len(evidence.sentences)) if number not in left)


def standing_alone(claim: Claim) -> Claim:
    """Return the claim without its question, if it is so long that it needs none."""
    needs = claim.question and len(bag(claim.text, claim.language).stems) <= _ELLIPTICAL
    return claim if needs or not claim.question else replace(claim, question="")


def read(claim: Claim, evidence: Evidence, cosines: Cosines) -> Reading:
    """Read evidence, which has a sentence at least, for a claim."""
    asked, said = bag(claim.question, claim.language), bag(claim.text, claim.language)
    sentences = [bag(evidence.text[one.start : one.end], evidence.language) for one in evidence.sentences]
    held = [share(set(said.stems), set(one.stems)) for one in sentences]
    grams = [share(said.grams, one.grams) for one in sentences]
    of = np.array(cosines.of)
    at = int(of[np.argmax(cosines.said + np.array(held)[of] + np.array(grams)[of])])
    around = range(max(0, at - _AROUND), min(len(sentences), at + _AROUND + 1))
    findings = find_facts(claim, evidence, evidence.sentences[at])
    if claim.question and _stands_in(claim.text, evidence.text):
        # A short answer has its facts then: the question is whether it is the answer, and whether it is denied.
        findings = [one for one in findings if one.kind == "negation"]
    values = {
        "cosine": float(cosines.said[cosines.of.index(at)]),
        "nearest": float(cosines.said.max()),
        "stems": held[at],
        "grams": grams[at],
        **_around(said, asked, [sentences[one] for one in around]),
        "stems_all": share(set(said.stems), {stem for one in sentences for stem in one.stems}),
    }
    crossed, completed = float(claim.language != evidence.language), float(bool(claim.question))
    values |= {f"{name}_crossed": value * crossed for name, value in values.items()} | {
        f"{name}_asked": value * completed for name, value in values.items()
    }
    answered = _answered(asked, sentences, grams, cosines) | place_of_answer(claim, evidence)
    answered["answer_fits"] = fits(claim.question, claim.text, claim.language) if claim.question else 0.0
    return Reading(
        evidence.sentences[at],
        tuple(findings),
        {"crossed": crossed, "asked": completed, **values, **answered, **_counted(findings)},
    )


def _answered(asked: Bag, sentences: Sequence[Bag], grams: Sequence[float], cosines: Cosines) -> dict[str, float]:
    """Return how well an answer goes with its question in the evidence; all 0 without a question.

    `answer_gain` is by how much nearer the evidence is to question and answer than to the question; `answer_alone` how near the
    sentence that holds the answer is to it; `answer_gap` and `answer_words_gap` (0 or below) how much less that sentence is about
    the question than the best one is.
    """
    if cosines.asked is None or cosines.alone is None:
        return dict.fromkeys(("answer_gain", "answer_alone", "answer_gap", "answer_words_gap"), 0.0)
    words = np.array([share(set(asked.stems), set(sentences[number].stems)) for number in cosines.of])
    most = max(grams[number] for number in cosines.of)
    holding = [at for at, number in enumerate(cosines.of) if grams[number] >= most - 1e-9]
    return {
        "answer_gain": float(cosines.said.max() - cosines.asked.max()),
        "answer_alone": float(max(cosines.alone[at] for at in holding)),
        "answer_gap": float(max(cosines.asked[at] for at in holding) - cosines.asked.max()),
        "answer_words_gap": float(max(words[at] for at in holding) - words.max()),
    }


def _stands_in(answer: str, text: str) -> bool:
    """Tell whether a text has an answer as it is: not the 8 of 18, nor the end of a word."""
    answer = regex.sub(r"^[\p{P}\s]+|[\p{P}\s]+$", "", fold_text(answer))
    before = r"(?<![\p{L}\p{M}\p{N}]|\p{N}[.,])"
    after = r"(?![\p{L}\p{M}--\p{Hangul}]|\p{N}|[.,]\p{N})"
    return bool(answer) and regex.search(f"(?V1){before}{regex.escape(answer)}{after}", fold_text(text)) is not None


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


def _counted(findings: Sequence[Finding]) -> dict[str, float]:
    """Return, for each kind of fact, whether the evidence says another thing, or nothing of the kind."""
    kinds = ("number", "date", "name", "negation")
    return {
        f"{kind}_{outcome}": float(any(one.kind == kind and one.outcome == outcome for one in findings))
        for kind in kinds
        for outcome in ("differs", "absent", "same")
    }
