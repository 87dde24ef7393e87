"""The questions that a system did worst on: what was expected, and what came first; and the report's list of them."""

import re
from dataclasses import dataclass
from html import escape

from babel import Locale

from rag.evaluation.evaluate import Evaluation
from rag.evaluation.gold import GoldQuestion, Place
from rag.models import Document, Passage, Span
from rag.text.languages import direction

MOST = 20
_MOST_EXPECTED = 3  # documents shown of a question, the latest found first
_AROUND = 160  # characters of a document shown on either side of the answer
_EXCERPT = 360  # characters of the passage that came first, or of a document whose answer's place is not known


@dataclass(frozen=True, slots=True)
class Expected:
    """A document that answers a question, and the rank it came at (None: not found).

    `quote` is the answer, between what is around it; empty where only the document is known: then `after` is its beginning.
    """

    source: str
    title: str
    language: str
    page: int | None
    before: str
    quote: str
    after: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Miss:
    """A question, its nDCG@10 (0…1), the rank of the first relevant document (None: not found) and what came first.

    `expected` are the documents that answer it, the latest found first.
    """

    id: str
    question: str
    language: str
    score: float
    rank: int | None
    answers: tuple[str, ...]
    expected: tuple[Expected, ...]
    first: Passage | None


def worst_questions(evaluation: Evaluation, most: int = MOST) -> list[Miss]:
    """Return the questions of the first system with the least nDCG@10 (below 1), the latest found first."""
    result = next(iter(evaluation.systems.values()))
    if result.documents is None:
        return []
    documents = {document.id: document for document in evaluation.dataset.documents}
    misses = []
    for question in evaluation.dataset.questions:
        scores = result.documents.scores.get(question.id)
        if scores is None or scores["nDCG@10"] >= 1:
            continue
        ranks = {document: rank for rank, document in enumerate(result.run.documents.get(question.id, ()), start=1)}
        expected = _expected(question, documents, ranks)
        misses.append(
            Miss(
                id=question.id,
                question=question.text,
                language=question.language,
                score=scores["nDCG@10"],
                rank=min((one.rank for one in expected if one.rank), default=None),
                answers=question.answers,
                expected=tuple(expected),
                first=result.run.first.get(question.id),
            )
        )
    misses.sort(key=lambda miss: (miss.score, -(miss.rank or 10**9)))
    return misses[:most]


def _expected(question: GoldQuestion, documents: dict[str, Document], ranks: dict[str, int]) -> list[Expected]:
    places: dict[str, Place] = {}
    for place in question.places:
        places.setdefault(place.document, place)
    found = [_around(documents[place.document], place, ranks.get(place.document)) for place in places.values()]
    return sorted(found, key=lambda one: -(one.rank or 10**9))


def _around(document: Document, place: Place, rank: int | None) -> Expected:
    span = place.span or Span(0, 0)
    return Expected(
        source=document.source,
        title=document.title,
        language=document.language,
        page=document.page_at(span.start) if place.span else None,
        before=_cut_start(document.text[: span.start], _AROUND),
        quote=document.text[span.start : span.end],
        after=_cut_end(document.text[span.end :], _AROUND if place.span else _EXCERPT),
        rank=rank,
    )


def worst_section(evaluation: Evaluation) -> str:
    """Return the list as HTML; empty if there is nothing to tell."""
    misses = worst_questions(evaluation)
    if not misses:
        return ""
    name = escape(next(iter(evaluation.systems)))
    count = f"{len(misses)} worst questions" if len(misses) > 1 else "worst question"
    cards = "".join(map(_card, misses))
    return (
        f'<h3>The {count} of {name}</h3>\n<p class="note">Those of the lowest nDCG@10, worst first. Expected: the documents '
        "that came too late, the answer marked. Came first: the passage ranked first, its sentence nearest to the question "
        f'marked; a score means something only beside other scores of {name}.</p>\n<ol class="worst">\n{cards}</ol>'
    )


def language_name(code: str) -> str:
    """Return a language's name in English.

    >>> language_name("ar"), language_name("xx")
    ('Arabic', 'xx')
    """
    return str(Locale("en").languages.get(code, code)) if code != "und" else "language unknown"


def _card(miss: Miss) -> str:
    found = f"first relevant document at rank {miss.rank}" if miss.rank else "no relevant document found"
    answers = f'<p class="facts">Answer: {" / ".join(_bdi(one) for one in miss.answers)}</p>' if miss.answers else ""
    late = [one for one in miss.expected if one.rank is None or one.rank > len(miss.expected)] or miss.expected
    expected = "".join(map(_expectation, late[:_MOST_EXPECTED]))
    rest = ", ".join(
        f"{_bdi(one.source)} ({_rank(one.rank)})" for one in miss.expected if one not in late[:_MOST_EXPECTED]
    )
    more = f'<p class="facts">Also: {rest}</p>' if rest else ""
    return (
        f"<li><article>\n<h4{_speech(miss.question, miss.language)}>{escape(miss.question)}</h4>\n"
        f'<p class="facts">{_bdi(miss.id)} · {escape(language_name(miss.language))} · nDCG@10 {miss.score:.3f} · {found}</p>\n'
        f'<div class="pair"><div><h5>Expected</h5>{answers}{expected}{more}</div>\n'
        f"<div><h5>Came first{' (relevant)' if miss.rank == 1 else ''}</h5>{_came_first(miss.first)}</div></div>\n"
        "</article></li>\n"
    )


def _expectation(one: Expected) -> str:
    page = f", p. {one.page}" if one.page else ""
    return (
        f'<p class="facts">{_bdi(one.source)}{page} · {escape(language_name(one.language))} · {_rank(one.rank)}</p>'
        f"{_title(one.title, one.language)}{_quotation(one.before, one.quote, one.after, one.language)}"
    )


def _came_first(passage: Passage | None) -> str:
    if passage is None:
        return '<p class="facts">nothing</p>'
    page = f", p. {passage.page}" if passage.page else ""
    nearest = max(passage.sentences, key=lambda sentence: sentence.score, default=None)
    start, end = (nearest.start - passage.start, nearest.end - passage.start) if nearest else (0, 0)
    before, after = (
        _cut_start(passage.text[:start], _AROUND),
        _cut_end(passage.text[end:], _AROUND if nearest else _EXCERPT),
    )
    repeated = f'<p class="facts">The same is said in {", ".join(map(_bdi, passage.repeated_in))}</p>'
    return (
        f'<p class="facts">{_bdi(passage.source)}{page} · {escape(language_name(passage.language))} · score {passage.score:.3f} '
        f"(cosine {passage.dense:.3f}, {passage.coverage:.0%} of the question’s terms)</p>"
        f"{_title(passage.title, passage.language)}{_quotation(before, passage.text[start:end], after, passage.language)}"
        f"{repeated if passage.repeated_in else ''}"
    )


def _title(title: str, language: str) -> str:
    return f'<p class="title"{_speech(title, language)}>{escape(title)}</p>' if title else ""


def _quotation(before: str, quote: str, after: str, language: str) -> str:
    marked = f"<mark>{_flow(quote)}</mark>" if quote else ""
    way = _speech(f"{before}{quote}{after}", language)
    return f"<blockquote{way}>{_flow(before)}{marked}{_flow(after)}</blockquote>"


def _rank(rank: int | None) -> str:
    return f"found at rank {rank}" if rank else "not found"


def _bdi(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


def _speech(text: str, language: str) -> str:
    """Return the attributes that tell how a text runs and in which language it is."""
    known = f' lang="{escape(language)}"' if language not in {"", "und"} else ""
    return f' dir="{direction(text)}"{known}'


def _flow(text: str) -> str:
    """Return text with its paragraphs on lines of their own, and its other line breaks as spaces."""
    paragraphs = (re.sub(r"\s*\n\s*", " ", part) for part in re.split(r"\s*\n\s*\n\s*", text))
    return escape("\n".join(paragraphs))


def _cut_end(text: str, most: int) -> str:
    """Return the beginning of `text`, cut between words where there are spaces."""
    if len(text) <= most:
        return text
    kept = text[:most]
    words = kept.rsplit(None, 1)
    return f"{words[0] if len(words[0]) > most / 2 else kept}…"


def _cut_start(text: str, most: int) -> str:
    """Return the end of `text`, cut between words where there are spaces."""
    if len(text) <= most:
        return text
    kept = text[-most:]
    words = kept.split(None, 1)
    return f"…{words[-1] if len(words[-1]) > most / 2 else kept}"
