"""Smaller and harder versions of a data set: half of it left out of the index, or a few questions only. Seeded."""

import math
import random
from dataclasses import replace

from rag.errors import DatasetError
from rag.evaluation.gold import Dataset


def check_draws(share: float, seed: int) -> None:
    """Tell of a share or a seed that nothing can be drawn with before hours have gone into an index.

    Raises:
        DatasetError: if the share is not a finite number from 0 to below 1, or the seed is negative.
    """
    if not math.isfinite(share) or not 0 <= share < 1:
        raise DatasetError(
            f"{share} of the articles cannot be held out: give --hold-out from 0 to below 1, such as 0.5"
        )
    if seed < 0:
        raise DatasetError(f"{seed} is no seed: give --seed a whole number, 0 or more")


def hold_out(dataset: Dataset, share: float, *, seed: int = 0) -> Dataset:
    """Return the data set without that share (0…1) of its articles: nothing answers their questions any more.

    What a question loses are places; only when none is left is it unanswerable. So refusals can be measured where every
    question has an answer, on questions of the very kind that are asked. An answerable question of which no document is
    known is dropped, and counted: nobody can tell whether what answers it is left.

    Raises:
        DatasetError: if the share leaves out all articles, or is not within 0…1, or no question is left.
    """
    check_draws(share, seed)
    if not share:
        return dataset
    articles = list(dict.fromkeys(dataset.article(document.id) for document in dataset.documents))
    count = round(share * len(articles))
    if not 0 < count < len(articles):
        raise DatasetError(
            f"{share} of {len(articles)} articles in {dataset.name} cannot be held out: choose another share"
        )
    out = set(random.Random(seed).sample(articles, count))
    kept = tuple(document for document in dataset.documents if dataset.article(document.id) not in out)
    ids = {document.id for document in kept}
    questions = []
    known = [question for question in dataset.questions if question.places or not question.answerable]
    if not known:
        raise DatasetError(
            f"{dataset.name} names no documents that answer its questions, so none can be held out: leave --hold-out away"
        )
    for question in known:
        places = tuple(place for place in question.places if place.document in ids)
        gone = bool(question.places) and not places
        questions.append(
            replace(question, places=places, answerable=False, answers=()) if gone else replace(question, places=places)
        )
    unplaced = len(dataset.questions) - len(known)
    return replace(dataset, documents=kept, questions=tuple(questions), unplaced=unplaced)


def limit_questions(dataset: Dataset, limit: int | None, *, seed: int = 0) -> Dataset:
    """Return the data set with at most `limit` of its questions, in their order; all documents stay."""
    if limit is None or limit >= len(dataset.questions):
        return dataset
    if limit < 1:
        raise DatasetError(f"{limit} questions cannot be asked: give --limit at least 1")
    # Not the draw of `hold_out`: where each article has one question, the few would be those of the articles held out.
    chosen = sorted(random.Random(f"limit {seed}").sample(range(len(dataset.questions)), limit))
    return replace(dataset, questions=tuple(dataset.questions[index] for index in chosen))
