"""How good are a language model's answers, and what of them does checking catch? With strictness and without."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from rag.chain import Assistant
from rag.checking.answers import check_claims
from rag.checking.checker import Checker
from rag.checking.claims import Claim, Evidence
from rag.checking.joining import join
from rag.evaluation.alce import SentenceScore, score_answer, score_sentence
from rag.evaluation.checking import JUDGE
from rag.evaluation.folding import fold, holds, token_f1
from rag.evaluation.gold import GoldQuestion
from rag.models import Answer, AnswerSentence
from rag.retrieval import PassageRetriever
from rag.settings import Settings

MODES = ("loose", "strict")
_VERDICTS = ("supported", "contradicted", "unsupported")


@dataclass(frozen=True, slots=True)
class Written:
    """A question and what came of it: the model's answer, the same strictly, and the quotations there would be without it."""

    question: GoldQuestion
    loose: Answer
    strict: Answer
    quoted: Answer


def ask_model(
    retriever: PassageRetriever, settings: Settings, questions: Sequence[GoldQuestion], *, show_progress: bool = False
) -> tuple[list[Written], Checker]:
    """Ask all questions of the model that `settings` name; also return what checked them.

    Raises:
        SettingsError: if they name none, or one that there cannot be.
    """
    assistant = Assistant(retriever, settings.model_copy(update={"strict": False}))
    quoting = Assistant(retriever, settings.model_copy(update={"model": "", "strict": False}))
    written = []
    for gold in tqdm(questions, "Writing", unit="question", disable=None if show_progress else True):
        *_, turn = assistant.turns(gold.text)
        loose, strict = assistant.answer(turn, strict=False), assistant.answer(turn, strict=True)
        written.append(Written(gold, loose, strict, quoting.ask(gold.text)))
    return written, assistant.checker


def writing_figures(written: Sequence[Written], checker: Checker) -> dict[str, Any]:
    """Return the figures.

    `made_up` are sentences of the model that stand, folded, in no passage and hold no gold answer, `marked` the share of them
    that checking does not call supported. Of all sentences that reach the reader, `unmarked` is the share of made-up ones
    called supported, and `wrong_unmarked` that of those called supported that neither hold a gold answer nor stand within
    one: it counts true sentences beside the point too. Latencies are of answers that the model wrote, in milliseconds.
    """
    by_model = [one for one in written if one.loose.model]
    sentences = [(one, sentence) for one in by_model for sentence in one.loose.sentences]
    made_up = [sentence for one, sentence in sentences if _is_made_up(one, sentence)]
    return {
        "model": next((one.loose.model for one in by_model), ""),
        "questions": len(written),
        "written": len(by_model),
        "failed": sum(any(notice.kind == "model_failed" for notice in one.loose.notices) for one in written),
        "made_up": {
            "sentences": len(made_up),
            "of": len(sentences),
            "marked": _mean([one.verdict != "supported" for one in made_up]),
        },
        "quoting": _mode(written, "quoted", checker),
        **{mode: _mode(written, mode, checker) for mode in MODES},
        "first_token_ms": _median([one.loose.timings_ms.get("first_token") for one in by_model]),
        "first_sentence_ms": _median([one.loose.timings_ms.get("first_sentence") for one in by_model]),
    }


def _mode(written: Sequence[Written], mode: str, checker: Checker) -> dict[str, Any]:
    pairs: list[tuple[Written, Answer]] = [(one, getattr(one, mode)) for one in written]
    known = [(one, answer) for one, answer in pairs if one.question.answerable and one.question.answers]
    said = [(one, sentence) for one, answer in pairs for sentence in answer.sentences]
    cited = [_citations(answer, checker) for _, answer in pairs if answer.sentences]
    recall, precision = np.mean(cited, axis=0) if cited else (None, None)
    refused = [one.question.answerable for one, answer in pairs if answer.refused]
    unanswerable = sum(not one.question.answerable for one in written)
    return {
        "F1": _mean([_f1(one.question, answer) for one, answer in known]),
        "gold_in_answer": _mean([_holds_gold(one.question, answer) for one, answer in known]),
        "sentences": len(said),
        **{verdict: _mean([sentence.verdict == verdict for _, sentence in said]) for verdict in _VERDICTS},
        "unmarked": _mean([sentence.verdict == "supported" and _is_made_up(one, sentence) for one, sentence in said]),
        "wrong_unmarked": _mean([_is_wrong(one, sentence) for one, sentence in said]),
        "citations": {"recall": _rounded(recall), "precision": _rounded(precision), "judge": JUDGE},
        "refusal": {
            "refused": len(refused),
            "precision": _mean([not answerable for answerable in refused]),
            "recall": _rounded(refused.count(False) / unanswerable) if unanswerable else None,
        },
    }


def _f1(gold: GoldQuestion, answer: Answer) -> float:
    """Return the best token F1 of the answer's first sentence: what is read first."""
    if not answer.sentences:
        return 0.0
    return max(token_f1(answer.sentences[0].text, string, gold.language) for string in gold.answers)


def _holds_gold(gold: GoldQuestion, answer: Answer) -> bool:
    return any(holds(sentence.text, string) for sentence in answer.sentences for string in gold.answers)


def _is_made_up(one: Written, sentence: AnswerSentence) -> bool:
    if any(holds(sentence.text, string) for string in one.question.answers):
        return False
    bare = fold(sentence.text).strip(" .؟?!،,\"'“”«»")
    return not any(bare in fold(passage.text) for passage in one.loose.passages)


def _is_wrong(one: Written, sentence: AnswerSentence) -> bool:
    """Tell whether a sentence is called supported, is no quotation, and has nothing of a gold answer."""
    if sentence.verdict != "supported" or any(sentence.text == proof.text for proof in sentence.proof):
        return False
    return not any(
        holds(sentence.text, string) or holds(string, sentence.text.strip(" .")) for string in one.question.answers
    )


def _citations(answer: Answer, checker: Checker) -> tuple[float, float]:
    """Return ALCE's citation recall and precision of an answer. What was checked is not checked again."""
    passages = {
        one.marker: Evidence(one.before + one.quote + one.after, one.language, one.source) for one in answer.citations
    }
    scored = []
    for sentence in answer.sentences:
        if sentence.verdict != "supported" or not sentence.citations:
            scored.append(SentenceScore(False, len(sentence.citations), 0))
            continue
        claim = Claim(sentence.text, answer.language, answer.question)

        def supports(numbers: tuple[int, ...], claim: Claim = claim, all_of: int = len(sentence.citations)) -> bool:
            if len(numbers) == all_of:
                return True
            evidence = join([passages[number] for number in numbers]).evidence
            return check_claims(checker, [(claim, [evidence])])[0].label == "supported"

        scored.append(score_sentence(sentence.citations, passages, supports))
    return score_answer(scored)


def _mean(values: Sequence[float | bool]) -> float | None:
    return _rounded(float(np.mean(values))) if len(values) else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(float(np.median(known)), 1) if known else None
