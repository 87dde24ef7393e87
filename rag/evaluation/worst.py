"""The questions that a system did worst on: what was expected, and what came first."""

from dataclasses import dataclass

from rag.evaluation.evaluate import Evaluation
from rag.models import Passage

MOST = 20


@dataclass(frozen=True, slots=True)
class Miss:
    """A question, its nDCG@10 (0…1), the rank of the first relevant document (None: not found) and what came first instead.

    `expected` holds a source and its quote, if one is known, for each place that answers it.
    """

    id: str
    question: str
    language: str
    score: float
    rank: int | None
    answers: tuple[str, ...]
    expected: tuple[tuple[str, str], ...]
    first: Passage | None


def worst_questions(evaluation: Evaluation, most: int = MOST) -> list[Miss]:
    """Return the questions of the first system with the least nDCG@10 (below 1), the latest found first."""
    result = next(iter(evaluation.systems.values()))
    if result.documents is None:
        return []
    documents = {document.id: document for document in evaluation.dataset.documents}
    misses = []
    for question in evaluation.dataset.questions:
        scores = result.documents.scores.get(question.id)
        if scores is None or scores["nDCG@10"] >= 1:
            continue
        gold = {place.document for place in question.places}
        ranked = enumerate(result.run.documents.get(question.id, ()), start=1)
        expected = {
            documents[place.document].source: documents[place.document].text[place.span.start : place.span.end]
            if place.span
            else documents[place.document].title or documents[place.document].text[:200]
            for place in question.places
        }
        misses.append(
            Miss(
                id=question.id,
                question=question.text,
                language=question.language,
                score=scores["nDCG@10"],
                rank=next((rank for rank, document in ranked if document in gold), None),
                answers=question.answers,
                expected=tuple(expected.items()),
                first=result.run.first.get(question.id),
            )
        )
    misses.sort(key=lambda miss: (miss.score, -(miss.rank or 10**9)))
    return misses[:most]
