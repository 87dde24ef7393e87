"""A message that does not stand alone → the question that it asks, in a language model's words, if these hold."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence, Set
from contextlib import closing, suppress
from dataclasses import replace

import regex
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from rag.errors import ModelError
from rag.facts.base import Text
from rag.facts.naming import names_in
from rag.facts.polarity import negations
from rag.facts.words import read
from rag.followups.joining import join
from rag.followups.needing import needs_context
from rag.llms import Llm
from rag.llms.counting import tokens
from rag.llms.streaming import Piece, stream_text, text_of
from rag.models import Round
from rag.prompts import fill
from rag.text.function_words import content
from rag.text.neutral import neutral
from rag.text.orders import is_order, without_orders
from rag.text.sentences import sentence_spans
from rag.text.terms import terms, words

_ROUNDS = 3  # that a message may go on from
_ROUND_CHARS = 600  # of each earlier question and answer
_SECONDS = 10.0
_MOST_CHARS = 400
_KNOWN = 0.5  # share of the question's words that must have been said before: the rest may be other forms of them
_STATED = ".。۔।!！"  # what ends no question
_FIGURES = regex.compile(r"\p{Nd}+")


def rewrite(message: str, language: str, history: Sequence[Round], llm: Llm) -> str | None:
    """Return what a message asks, standing alone; None if the model's question adds what nobody has said, or is none.

    Raises:
        Exception: whatever the model's library raises.
    """
    hurried = replace(llm, seconds=min(_SECONDS, llm.seconds))  # the reader waits for the answer, not for this
    asked = _prompt(message, language, history, llm)
    written = text_of(_in_time(stream_text(hurried, asked), hurried)).strip().strip('"“”«»*') if asked else ""
    said = " ".join([message, *(f"{one.question} {one.answer}" for one in history[-_ROUNDS:])])
    return written if _holds(written, said, message, language) else None


def _prompt(message: str, language: str, history: Sequence[Round], llm: Llm) -> list[BaseMessage]:
    """Return what the model is asked, with as many of the last rounds as fit; nothing if none does."""
    rounds = [
        fill(
            "standalone",
            language,
            "round",
            question=neutral(without_orders(one.question[:_ROUND_CHARS], language)),
            answer=neutral(without_orders(one.answer[:_ROUND_CHARS], language)),
        )
        for one in history[-_ROUNDS:]
    ]
    for first in range(len(rounds)):
        told = "\n\n".join(rounds[first:])
        asked: list[BaseMessage] = [
            SystemMessage(fill("standalone", language, "system")),
            HumanMessage(fill("standalone", language, "human", history=told, message=neutral(message))),
        ]
        if sum(tokens(one.text) for one in asked) <= llm.context - llm.answer_tokens:
            return asked
    return []


def _in_time(pieces: Generator[Piece], llm: Llm) -> Iterator[Piece]:
    begun = time.monotonic()
    with closing(pieces):
        for piece in pieces:
            if time.monotonic() > begun + llm.seconds:
                raise ModelError(f"{llm.name} took longer than {llm.seconds:g} s over a question")
            yield piece


def _holds(written: str, said: str, message: str, language: str) -> bool:
    """Tell whether a question says no more than was said, keeps what was asked, and stands alone."""
    if not written or "\n" in written or len(written) > _MOST_CHARS or needs_context(written, language):
        return False
    if not set(_FIGURES.findall(written)) <= set(_FIGURES.findall(said)):
        return False
    if not set(_FIGURES.findall(message)) <= set(_FIGURES.findall(written)):
        return False
    if len(sentence_spans(written, language)) > 1 or is_order(written) or written[-1] in _STATED:
        return False
    known = set(terms(said, language).stems)
    if _adds_name(Text(written, language), known) or _adds_denial(Text(written, language), Text(said, language)):
        return False
    own = [terms(word, language).stems for word in words(content(written, language))]
    kept = sum(bool(known.intersection(one)) for one in own)
    return bool(own) and kept / len(own) >= _KNOWN


def _adds_name(written: Text, known: Set[str]) -> bool:
    named = (read(written).words[at].text for name in names_in(written) for at in range(name.first, name.last))
    return any(known.isdisjoint(terms(word, written.language).stems) for word in named)


def _adds_denial(written: Text, said: Text) -> bool:
    return bool(negations(written)) and not negations(said)


def join_or_rewrite(message: str, language: str, history: Sequence[Round], load_llm: Callable[[], Llm] | None) -> str:
    """Return what a message asks after `history`, standing alone: in the words of the model, else by rules.

    Where there is no model, or it fails, or says more than was said, the rules must do.
    """
    written = None
    if load_llm is not None:
        # Whatever goes wrong in whichever library: the answer's own call will tell of it, if it lasts.
        with suppress(Exception):
            llm = load_llm()
            written = None if llm.base else rewrite(message, language, history, llm)
    return written or join(message, history[-1].question)
