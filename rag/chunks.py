"""Document → chunks: runs of whole sentences up to a token budget, each an exact slice of the document's text."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.alignment import kept_runs
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
    previous: Sequence[Chunk] = (),
) -> list[Chunk]:
    """Return the chunks of a document, in order; none for a document without text.

    `document.text[chunk.start:chunk.end] == chunk.text` always, and no chunk has more than `max_tokens` tokens, unless
    it is a single character. Each chunk begins with the last `overlap_sentences` sentences of the one before, or as
    many of them as leave room for a new one. A sentence of more than `max_sentence_tokens` (by default `max_tokens`) is
    cut at clauses, else at white space, else between grapheme clusters; its pieces then count as sentences. Only a
    cluster that is over the budget alone (a letter under hundreds of marks) is cut itself.

    With `previous`, the chunks of an earlier version of the document, those whose sentences still stand together stay as they
    were, and only what lies between is cut anew: greedy cutting would move every boundary after a changed sentence.

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
    cutter = _Cutter(document.text, sentences, counts, count_tokens, max_tokens, overlap_sentences)
    runs = list((cutter.again(previous) if previous else None) or cutter.runs(0, len(sentences), -1))
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


class _Cutter:
    """Puts sentences together to runs, from a first to a last one, that are within the budget."""

    def __init__(
        self,
        text: str,
        sentences: Sequence[Span],
        counts: Sequence[int],
        count_tokens: TokenCounter,
        max_tokens: int,
        overlap: int,
    ) -> None:
        self._text, self._sentences, self._counts = text, sentences, counts
        self._count_tokens, self._max_tokens, self._overlap = count_tokens, max_tokens, overlap

    def runs(self, begin: int, end: int, previous: int, budget: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield the runs of the sentences from `begin` to before `end`; each has at least one that no run before it had.

        `previous` is the first sentence of the run before, -1 if there is none.
        """
        counts, max_tokens, new = self._counts, budget or self._max_tokens, begin
        while new < end:
            first = last = new
            total = counts[new]
            while first > max(previous + 1, new - self._overlap) and total + counts[first - 1] <= max_tokens:
                first -= 1
                total += counts[first]
            while last + 1 < end and total + counts[last + 1] <= max_tokens:
                last += 1
                total += counts[last]
            # Counts add up only nearly: what counts is the slice itself, as the model will see it.
            while first < last and self._size(first, last) > self._max_tokens:
                if last > new:
                    last -= 1
                else:
                    first += 1
            yield first, last
            previous, new = first, last + 1

    def again(self, previous: Sequence[Chunk]) -> list[tuple[int, int]] | None:
        """Return runs that keep those of an earlier version where their sentences still are; None if that cannot be done."""
        texts = [self._text[span.start : span.end] for span in self._sentences]
        kept = kept_runs(previous, texts)
        runs: list[tuple[int, int]] = []
        for begin, end, is_kept in self._pieces(kept):
            before = runs[-1][0] if runs else -1
            runs += [self._with_overlap(begin, end - 1, before)] if is_kept else self._evenly(begin, end, before)
        fits = all(first == last or self._size(first, last) <= self._max_tokens for first, last in runs)
        return runs if kept and fits else None

    def _pieces(self, kept: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
        """Yield all sentences in pieces, each either a kept run or to be cut anew: first, after the last, and which.

        What is left between would often be a sentence or two: then the smaller of its neighbours is cut anew with it.
        """
        pieces: list[tuple[int, int, bool]] = []
        at = 0
        for begin, end in (*kept, (len(self._sentences), len(self._sentences))):
            if at < begin:
                pieces.append((at, begin, False))
            if begin < end:
                pieces.append((begin, end, True))
            at = end
        number = 0
        while number < len(pieces):
            begin, end, is_kept = pieces[number]
            if not is_kept and len(pieces) > 1 and 2 * sum(self._counts[begin:end]) < self._max_tokens:
                beside = [at for at in (number - 1, number + 1) if 0 <= at < len(pieces)]
                smaller = min(beside, key=lambda at: sum(self._counts[pieces[at][0] : pieces[at][1]]))
                low, high = min(number, smaller), max(number, smaller)
                pieces[low : high + 1] = [(pieces[low][0], pieces[high][1], False)]
                number = low
            else:
                number += 1
        yield from pieces

    def _evenly(self, begin: int, end: int, previous: int) -> list[tuple[int, int]]:
        """Return as few runs as there can be, of about the same length: a small last one would stay small for ever."""
        fewest = list(self.runs(begin, end, previous))
        share = sum(self._counts[begin:end]) // len(fewest)
        for budget in range(share, self._max_tokens, max(1, self._max_tokens // 20)):
            runs = list(self.runs(begin, end, previous, max(budget, 1)))
            if len(runs) <= len(fewest):
                return runs
        return fewest

    def _with_overlap(self, new: int, last: int, previous: int) -> tuple[int, int]:
        first = new
        while (
            first > max(previous + 1, new - self._overlap)
            and sum(self._counts[first - 1 : last + 1]) <= self._max_tokens
            and self._size(first - 1, last) <= self._max_tokens
        ):
            first -= 1
        return first, last

    def _size(self, first: int, last: int) -> int:
        return self._count_tokens([self._text[self._sentences[first].start : self._sentences[last].end]])[0]
