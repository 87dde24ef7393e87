"""What speaks for and against a claim in a piece of evidence, as numbers: reading both together, words, facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
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
"""A sentence with more content words than these needs no question to be understood."""
FULLEST, NEAREST = 2, 4
"""Sentences that a claim is read with: in one language those that hold most of its words, and as many for its question; in two
languages those that are nearest by their vectors."""
PairKind = Literal["statement", "answer", "across"]
"""A statement and its evidence in one language; an answer with the question that completes it; a claim in another language."""
_ORDINALS_WITH_POINTS = frozenset(
    ["cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "no", "pl", "sk", "sl", "tr"]
)
"""Languages in which "3. Oktober" is the third of October."""
_LIST_NUMBER = regex.compile(r"^\s*\(?\p{N}{1,2}[.)](?=\s+[\p{Lu}\p{Lo}\p{P}])")
_SUREST = 8.0
"""Logits beyond this, either way, are as sure as this: the regression was fitted on few of them."""
_AROUND = 1
"""Sentences before and after the best one that a claim may draw on too."""


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """The sentences of a piece of evidence that a claim is compared with: their numbers, in order, and what comparing gave.

    Within a language that is the `logit` of reading them together with the claim; in two it is the cosine of each with the claim,
    shape `(len(sentences),)`: what was learnt to be read together is mostly in one language, and reading adds nothing there.
    """

    sentences: tuple[int, ...]
    cosines: Vectors
    logit: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A piece of evidence read for one claim: where it is nearest, what its facts are, and all as numbers."""

    kind: PairKind
    best: Span
    findings: tuple[Finding, ...]
    features: Mapping[str, float]


def is_crossed(claim: Claim, evidence: Evidence) -> bool:
    """Tell whether claim and evidence are in two languages: then words do not tell which sentences are near."""
    return claim.language != evidence.language


def kind_of(claim: Claim, evidence: Evidence) -> PairKind:
    """Return which of the regressions judges."""
    if is_crossed(claim, evidence):
        return "across"
    return "answer" if claim.question else "statement"


def fullest(claim: Claim, evidence: Evidence) -> tuple[int, ...]:
    """Return the numbers of the sentences that hold most of the claim's words, and most of its question's, in order."""
    if len(evidence.sentences) <= FULLEST:
        return tuple(range(len(evidence.sentences)))
    sentences = [bag(evidence.text[one.start : one.end], evidence.language).grams for one in evidence.sentences]
    kept: set[int] = set()
    for text in filter(None, (claim.text, claim.question)):
        held = [share(bag(text, claim.language).grams, grams) for grams in sentences]
        kept |= set(np.argsort([-one for one in held], kind="stable")[:FULLEST].tolist())
    return tuple(sorted(kept))


def as_pair(claim: Claim, evidence: Evidence, sentences: Sequence[int]) -> tuple[str, str]:
    """Return the two texts that are read together: the claim, after its question, and some sentences of the evidence."""
    spans = [evidence.sentences[number] for number in sentences]
    return f"{claim.question} {claim.text}".strip(), " ".join(evidence.text[one.start : one.end] for one in spans)


def standing_alone(claim: Claim) -> Claim:
    """Return the claim without its question, if it is a sentence so long that it needs none.

    A long piece of the source needs it all the same: it stands there, whatever was asked.

    >>> standing_alone(Claim("The northern port of Sidra was opened by engineer Hanna Weber.", "en", "Who opened it?")).question
    ''
    >>> standing_alone(Claim("the engineer Hanna Weber of the northern port authority", "en", "Who opened it?")).question
    'Who opened it?'
    """
    ends = regex.search(r"[.!?؟。！？।॥…][\p{P}\s]*$", claim.text)
    if not ends or len(bag(claim.text, claim.language).stems) <= _ELLIPTICAL:
        return claim
    return replace(claim, question="")


def read(claim: Claim, evidence: Evidence, near: Near) -> Reading:
    """Read evidence, which has a sentence at least, for a claim."""
    asked, said = bag(claim.question, claim.language), bag(claim.text, claim.language)
    sentences = [bag(evidence.text[one.start : one.end], evidence.language) for one in evidence.sentences]
    held = [share(set(said.stems), set(one.stems)) for one in sentences]
    grams = [share(said.grams, one.grams) for one in sentences]
    of = np.array(near.sentences)
    place = int(np.argmax(near.cosines + np.array(held)[of] + np.array(grams)[of]))
    at = near.sentences[place]
    around = range(max(0, at - _AROUND), min(len(sentences), at + _AROUND + 1))
    findings = find_facts(claim, evidence, evidence.sentences[at])
    if claim.question and _stands_in(claim.text, evidence.text):
        # A short answer has its facts then: the question is whether it is the answer, and whether it is denied.
        findings = [one for one in findings if one.kind == "negation"]
    values = {
        "read": float(np.clip(np.nan_to_num(near.logit), -_SUREST, _SUREST)),
        "cosine": float(near.cosines[place]),
        "nearest": float(near.cosines.max()),
        "stems": held[at],
        "grams": grams[at],
        **_around(said, asked, [sentences[one] for one in around]),
        "stems_all": share(set(said.stems), {stem for one in sentences for stem in one.stems}),
    }
    answered = place_of_answer(claim, evidence)
    answered["answer_words_gap"] = _gap(
        asked, [sentences[one] for one in near.sentences], [grams[one] for one in near.sentences]
    )
    answered["answer_fits"] = fits(claim.question, claim.text, claim.language) if claim.question else 0.0
    return Reading(
        kind_of(claim, evidence),
        evidence.sentences[at],
        tuple(findings),
        {**values, **answered, **_counted(findings)},
    )


def _gap(asked: Bag, sentences: Sequence[Bag], grams: Sequence[float]) -> float:
    """Return how much fewer (−1…0) of a question's words the sentence with the answer has than the best one; 0 without any."""
    if not asked.stems:
        return 0.0
    words = [share(set(asked.stems), set(one.stems)) for one in sentences]
    return max(had for had, holds in zip(words, grams, strict=True) if holds >= max(grams) - 1e-9) - max(words)


def _stands_in(answer: str, text: str) -> bool:
    """Tell whether a text has an answer as it is: not the 8 of 18, nor the end of a word."""
    answer = regex.sub(r"^[\p{P}\s]+|[\p{P}\s]+$", "", fold_text(answer))
    before = r"(?<![\p{L}\p{M}\p{N}]|\p{N}[.,])"
    after = r"(?![\p{L}\p{M}--\p{Hangul}]|\p{N}|[.,]\p{N})"
    return bool(answer) and regex.search(f"(?V1){before}{regex.escape(answer)}{after}", fold_text(text)) is not None


def find_facts(claim: Claim, evidence: Evidence, best: Span) -> list[Finding]:
    """Return what the evidence says of each fact of the claim; spans of the evidence are spans of all of its text."""
    said, whole = Text(_unlisted(claim), claim.language), Text(evidence.text, evidence.language)
    near = Text(evidence.text[best.start : best.end], evidence.language)
    denied = [_moved(finding, best.start) for finding in check_negation(said, near)]
    dates = check_dates(said, whole, evidence.date)
    return [*check_numbers(said, whole), *dates, *check_names(said, whole), *denied]


def _unlisted(claim: Claim) -> str:
    """Return a claim's text with spaces in place of the number that it begins with as an item of a list.

    >>> _unlisted(Claim("4. Turn on the lamp.", "en"))
    '   Turn on the lamp.'
    """
    if claim.language in _ORDINALS_WITH_POINTS:
        return claim.text
    return _LIST_NUMBER.sub(lambda match: " " * len(match[0]), claim.text)


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
