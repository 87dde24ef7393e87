"""A question and its passages → the messages for a model, within what it can read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from babel import Locale, UnknownLocaleError
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from rag.errors import ModelError
from rag.llms import Llm
from rag.llms.counting import tokens
from rag.models import Passage, Question
from rag.prompts import fill, stops
from rag.text.neutral import neutral
from rag.text.orders import without_orders

_MOST = 8  # passages offered to a model that follows instructions: the answer is rarely in a later one
_MOST_BASE = 1  # to one that does not: it is small, and loses its way in more
_FRAME = 16  # tokens that a chat's own frame takes


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is sent: `offered` are the passages in it, numbered from 1; `left_out` more did not fit."""

    messages: tuple[BaseMessage, ...]
    offered: tuple[Passage, ...]
    left_out: int
    stop: tuple[str, ...] = ()


def make_prompt(question: Question, passages: Sequence[Passage], llm: Llm, *, share: float = 1.0) -> Prompt:
    """Return the prompt for a question. Passages that do not fit are left out whole, the weakest first.

    `share` is how much of the model's context to use: less than all after the model has found a prompt too long.

    Raises:
        ModelError: if not even the first passage fits.
    """
    best = sorted(passages, key=lambda one: one.rank)[: _MOST_BASE if llm.base else _MOST]
    budget = int((llm.context - llm.answer_tokens) * share)
    for count in range(len(best), 0, -1):
        prompt = _prompt(question, best[:count], llm)
        if sum(tokens(message.text) + _FRAME for message in prompt.messages) <= budget:
            return replace(prompt, left_out=len(best) - count)
    if share < 1:
        raise ModelError(
            f"{llm.name} reads less than the {llm.context:,} tokens of RAG_MODEL_CONTEXT, and not the question with a passage: "
            "set it to what the model's server gives it, or give it more there"
        )
    raise ModelError(
        f"{llm.name} reads {llm.context:,} tokens (RAG_MODEL_CONTEXT) and writes {llm.answer_tokens:,} of them "
        "(RAG_MODEL_ANSWER_TOKENS): the question and one passage do not fit, set the first higher or the second lower"
    )


def language_name(code: str) -> str:
    """Return a language's English name.

    >>> language_name("ar"), language_name("und")
    ('Arabic', 'the language of the question')
    """
    try:
        name = Locale.parse(code).get_display_name("en") if code != "und" else None
    except (ValueError, UnknownLocaleError):
        name = None
    return name or "the language of the question"


def _prompt(question: Question, passages: Sequence[Passage], llm: Llm) -> Prompt:
    task, language = "complete" if llm.base else "answer", question.language
    between = "\n" if llm.base else "\n\n"
    shown = between.join(
        fill(task, language, "passage", number=number, **_fields(passage, llm))
        for number, passage in enumerate(passages, start=1)
    )
    asked = neutral(question.text)
    messages: tuple[BaseMessage, ...]
    if llm.base:
        messages = (HumanMessage(fill(task, language, "text", passages=shown, question=asked)),)
    else:
        messages = (
            SystemMessage(fill(task, language, "system", language=language_name(language))),
            HumanMessage(fill(task, language, "human", passages=shown, question=asked)),
        )
    return Prompt(messages, tuple(passages), 0, tuple(stops(task, language)))


def _fields(passage: Passage, llm: Llm) -> dict[str, str]:
    text = neutral(without_orders(passage.text, passage.language))
    if llm.base:
        return {"text": text}
    return {
        "text": text,
        "title": neutral(without_orders(passage.title, passage.language)).replace('"', "'"),
        "date": passage.date or "",
    }
