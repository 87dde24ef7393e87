"""Questions, answers and sources as HTML. Whatever they hold is shown as text; each runs in its own direction.

Both of Gradio's ways to show HTML read more than HTML (a chat message is Markdown, `gr.HTML` is a template), so `text`
leaves none of the characters that any of the three gives a meaning to.
"""

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.models import Answer, AnswerSentence, Citation, Passage
from rag.text.languages import direction
from rag.ui.words import words

_AROUND = 220  # characters shown on either side of a quote, at most
_NEAREST, _NEAREST_CHARS = 3, 420  # passages offered beside a refusal, and the characters shown of each

# A line feed too: a blank line would end the HTML block, and Markdown would begin again. Other controls are dropped.
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in string.punctuation + "\t\n"}
_REFERENCES |= {code: "" for code in [*range(0x20), *range(0x7F, 0xA0)] if code not in _REFERENCES}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and what came of it: an answer, growing until `whole`, or an error; at first neither."""

    message: str
    answer: Answer | None = None
    error: str | None = None
    whole: bool = False


def text(value: str) -> str:
    """Return `value` so that HTML, Markdown and Gradio's templates all show it as it is, line breaks included.

    >>> text("<b>*سند*</b>")
    '&#60;b&#62;&#42;سند&#42;&#60;&#47;b&#62;'
    """
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_REFERENCES)


def question_html(message: str) -> str:
    """Return a question as it stands in the chat."""
    return f'<div class="question" dir="{direction(message)}">{text(message.strip())}</div>'


def answer_html(exchange: Exchange, number: int) -> str:
    """Return what the chat says to the `number`th message of a conversation."""
    if exchange.error is not None:
        return f'<div class="error" dir="{direction(exchange.error)}">{text(exchange.error)}</div>'
    answer = exchange.answer
    if answer is None:
        language = "ar" if direction(exchange.message) == "rtl" else "en"
        return f'<div class="wait" dir="{direction(exchange.message)}">{text(words(language).wait)}</div>'
    # Sentences quoted from documents in several languages stand in one answer: each a paragraph of its own direction.
    paragraphs = "".join(_sentence(sentence, number) for sentence in answer.sentences)
    kind = f"answer{' refused' * answer.refused}{' growing' * (not exchange.whole)}"
    return f'<div class="{kind}" dir="{direction(answer.text)}">{paragraphs or text(answer.text)}</div>'


def sources_html(exchanges: Sequence[Exchange]) -> str:
    """Return the panel beside the chat: the sources of each answer, of which only the last one's are shown at first."""
    last = max((i for i, exchange in enumerate(exchanges, 1) if exchange.answer), default=0)
    return "".join(
        f'<section class="sources"{"" if number == last else " hidden"}>{_sources(exchange.answer, number)}</section>'
        for number, exchange in enumerate(exchanges, 1)
        if exchange.answer
    )


def _sentence(sentence: AnswerSentence, number: int) -> str:
    markers = "".join(
        f'<a class="marker" href="#source-{number}-{marker}">[{marker}]</a>' for marker in sentence.citations
    )
    return f'<p dir="{direction(sentence.text)}">{text(sentence.text)}\N{NO-BREAK SPACE}{markers}</p>'


def _sources(answer: Answer, number: int) -> str:
    own = words(answer.language)
    if answer.refused:
        cards = _nearest(answer.passages)
        note = f'<p class="note">{text(own.nearest_note)}</p>'
        return f'<div dir="{direction(own.nearest)}"><h2>{text(own.nearest)}</h2>{note}</div>{cards}'
    cards = "".join(_cited(citation, number) for citation in answer.citations)
    return f'<h2 dir="{direction(own.sources)}">{text(own.sources)}</h2>{cards}'


def _cited(citation: Citation, number: int) -> str:
    before, after = _last(citation.before, _AROUND), _first(citation.after, _AROUND)
    return _card(
        citation,
        body=f"{text(before)}<mark>{text(citation.quote)}</mark>{text(after)}",
        way=direction(citation.before + citation.quote + citation.after),
        attributes=f'id="source-{number}-{citation.marker}" tabindex="-1"',
        marker=f'<span class="number">{citation.marker}</span>',
    )


def _nearest(passages: Iterable[Passage]) -> str:
    return "".join(
        _card(passage, body=text(_first(passage.text, _NEAREST_CHARS)), way=direction(passage.text))
        for passage in sorted(passages, key=lambda passage: passage.rank)[:_NEAREST]
    )


def _card(item: Citation | Passage, *, body: str, way: str, attributes: str = "", marker: str = "") -> str:
    own = words("ar" if way == "rtl" else "en")
    facts = [item.date, own.page.format(item.page) if item.page else None, _short(item.source)]
    line = "".join(f"<bdi>{text(fact)}</bdi>" for fact in facts if fact)
    return (
        f'<article class="source" dir="{way}" lang="{text(item.language)}" {attributes}>{marker}'
        f'<h3 dir="{direction(item.title)}">{text(item.title)}</h3>'
        f'<p class="facts" title="{text(item.source)}">{line}</p>'
        f"<blockquote>{body}</blockquote></article>"
    )


def _short(source: str) -> str:
    """Return the end of a path, enough to know the file by; the card's tooltip has the whole."""
    return "/".join(source.replace("\\", "/").split("/")[-2:])


def _first(value: str, length: int) -> str:
    """Return the start of `value`, ended between two words where there are any."""
    if len(value) <= length:
        return value
    cut = value[:length]
    return cut[: max(cut.rfind(" "), cut.rfind("\n"), length * 2 // 3)].rstrip() + " …"


def _last(value: str, length: int) -> str:
    return _first(value[::-1], length)[::-1]
