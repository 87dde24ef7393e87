"""The answer in a language model's words, with citations: sentence by sentence as it writes them.

Where the model fails, the passages are quoted instead, and the reader is told why.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import regex

from rag.answering.draft import Draft, answer_text
from rag.answering.growing import Growing
from rag.answering.prompting import Prompt, make_prompt
from rag.answering.quoting import cite, quote
from rag.errors import ModelError
from rag.llms import Llm
from rag.llms.failures import explain, is_too_long
from rag.llms.streaming import BEAT, stream_text
from rag.models import AnswerSentence, Citation, Notice, Passage
from rag.prompts import refusal
from rag.retrieval import Retrieval
from rag.text.markers import CitedSentence, without_markers
from rag.text.orders import order_spans

_REFUSAL = regex.compile(
    r"(?i)[\W_]*(?:(?:final )?answer\W+)?no[ _-]answer"
    r"(?:\W+(?:the|these) passages? (?:do|does|did)(?: not|n['’]t) (?!.*\b(?:but|however)\b)[^\p{Nd}\[\n]{0,200})?[\W_]*"
)
"""The prompts ask for "NO ANSWER" where the passages do not hold the answer; models spell it in their own ways."""
_SHARES = (1.0, 0.5, 0.25)  # of the context: how much to use, and then where the model finds the prompt too long
_MOST_SENTENCES = 12
_SAME = 2  # times that a sentence may come before the model is going round in circles


@dataclass(frozen=True)
class LlmWriter:
    """Writes answers with a language model.

    `load` gives the model, each time an answer is written: one that could not be had may be there the next time. Questions
    with less evidence than `refuse_below` are refused without asking it.
    """

    load: Callable[[], Llm]
    refuse_below: float

    def __call__(self, retrieval: Retrieval) -> Generator[Draft]:
        """Yield the answer as it grows, also while there is no more of it; at first it is empty. The last is whole."""
        if retrieval.evidence < self.refuse_below or not retrieval.passages:
            yield quote(retrieval, refuse_below=1.0)
            return
        name = "the model"
        try:
            llm = self.load()
            name = llm.where
            yield from self._written(llm, retrieval)
        except Exception as error:  # whatever goes wrong in whichever library: the reader gets an answer, and is told
            quoted = quote(retrieval, refuse_below=self.refuse_below)
            yield replace(quoted, notices=(Notice("model_failed", str(explain(error, name))),))

    def _written(self, llm: Llm, retrieval: Retrieval) -> Iterator[Draft]:
        for share in _SHARES:
            prompt = make_prompt(retrieval.question, retrieval.passages, llm, share=share)
            try:
                yield from _Writing(llm, prompt, retrieval).drafts()
                return
            except Exception as error:
                if not is_too_long(error) or share == _SHARES[-1]:
                    raise


@dataclass
class _Writing:
    """One answer on its way."""

    llm: Llm
    prompt: Prompt
    retrieval: Retrieval
    sentences: list[AnswerSentence] = field(default_factory=list)
    cut: bool = False

    def drafts(self) -> Iterator[Draft]:
        growing = Growing(self.retrieval.question.language)
        with closing(stream_text(self.llm, self.prompt.messages, self.prompt.stop)) as pieces:
            told, begun, rambles = 0.0, False, False
            for piece in pieces:
                if piece.anew:
                    growing = Growing(self.retrieval.question.language)
                    self.sentences.clear()
                    self.cut = rambles = False
                ready = growing.take(piece.text)
                if piece.ended:
                    self.cut = piece.cut or rambles
                    ready += growing.finish(cut=piece.cut)
                self._add(ready)
                if self.llm.base and _refuses(growing.text, ended=piece.ended) and not self._cites():
                    break
                rambles = self._goes_round() or rambles
                self.cut = self.cut or rambles
                if rambles and self._cites():
                    break  # or else it may all be thought aloud: its end tells
                if not piece.ended and (ready or not begun or time.monotonic() > told + BEAT):
                    told, begun = time.monotonic(), bool(growing.text)
                    yield self._draft() if begun else Draft("")
        if _refuses(growing.text) and not self._cites():
            yield Draft(refusal(self.retrieval.question.language), model=self.llm.name, notices=self._notices())
        elif self.sentences:
            yield self._draft()
        else:
            longer = "set RAG_MODEL_ANSWER_TOKENS higher" if self.cut else "try again"
            raise ModelError(f"{self.llm.name} wrote no sentence{_told(growing.text)}: {longer}, or take another model")

    def _cites(self) -> bool:
        return any(one.citations for one in self.sentences)

    def _add(self, ready: Sequence[CitedSentence]) -> None:
        for one in ready:
            if _REFUSAL.fullmatch(one.text):
                continue
            # What could not be read as a marker stays in sight, as the model wrote it.
            self.sentences.append(AnswerSentence(" ".join([one.text, *one.unread]), one.citations))

    def _goes_round(self) -> bool:
        texts = [one.text for one in self.sentences]
        again = next((at for at, text in enumerate(texts) if texts[: at + 1].count(text) > _SAME), None)
        if again is not None:
            del self.sentences[again:]
            self.sentences[:] = list(dict.fromkeys(self.sentences))
        del self.sentences[_MOST_SENTENCES:]
        return again is not None or len(texts) > _MOST_SENTENCES

    def _draft(self) -> Draft:
        sentences = tuple(self.sentences)
        citations = tuple(_citation(number, one) for number, one in enumerate(self.prompt.offered, start=1))
        return Draft(answer_text(sentences), sentences, citations, self._notices(), self.llm.name)

    def _notices(self) -> tuple[Notice, ...]:
        notices = []
        if self.prompt.left_out:
            detail = f"{self.prompt.left_out} of {self.prompt.left_out + len(self.prompt.offered)} passages did not fit"
            notices.append(Notice("passages_left_out", f"{detail} into what {self.llm.name} can read"))
        withheld = [one.source for one in self.prompt.offered if order_spans(one.text, one.language)]
        if withheld:
            notices.append(
                Notice("orders_withheld", f"kept from {self.llm.name}: {', '.join(dict.fromkeys(withheld))}")
            )
        if self.cut:
            notices.append(Notice("cut_short", f"{self.llm.name} did not come to an end"))
        return tuple(notices)


def _refuses(text: str, *, ended: bool = True) -> bool:
    """Tell whether a line says no more than that there is no answer; the last one may go on, unless the text has `ended`."""
    lines = text.split("\n") if ended else text.split("\n")[:-1]
    return any(_REFUSAL.fullmatch(without_markers(line)) for line in lines)


def _told(text: str) -> str:
    said = " ".join(text.split())
    return f" (it wrote {said[:60]!r})" if said else ""


def _citation(number: int, passage: Passage) -> Citation:
    """Return the citation of a passage, quoting for now its sentence nearest to the question."""
    nearest = max(passage.sentences, key=lambda one: one.score)
    return cite(number, passage, nearest)
