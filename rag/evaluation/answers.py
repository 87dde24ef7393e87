"""How good are the answers, and the refusals? The assistant asked all questions, its sentences held against gold strings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from rag.chain import Assistant
from rag.evaluation.folding import exact_match, holds, token_f1
from rag.evaluation.gold import GoldQuestion
from rag.models import Answer
from rag.retrieval import PassageRetriever
from rag.settings import Settings

AT = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question.

    `held_at` is the number of the first sentence of the answer that holds a gold string, from 1, None if none does. It, `f1`
    and `exact` are of the answer that would be given were nothing refused; `refused` says whether it was.
    """

    question: GoldQuestion
    evidence: float
    refused: bool
    held_at: int | None
    f1: float
    exact: bool

    def right_at(self, sentences: int) -> bool:
        """Tell whether the answer was given and one of its first `sentences` holds a gold string."""
        return not self.refused and self.held_at is not None and self.held_at <= sentences


def ask_all(
    retriever: PassageRetriever, settings: Settings, questions: Sequence[GoldQuestion], *, show_progress: bool = False
) -> list[Outcome]:
    """Ask all questions; `settings.refuse_below` tells which answers are refused."""
    # Answers that would be refused are wanted as well: the risk-coverage curve goes through all thresholds.
    assistant = Assistant(retriever, settings.model_copy(update={"refuse_below": 0.0, "model": ""}))
    return [
        judge(gold, assistant.ask(gold.text), settings.refuse_below)
        for gold in tqdm(questions, "Answering", unit="question", disable=None if show_progress else True)
    ]


def judge(gold: GoldQuestion, answer: Answer, refuse_below: float) -> Outcome:
    """Hold an answer against what is known."""
    held = (
        number
        for number, sentence in enumerate(answer.sentences, start=1)
        if any(holds(sentence.text, string) for string in gold.answers)
    )
    quote, language = _shortest_quote(answer)
    return Outcome(
        question=gold,
        evidence=answer.evidence,
        refused=not answer.sentences or answer.evidence < refuse_below,
        held_at=next(held, None),
        f1=max((token_f1(quote, string, language) for string in gold.answers), default=0.0),
        exact=any(exact_match(quote, string, language) for string in gold.answers),
    )


def _shortest_quote(answer: Answer) -> tuple[str, str]:
    """Return the shortest quote that the answer's first sentence cites, and its language.

    That sentence is what a reader reads first, and the quote is the least he must read in the source. It is chosen without
    a look at the gold answer, and never cut: what Sanad shows is what is measured. A quoting answer cites whole sentences.
    """
    if not answer.sentences:
        return "", "und"
    cited = [one for one in answer.citations if one.marker in answer.sentences[0].citations]
    best = min(cited, key=lambda one: len(one.quote), default=None)
    return (best.quote, best.language) if best else (answer.sentences[0].text, answer.language)


def answer_figures(outcomes: Sequence[Outcome]) -> dict[str, Any] | None:
    """Return the figures over the answerable questions whose answer is known, and by language; None if there are none.

    `gold_in_sentence` @k: a gold string stands in one of the first k sentences. A refused answer counts as wrong.
    """
    known = [outcome for outcome in outcomes if outcome.question.answerable and outcome.question.answers]
    if not known:
        return None
    languages = sorted({outcome.question.language for outcome in known})
    by_language = {code: _means([one for one in known if one.question.language == code]) for code in languages}
    return {**_means(known), "by_language": by_language}


def _means(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    def mean(values: list[float] | list[bool]) -> float:
        return round(float(np.mean(values)), 4)

    return {
        "questions": len(outcomes),
        "gold_in_sentence": {f"@{k}": mean([outcome.right_at(k) for outcome in outcomes]) for k in AT},
        "F1": mean([0.0 if outcome.refused else outcome.f1 for outcome in outcomes]),
        "EM": mean([outcome.exact and not outcome.refused for outcome in outcomes]),
        "refused": mean([outcome.refused for outcome in outcomes]),
    }
