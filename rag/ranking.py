"""How well each candidate passage fits a question: dense, sentence and lexical scores → one score.

A passage's score is its own cosine with the question, plus that of its best sentence, plus a share of the question's terms that
it holds, plus how near the question's tokens are to its own. All mean the same in an index of any size, so that nothing need be
standardised question by question.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Method = Literal["hybrid", "dense", "lexical", "rrf"]
"""`rrf` is reciprocal-rank fusion of dense and BM25 (Cormack, Clarke & Büttcher 2009), the usual hybrid: to compare with."""

BY_BM25: tuple[Method, ...] = ("lexical", "rrf")
"""Those that rank by BM25; of the others it only puts candidates forward."""

LEXICAL = 0.11
"""Weight of the terms held. Fitted on SQuAD and TyDi QA (`benchmarks/README.md`): with it alone free, .104 to .114."""
LATE = 0.4
"""Weight of late interaction. `benchmarks/fit_late_interaction.py` prints what others give: .2 to .6 do as well mostly."""
ECHO, ECHO_FROM = 0.5, 0.7
"""Weight of likeness to the best passage, and the likeness from which on it counts: what is about the same thing is below."""
_RRF = 60
_LEADERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What is known of the candidates for a question, each of shape `(n,)`.

    `dense` is the cosine of the passage, `sentence` of its best sentence; `bm25` and `coverage` (0…1) are lexical.
    `known` is the share of the question's terms that any passage holds. `late` is how near the question's tokens are to those of
    the passage (`rag.late_interaction`), None where nothing is known of tokens.
    """

    dense: Scores
    sentence: Scores
    bm25: Scores
    coverage: Scores
    languages: Sequence[str]
    known: float = 1.0
    late: Scores | None = None


def score(candidates: Candidates, method: Method, *, balanced: bool) -> Scores:
    """Return the score of each candidate, shape `(n,)`: the higher the better, of no meaning between methods.

    Terms are mostly shared within a language, and tokens are nearer there. So `balanced` counts, in place of what a passage
    covers of the question, what it covers more than the best of its own language do; and of its tokens the same.
    """
    if method == "dense":
        return candidates.dense
    if method == "lexical":
        return candidates.bm25
    if method == "rrf":
        return _reciprocal(candidates.dense) + np.where(candidates.bm25 > 0, _reciprocal(candidates.bm25), 0)
    # Of the terms that anything holds: "when" and "was" in a question must not make a permit's number count for less.
    coverage = candidates.coverage / np.float32(max(candidates.known, 1e-9))
    late = np.zeros_like(coverage) if candidates.late is None else candidates.late
    if balanced:
        coverage = coverage - _leaders(coverage, candidates.languages)
        late = late - _leaders(late, candidates.languages)
    return candidates.dense + candidates.sentence + np.float32(LEXICAL) * coverage + np.float32(LATE) * late


def echoes(scores: Scores, likeness: Scores, languages: Sequence[str]) -> Scores:
    """Return scores, shape `(n,)`, in which passages of other languages that say what the best one says come up after it.

    Feedback from the first result (Rocchio 1971), between languages alone: a question finds the report in its own language,
    and the report finds itself in the others. `likeness`, shape `(n,)`, is that of each passage to the best one. The best stays
    first, and among passages of its language the order stays.
    """
    best = int(np.argmax(scores))
    bonus = ECHO * np.clip(likeness - ECHO_FROM, 0, 1 - ECHO_FROM)
    bonus[[language == languages[best] for language in languages]] = 0
    bonus[best] = ECHO * (1 - ECHO_FROM)
    return np.asarray(scores + bonus, np.float32)


def _reciprocal(scores: Scores) -> Scores:
    ranks = np.empty(len(scores), np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return np.asarray(1 / (_RRF + ranks), np.float32)


def _leaders(scores: Scores, languages: Sequence[str]) -> Scores:
    """Return, for each candidate, the mean of the highest scores in its language."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, language in enumerate(languages):
        members[language].append(number)
    leaders = np.zeros_like(scores)
    for mine in members.values():
        leaders[mine] = np.sort(scores[mine])[-_LEADERS:].mean()
    return leaders
