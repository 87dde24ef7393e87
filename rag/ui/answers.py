"""Questions and answers as HTML. Whatever they hold is shown as text; each sentence runs in its own direction."""

from collections.abc import Collection, Sequence

from rag.models import Answer, AnswerSentence, Notice, Proof
from rag.text.languages import direction
from rag.ui.escaping import text
from rag.ui.exchange import Exchange
from rag.ui.reasons import reason_in
from rag.ui.sources import found_uncited
from rag.ui.words import Words, words

_TOLD = frozenset({"stopped", "forgotten"})
"""Kinds of notices whose words on the page say all that there is to say."""
_SIGNS = {"supported": "✓", "contradicted": "✗", "unsupported": "?"}


def question_html(message: str) -> str:
    """Return a question as it stands in the chat."""
    return f'<div class="question" dir="{direction(message)}">{text(message.strip())}</div>'


def answer_html(exchange: Exchange, number: int, reader: str = "en") -> str:
    """Return what the chat says to the `number`th message of a conversation, to a reader of a language."""
    if exchange.error is not None:
        return _error(exchange.error, words(reader))
    answer = exchange.answer
    if answer is None:
        return _line("wait", words(reader)("wait"))
    say = words(answer.language, reader)
    # Sentences quoted from documents in several languages stand in one answer: each a paragraph of its own direction.
    found = found_uncited(answer)
    sources = {citation.marker for citation in answer.citations}
    sentences = "".join(_sentence(one, number, say, found, sources) for one in answer.sentences)
    kind = f"answer{' refused' * answer.refused}{' growing' * (not exchange.whole)}"
    said = f"{_warning(answer, say)}{sentences}" or text(answer.text)
    after = _notices(answer, say) if exchange.whole else ""
    return f'<div class="{kind}" dir="{direction(answer.text)}">{_meant(answer, say)}{said}{after}</div>'


def _line(kind: str, said: str) -> str:
    return f'<div class="{kind}" dir="{direction(said)}">{text(said)}</div>'


def _error(error: str, say: Words) -> str:
    if say.language == "en":  # as the errors are
        return _line("error", error)
    said = say("error")
    return f'<div class="error" dir="{direction(said)}">{text(said)} <bdi>{text(error)}</bdi></div>'


def _meant(answer: Answer, say: Words) -> str:
    """Return what a message was taken to mean that did not stand alone; to edit it, `script.js` puts it into the box."""
    if not answer.asked:
        return ""
    said = say("meant")
    return (
        f'<div class="meant" dir="{direction(said)}">{text(said)} <bdi class="meaning">{text(answer.question)}</bdi> '
        f'<button type="button" class="edit">{text(say("edit"))}</button></div>'
    )


def _warning(answer: Answer, say: Words) -> str:
    if not answer.sentences or answer.sentences[0].verdict != "contradicted":
        return ""
    return _line("warning", f"{_SIGNS['contradicted']} {say('first_contradicted')}")


def _sentence(
    sentence: AnswerSentence, number: int, say: Words, found: Sequence[Proof], sources: Collection[int]
) -> str:
    markers = "".join(
        _marker(f"source-{number}-{marker}", str(marker), say) if marker in sources else _lost(marker, say)
        for marker in sentence.citations
    )
    markers += "".join(
        _marker(f"source-{number}-found-{at}", f"+{at}", say)
        for at, proof in enumerate(found, 1)
        if proof in sentence.proof and not sentence.citations
    )
    return (
        f'<p class="said {sentence.verdict}" dir="{direction(sentence.text)}"><span class="text">{text(sentence.text)}</span>'
        f"\N{NO-BREAK SPACE}{markers}{_verdict(sentence, say)}</p>{_instead(sentence, say)}"
    )


def _marker(source: str, shown: str, say: Words) -> str:
    return f'<a title="{text(say("open"))}" class="marker" href="#{source}">[{shown}]</a>'


def _lost(marker: int, say: Words) -> str:
    """Return a marker that points at nothing, as one that cannot be followed."""
    return f'<span class="marker lost" title="{text(say("no_such_source"))}">[{marker}]</span>'


def _verdict(sentence: AnswerSentence, say: Words) -> str:
    """Return a verdict for every reader: a colour, a sign, words; the reason, in sight on hover or focus, is read out too."""
    sign = _SIGNS.get(sentence.verdict)
    if sign is None:
        return ""
    said = say(sentence.verdict)
    reason = reason_in(say.language, sentence.reason)
    tip = f'<span class="reason" dir="{direction(reason)}">{text(reason)}</span>' if reason else ""
    return f' <span class="verdict" tabindex="0" dir="{direction(said)}">{sign} {text(said)}{tip}</span>'


def _instead(sentence: AnswerSentence, say: Words) -> str:
    """Return the sentence of a model that a quotation took the place of, for who wants to see it."""
    if not sentence.instead_of:
        return ""
    said, written = say("instead"), sentence.instead_of
    return (
        f'<details class="instead" dir="{direction(said)}"><summary>{text(said)}</summary>'
        f'<div class="written" dir="{direction(written)}">{text(written)}</div></details>'
    )


def _notices(answer: Answer, say: Words) -> str:
    """Return what the reader must know of how the answer came about, and which model wrote it."""
    by = _line("by", say("by", answer.model)) if answer.model else ""
    return "".join(_notice(one, say) for one in answer.notices) + by


def _notice(notice: Notice, say: Words) -> str:
    said = say(f"notice_{notice.kind}")
    detail = f" <bdi>{text(notice.detail)}</bdi>" if notice.kind not in _TOLD else ""
    return f'<div class="notice" dir="{direction(said)}">{text(said)}{detail}</div>'
