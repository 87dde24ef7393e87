"""Questions, answers and sources as HTML. Whatever they hold is shown as text; each runs in its own direction.

Both of Gradio's ways to show HTML read more than HTML (a chat message is Markdown, `gr.HTML` is a template), so `text`
leaves none of the characters that any of the three gives a meaning to.
"""

import string
from collections.abc import Iterable, Sequence

from rag.models import Answer, AnswerSentence, Citation, Passage, Proof
from rag.text.languages import direction
from rag.ui.exchange import Exchange
from rag.ui.marking import Kind, Mark, first, marked
from rag.ui.reasons import reason_in
from rag.ui.words import Words, words

_AROUND = 220  # characters shown on either side of a quote, at most
_NEAREST, _NEAREST_CHARS = 3, 420  # passages offered beside a refusal, and the characters shown of each

# A line feed too: a blank line would end the HTML block, and Markdown would begin again. Other controls are dropped.
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in string.punctuation + "\t\n"}
_REFERENCES |= {code: "" for code in [*range(0x20), *range(0x7F, 0xA0)] if code not in _REFERENCES}

_SIGNS = {"supported": "✓", "contradicted": "✗", "unsupported": "?"}


def text(value: str) -> str:
    """Return `value` so that HTML, Markdown and Gradio's templates all show it as it is, line breaks included.

    >>> text("<b>*سند*</b>")
    '&#60;b&#62;&#42;سند&#42;&#60;&#47;b&#62;'
    """
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_REFERENCES)


def question_html(message: str) -> str:
    """Return a question as it stands in the chat."""
    return f'<div class="question" dir="{direction(message)}">{text(message.strip())}</div>'


def answer_html(exchange: Exchange, number: int, reader: str = "en") -> str:
    """Return what the chat says to the `number`th message of a conversation, to a reader of a language."""
    if exchange.error is not None:
        return f'<div class="error" dir="{direction(exchange.error)}">{text(exchange.error)}</div>'
    answer = exchange.answer
    if answer is None:
        say = words(reader)
        return f'<div class="wait" dir="{direction(say("wait"))}">{text(say("wait"))}</div>'
    # Sentences quoted from documents in several languages stand in one answer: each a paragraph of its own direction.
    found = _found(answer)
    paragraphs = "".join(_sentence(one, number, words(answer.language, reader), found) for one in answer.sentences)
    kind = f"answer{' refused' * answer.refused}{' growing' * (not exchange.whole)}"
    said = f"{_warning(answer, reader)}{paragraphs}" or text(answer.text)
    return f'<div class="{kind}" dir="{direction(answer.text)}">{said}</div>'


def sources_html(exchanges: Sequence[Exchange], reader: str = "en") -> str:
    """Return the panel beside the chat: the sources of each answer, of which only the last one's are shown at first."""
    answers = [(number, one.answer) for number, one in enumerate(exchanges, 1) if one.answer]
    parts: list[str] = []
    for number, answer in answers:
        out_of_sight = " hidden" * (number != answers[-1][0])
        sources = _sources(answer, number, words(answer.language, reader))
        parts.append(f'<section class="sources"{out_of_sight}>{sources}</section>')
    return "".join(parts)


def _warning(answer: Answer, reader: str) -> str:
    if not answer.sentences or answer.sentences[0].verdict != "contradicted":
        return ""
    warning = words(answer.language, reader)("first_contradicted")
    return f'<div class="warning" dir="{direction(warning)}">{_SIGNS["contradicted"]} {text(warning)}</div>'


def _sentence(sentence: AnswerSentence, number: int, say: Words, found: Sequence[Proof]) -> str:
    markers = "".join(
        f'<a class="marker" href="#source-{number}-{marker}">[{marker}]</a>' for marker in sentence.citations
    )
    markers += "".join(
        f'<a class="marker" href="#source-{number}-found-{at}">[+{at}]</a>'
        for at, proof in enumerate(found, 1)
        if proof in sentence.proof and not sentence.citations
    )
    return (
        f'<p class="said {sentence.verdict}" dir="{direction(sentence.text)}"><span class="text">{text(sentence.text)}</span>'
        f"\N{NO-BREAK SPACE}{markers}{_verdict(sentence, say)}</p>"
    )


def _verdict(sentence: AnswerSentence, say: Words) -> str:
    """Return a verdict for every reader: a colour, a sign, words; the reason, in sight on hover or focus, is read out too."""
    sign = _SIGNS.get(sentence.verdict)
    if sign is None:
        return ""
    said = say(sentence.verdict)
    reason = reason_in(say.language, sentence.reason)
    tip = f'<span class="reason" dir="{direction(reason)}">{text(reason)}</span>' if reason else ""
    return f' <span class="verdict" tabindex="0" dir="{direction(said)}">{sign} {text(said)}{tip}</span>'


def _sources(answer: Answer, number: int, say: Words) -> str:
    if answer.refused:
        cards = _nearest(answer.passages)
        note = f'<p class="note">{text(say("nearest_note"))}</p>'
        return f'<div dir="{direction(say("nearest"))}"><h2>{text(say("nearest"))}</h2>{note}</div>{cards}'
    cards = "".join(_cited(citation, answer, number) for citation in answer.citations)
    found = "".join(_uncited(proof, answer, number, at) for at, proof in enumerate(_found(answer), 1))
    heading = f'<h2 dir="{direction(say("found"))}">{text(say("found"))}</h2>' if found else ""
    return f'<h2 dir="{direction(say("sources"))}">{text(say("sources"))}</h2>{cards}{heading}{found}'


def _cited(citation: Citation, answer: Answer, number: int) -> str:
    whole = citation.before + citation.quote + citation.after
    begin = citation.start - len(citation.before)
    marks = [Mark(len(citation.before), len(citation.before) + len(citation.quote), "quote")]
    for sentence in answer.sentences:
        if citation.marker in sentence.citations:
            marks += _marks(sentence, citation.document, begin, begin + len(whole))
    return _card(
        citation,
        body=marked(whole, marks, _AROUND, text),
        way=direction(whole),
        attributes=f'id="source-{number}-{citation.marker}" tabindex="-1"',
        marker=f'<span class="number">{citation.marker}</span>',
    )


def _marks(sentence: AnswerSentence, document: str, begin: int, end: int) -> list[Mark]:
    """Return what to mark of a sentence's proof in a document's text from `begin` to `end`."""
    # The last proof is the sentence to read; what stands before it is what differs there.
    kinds: list[Kind] = ["proof" if sentence.verdict == "supported" else "against"] * len(sentence.proof)
    kinds[-1:] = ["proof"] * bool(kinds)
    return [
        Mark(proof.start - begin, proof.end - begin, kind)
        for proof, kind in zip(sentence.proof, kinds, strict=True)
        if proof.document == document and begin <= proof.start and proof.end <= end
    ]


def _found(answer: Answer) -> list[Proof]:
    """Return where sentences that cite nothing were found, in passages that were retrieved."""
    proofs = (one.proof[-1] for one in answer.sentences if one.proof and not one.citations)
    return [proof for proof in dict.fromkeys(proofs) if _passage_of(proof, answer.passages)]


def _passage_of(proof: Proof, passages: Iterable[Passage]) -> Passage | None:
    around = (
        one for one in passages if one.document == proof.document and one.start <= proof.start <= proof.end <= one.end
    )
    return next(around, None)


def _uncited(proof: Proof, answer: Answer, number: int, at: int) -> str:
    passage = _passage_of(proof, answer.passages)
    assert passage is not None
    marks = [
        mark
        for sentence in answer.sentences
        if proof in sentence.proof
        for mark in _marks(sentence, passage.document, passage.start, passage.end)
    ]
    return _card(
        passage,
        body=marked(passage.text, marks, _AROUND, text),
        way=direction(passage.text),
        attributes=f'id="source-{number}-found-{at}" tabindex="-1"',
        marker=f'<span class="number">+{at}</span>',
    )


def _nearest(passages: Iterable[Passage]) -> str:
    return "".join(
        _card(passage, body=text(first(passage.text, _NEAREST_CHARS)), way=direction(passage.text))
        for passage in sorted(passages, key=lambda passage: passage.rank)[:_NEAREST]
    )


def _card(item: Citation | Passage, *, body: str, way: str, attributes: str = "", marker: str = "") -> str:
    say = words("ar" if way == "rtl" else "en")
    facts = [item.date, say("page", item.page) if item.page else None, _short(item.source)]
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
