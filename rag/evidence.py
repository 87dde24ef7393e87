"""How sure are we that the passages answer the question? One calibrated number in 0…1.

A logistic regression on what retrieval knows already, and another one for an index of one language that is asked in it: there
nothing is bridged, and cosines lie otherwise. An index mostly of the question's language is between them. Their weights are in
`rag/data`, `evidence-MODEL.json` and `evidence-alone-MODEL.json`, to be read; `benchmarks/fit_evidence.py` and
`fit_evidence_alone.py` fit them, and say on what. For a model that nothing was fitted for the answer is 0.5.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources

from rag.balance import file_name
from rag.models import Passage
from rag.relevance import ranked_sentences


def evidence_features(language: str, passages: Sequence[Passage]) -> dict[str, float]:
    """Return what speaks for and against an answer in the passages, which must not be empty; `language` is the question's."""
    ranked = ranked_sentences(passages)
    best = ranked[0]
    crossed = float(best.passage.language != language)
    others = [one.relevance for one in ranked[1:10]] or [best.relevance]
    lead = best.relevance - sum(others) / len(others)
    dense = [passage.dense for passage in passages]
    return {
        "relevance": best.relevance,
        "lead": lead,
        "passage_lead": max(dense) - sum(dense) / len(dense),
        "coverage": passages[0].coverage * (1 - crossed),
        "coverage_crossed": passages[0].coverage * crossed,
        "crossed": crossed,
        "relevance_crossed": best.relevance * crossed,
        "lead_crossed": lead * crossed,
        "few": 1 / len(passages),
        "relevance_few": best.relevance / len(passages),
        "coverage_few": passages[0].coverage * (1 - crossed) / len(passages),
        "crossed_few": crossed / len(passages),
    }


def alone_features(passages: Sequence[Passage]) -> dict[str, float]:
    """Return the same for an index of one language, asked in it."""
    features = evidence_features(passages[0].language, passages)
    return {"dense": max(passage.dense for passage in passages)} | {name: features[name] for name in _ALONE}


_ALONE = ("relevance", "lead", "passage_lead", "coverage", "few", "relevance_few", "coverage_few")


@dataclass(frozen=True)
class Evidence:
    """A fitted model of the probability that the passages hold the answer; without weights it knows nothing.

    `alone` is the model for an index of one language; without it this one is asked there too.
    """

    intercept: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    alone: "Evidence | None" = None

    def score(self, language: str, passages: Sequence[Passage], shares: Mapping[str, float] | None = None) -> float:
        """Return the probability that the passages answer a question in `language`; 0.0 where there are none.

        `shares` are those (0…1) that languages have in the index. From half of it to all, the model for one language gains
        weight: a stray document must not change what is refused.
        """
        if not any(passage.sentences for passage in passages):
            return 0.0
        weight = max(0.0, 2 * (shares or {}).get(language, 0.0) - 1) if self.alone is not None else 0.0
        general = self._probability(evidence_features(language, passages)) if weight < 1 else 0.0
        alone = self.alone._probability(alone_features(passages)) if self.alone is not None and weight > 0 else 0.0
        return weight * alone + (1 - weight) * general

    def _probability(self, features: Mapping[str, float]) -> float:
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-logit))


def load_evidence(model_name: str) -> Evidence:
    """Return what was fitted for this model, or an `Evidence` that says 0.5 to everything."""
    general, alone = _read("evidence", model_name), _read("evidence-alone", model_name)
    return Evidence() if general is None else replace(general, alone=alone)


def _read(kind: str, model_name: str) -> Evidence | None:
    file = resources.files("rag.data").joinpath(file_name(kind, model_name, "json"))
    if not file.is_file():
        return None
    fitted = json.loads(file.read_text("utf-8"))
    return Evidence(fitted["intercept"], fitted["weights"])
