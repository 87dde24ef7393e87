"""The sources of answers as HTML: cards with the sentence that is cited, marked within what stands around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import babel

from rag.models import Answer, AnswerSentence, Citation, Passage, Proof
from rag.text.languages import direction
from rag.ui.escaping import text
from rag.ui.exchange import Exchange
from rag.ui.marking import Kind, Mark, first, marked
from rag.ui.opening import address
from rag.ui.words import Words, words

_AROUND = 220  # characters shown on either side of a quote, at most
_NEAREST, _NEAREST_CHARS = 3, 420  # passages offered beside a refusal, and the characters shown of each


@dataclass(frozen=True, slots=True)
class _Of:
    """What sources are of: an answer, the `number`th of its conversation. `say` are words in its language, `own` the reader's."""

    answer: Answer
    number: int
    say: Words
    own: Words


def sources_html(exchanges: Sequence[Exchange], reader: str = "en") -> str:
    """Return the panel beside the chat: the sources of each answer, of which only the last one's are shown at first."""
    answers = [(number, one.answer) for number, one in enumerate(exchanges, 1) if one.answer]
    parts: list[str] = []
    for number, answer in answers:
        out_of_sight = " hidden" * (number != answers[-1][0])
        sources = _sources(_Of(answer, number, words(answer.language, reader), words(reader)))
        parts.append(f'<section class="sources"{out_of_sight}>{sources}</section>')
    return "".join(parts)


def found_uncited(answer: Answer) -> list[Proof]:
    """Return where sentences that cite nothing were found, in passages that were retrieved."""
    proofs = (one.proof[-1] for one in answer.sentences if one.proof and not one.citations)
    return [proof for proof in dict.fromkeys(proofs) if _passage_of(proof, answer.passages)]


def _sources(of: _Of) -> str:
    if of.answer.refused:
        return _offered(of)
    cards = "".join(_cited(citation, of) for citation in of.answer.citations)
    found = "".join(_uncited(proof, of, at) for at, proof in enumerate(found_uncited(of.answer), 1))
    return f"{_heading(of.say('sources'))}{cards}{_heading(of.say('found')) if found else ''}{found}"


def _heading(said: str) -> str:
    return f'<h2 dir="{direction(said)}">{text(said)}</h2>'


def _offered(of: _Of) -> str:
    """Return what stands beside a refusal: the nearest passages, if there is anything near."""
    say, nearest = of.say, sorted(of.answer.passages, key=lambda passage: passage.rank)[:_NEAREST]
    cards = "".join(
        _card(
            passage,
            of,
            name=f"source-{of.number}-near-{at}",
            body=text(first(passage.text, _NEAREST_CHARS)),
            way=direction(passage.text),
        )
        for at, passage in enumerate(nearest, 1)
    )
    heading, note = ("nearest", "nearest_note") if nearest else ("nothing_near", "nothing_near_note")
    return f'<div dir="{direction(say(heading))}">{_heading(say(heading))}<p class="note">{text(say(note))}</p></div>{cards}'


def _cited(citation: Citation, of: _Of) -> str:
    whole = citation.before + citation.quote + citation.after
    begin = citation.start - len(citation.before)
    marks = [Mark(len(citation.before), len(citation.before) + len(citation.quote), "quote")]
    for sentence in of.answer.sentences:
        if citation.marker in sentence.citations:
            marks += _marks(sentence, citation.document, begin, begin + len(whole))
    return _card(
        citation,
        of,
        name=f"source-{of.number}-{citation.marker}",
        body=marked(whole, marks, _AROUND, text),
        way=direction(whole),
        marker=str(citation.marker),
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


def _passage_of(proof: Proof, passages: Iterable[Passage]) -> Passage | None:
    around = (
        one for one in passages if one.document == proof.document and one.start <= proof.start <= proof.end <= one.end
    )
    return next(around, None)


def _uncited(proof: Proof, of: _Of, at: int) -> str:
    passage = _passage_of(proof, of.answer.passages)
    assert passage is not None
    marks = [
        mark
        for sentence in of.answer.sentences
        if proof in sentence.proof
        for mark in _marks(sentence, passage.document, passage.start, passage.end)
    ]
    return _card(
        passage,
        of,
        name=f"source-{of.number}-found-{at}",
        body=marked(passage.text, marks, _AROUND, text),
        way=direction(passage.text),
        marker=f"+{at}",
        place=(proof.start, proof.end),
    )


def _card(
    item: Citation | Passage,
    of: _Of,
    *,
    name: str,
    body: str,
    way: str,
    marker: str = "",
    place: tuple[int, int] | None = None,
) -> str:
    """Return a source: what it is, its text, and the way to open it where it says so."""
    start, end = place or (item.start, item.end)
    number = f'<span class="number">{marker}</span>' if marker else ""
    repeated = f'<p class="note">{text(of.say("also_in", _list(item.repeated_in)))}</p>' if item.repeated_in else ""
    return (
        f'<article class="source" dir="{way}" lang="{text(item.language)}" id="{name}" tabindex="-1">{number}'
        f'<h3 dir="{direction(item.title)}">{text(item.title)}</h3>'
        f'<p class="facts" title="{text(item.source)}">{_facts(item, of.answer, words("ar" if way == "rtl" else "en"))}</p>'
        f"{_foreign(item.language, of.answer.language, of.say)}<blockquote>{body}</blockquote>{repeated}"
        f'<p class="actions"><button type="button" class="open" aria-expanded="false" '
        f'value="{address(item.document, start, end)}">{text(of.own("open"))}</button></p></article>'
    )


def _facts(item: Citation | Passage, answer: Answer, say: Words) -> str:
    language = language_name(item.language, say.language) if item.language == answer.language else ""
    facts = (item.date, language, say("page", item.page) if item.page else "", _short(item.source))
    return "".join(f"<bdi>{text(fact)}</bdi>" for fact in facts if fact)


def _foreign(language: str, asked: str, say: Words) -> str:
    """Return a line that tells that a source is in another language than the question."""
    name = language_name(language, say.language)
    if language == asked or not name:
        return ""
    return f'<p class="foreign"><bdi>{text(say("other_language", name))}</bdi></p>'


def language_name(language: str, reader: str) -> str:
    """Return what a language (ISO 639-1) is called in that of the reader; empty if it is none that is known.

    >>> language_name("fr", "ar"), language_name("fr", "en"), language_name("und", "en")
    ('الفرنسية', 'French', '')
    """
    if language == "und":
        return ""
    return str(babel.Locale(reader).languages.get(language, ""))


def _list(sources: Sequence[str]) -> str:
    return ", ".join(map(_short, sources))


def _short(source: str) -> str:
    """Return the end of a path, enough to know the file by; the card's tooltip has the whole."""
    return "/".join(source.replace("\\", "/").split("/")[-2:])
