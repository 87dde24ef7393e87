"""Document → chunks: runs of whole sentences up to a token budget, each an exact slice of the document's text."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.models import Chunk, Document, Span
from rag.text.cuts import cut_evenly
from rag.text.sentences import sentence_spans

MIN_TOKENS = 8
"""The smallest budget that can be asked for: below it, a chunk would not hold one long word."""


class TokenCounter(Protocol):
    """Counts the tokens of each text, without special tokens: the embedding model's tokenizer, or a stand-in."""

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Return as many counts as there are texts."""
        ...


def chunk_document(
    document: Document,
    count_tokens: TokenCounter,
    *,
    max_tokens: int = 200,
    overlap_sentences: int = 1,
    max_sentence_tokens: int | None = None,
) -> list[Chunk]:
    """Return the chunks of a document, in order; none for a document without text.

    `document.text[chunk.start:chunk.end] == chunk.text` always, and no chunk has more than `max_tokens` tokens, unless
    it is a single character. Each chunk begins with the last `overlap_sentences` sentences of the one before, or as
    many of them as leave room for a new one. A sentence of more than `max_sentence_tokens` (by default `max_tokens`) is
    cut at clauses, else at white space, else between grapheme clusters; its pieces then count as sentences. Only a
    cluster that is over the budget alone (a letter under hundreds of marks) is cut itself.

    Raises:
        ValueError: for a budget below `MIN_TOKENS`, a sentence budget below it or above `max_tokens`, or a negative
            overlap.

    >>> document = Document("d", "d.txt", "D", "en", None, "One two three. Four five six. Seven eight nine.")
    >>> count_words = lambda texts: [len(text.split()) for text in texts]
    >>> [chunk.text for chunk in chunk_document(document, count_words, max_tokens=8)]
    ['One two three. Four five six.', 'Four five six. Seven eight nine.']

    """
    sentence_budget = max_tokens if max_sentence_tokens is None else max_sentence_tokens
    if max_tokens < MIN_TOKENS:
        message = f"max_tokens is {max_tokens}: a chunk needs at least {MIN_TOKENS}"
        raise ValueError(message)
    if not MIN_TOKENS <= sentence_budget <= max_tokens:
        message = f"max_sentence_tokens is {sentence_budget}: choose {MIN_TOKENS} to max_tokens ({max_tokens})"
        raise ValueError(message)
    if overlap_sentences < 0:
        message = f"overlap_sentences is {overlap_sentences}: choose 0 or more"
        raise ValueError(message)
    sentences, counts = _counted_sentences(document, count_tokens, sentence_budget)
    runs = _runs(document.text, sentences, counts, count_tokens, max_tokens, overlap_sentences)
    return [_chunk(document, ordinal, sentences[first : last + 1]) for ordinal, (first, last) in enumerate(runs)]


def _chunk(document: Document, ordinal: int, sentences: Sequence[Span]) -> Chunk:
    start, end = sentences[0].start, sentences[-1].end
    return Chunk(
        document_id=document.id,
        ordinal=ordinal,
        start=start,
        end=end,
        text=document.text[start:end],
        page=document.page_at(start),
        sentences=tuple(sentences),
    )


def _counted_sentences(document: Document, count_tokens: TokenCounter, budget: int) -> tuple[list[Span], list[int]]:
    """Return the sentences, cut so that each is within the budget, and the tokens of each."""
    text = document.text
    pending = sentence_spans(text, document.language)
    fitting: list[tuple[Span, int]] = []
    while pending:
        counts = count_tokens([text[span.start : span.end] for span in pending])
        over: list[Span] = []
        for span, count in zip(pending, counts, strict=True):
            if count <= budget or len(span) == 1:
                fitting.append((span, count))
            else:  # a third more parts than needed: they will not be of even length
                over.extend(cut_evenly(text, span, max(2, min(len(span), -(-4 * count // (3 * budget))))))
        pending = over
    fitting.sort(key=lambda counted: counted[0].start)
    return [span for span, _ in fitting], [count for _, count in fitting]


def _runs(
    text: str,
    sentences: Sequence[Span],
    counts: Sequence[int],
    count_tokens: TokenCounter,
    max_tokens: int,
    overlap: int,
) -> Iterator[tuple[int, int]]:
    """Yield the first and last sentence of each chunk; each has at least one that no chunk before it had."""
    previous = -1
    new = 0
    while new < len(sentences):
        first = last = new
        total = counts[new]
        while first > max(previous + 1, new - overlap) and total + counts[first - 1] <= max_tokens:
            first -= 1
            total += counts[first]
        while last + 1 < len(sentences) and total + counts[last + 1] <= max_tokens:
            last += 1
            total += counts[last]
        # Counts add up only nearly: what counts is the slice itself, as the model will see it.
        while first < last and count_tokens([text[sentences[first].start : sentences[last].end]])[0] > max_tokens:
            if last > new:
                last -= 1
            else:
                first += 1
        yield first, last
        previous, new = first, last + 1
