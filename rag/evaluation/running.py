"""A system asked all questions: what it ranked, and how long it took."""

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from rag.errors import DatasetError, QuestionError
from rag.evaluation.corpus import Corpus
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.systems import MeasuredRetriever
from rag.models import Passage, Question
from rag.questions import make_question
from rag.retrieval import PassageRetriever
from rag.settings import Settings

_MOST_TIMED = 100  # questions: more would not move a median
_WARMING = 3
_DEEPEST = 1_000


@dataclass(frozen=True)
class SystemRun:
    """What a system ranked: question id → document ids and passage keys, the best first, and the very first passage."""

    documents: dict[str, list[str]]
    passages: dict[str, list[str]]
    first: dict[str, Passage]


def check_questions(questions: Sequence[GoldQuestion], settings: Settings) -> None:
    """Tell of a question that cannot be asked before time has gone into an index.

    Raises:
        DatasetError: if a question is empty or too long.
    """
    for gold in questions:
        try:
            make_question(gold.text, max_chars=settings.max_question_chars)
        except QuestionError as error:
            raise DatasetError(f"question {gold.id!r} cannot be asked: {error}") from error


def passage_key(document: str, start: int, end: int) -> str:
    """Return the name of a passage in qrels and runs."""
    return f"{document}:{start}-{end}"


def depth(corpus: Corpus) -> int:
    """Return how many passages to rank so that about a hundred documents are among them (R@100), at most 1,000."""
    per_document = -(-corpus.count // max(1, len(corpus.passages)))
    return max(1, min(corpus.count, 200 * per_document, _DEEPEST))


def run_system(
    retriever: MeasuredRetriever, questions: Sequence[GoldQuestion], depth: int, *, show_progress: bool = False
) -> SystemRun:
    """Ask all questions, and rank `depth` passages or more.

    A document stands where the best of its passages stands, one that repeats another right behind it.
    """
    run = SystemRun({}, {}, {})
    asked = [_question(gold) for gold in questions]
    encoded = retriever.embedder.encode_questions([question.text for question in asked])
    bar = tqdm(questions, "Retrieving", unit="question", disable=None if show_progress else True)
    for gold, question, one in zip(bar, asked, encoded, strict=True):
        found = retriever.ranked(question, one, depth)
        run.documents[gold.id] = list(dict.fromkeys(passage.document for passage in found))
        keys = (passage_key(passage.document, passage.start, passage.end) for passage in found)
        run.passages[gold.id] = list(dict.fromkeys(keys))
        if found:
            run.first[gold.id] = found[0]
    return run


def time_system(retriever: PassageRetriever, questions: Sequence[GoldQuestion], *, seed: int = 0) -> dict[str, float]:
    """Return the median and the 95th percentile, in milliseconds, of whole retrievals: warm, one at a time.

    At most a hundred of the questions are asked, after three to warm up.
    """
    timed = random.Random(seed).sample(list(questions), min(_MOST_TIMED, len(questions)))
    for gold in timed[:_WARMING]:
        retriever.retrieve(_question(gold))
    elapsed = []
    for gold in timed:
        started = time.perf_counter()
        retriever.retrieve(_question(gold))
        elapsed.append((time.perf_counter() - started) * 1000)
    return {f"p{percent}": round(float(np.percentile(elapsed, percent)), 2) for percent in (50, 95)}


def _question(gold: GoldQuestion) -> Question:
    return make_question(gold.text, max_chars=sys.maxsize)  # `check_questions` has seen to its length
