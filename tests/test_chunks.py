"""Chunks: exact slices within their budget that hold every sentence, for any text and any counter of tokens."""

from itertools import pairwise

import pytest
import regex
from any_text import assert_clusters_whole, assert_spans_hold, texts
from growth import is_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunks import MIN_TOKENS, chunk_document
from rag.models import Document, Page, Span
from rag.text.cuts import cut_evenly
from rag.text.sentences import sentence_spans


def count_words(texts):
    return [len(regex.findall(r"\w+|\S", text)) for text in texts]


def count_characters(texts):
    return [len(text) for text in texts]


def count_more_when_joined(texts):
    """A counter whose counts do not add up: each line break and each full stop costs as if it were longer."""
    return [len(text.split()) + 3 * text.count("\n") + text.count(". ") for text in texts]


COUNTERS = [count_words, count_characters, count_more_when_joined]


def document(text, language="und", pages=()):
    return Document("d1", "d.txt", "D", language, None, text, tuple(pages))


def numbered(count, words=4):
    return " ".join(f"Sentence {number} has {'very ' * words}few words." for number in range(count))


def assert_chunks_hold(text, chunks, counter, max_tokens, overlap):
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.sentences
        assert (chunk.sentences[0].start, chunk.sentences[-1].end) == (chunk.start, chunk.end)
        assert counter([chunk.text])[0] <= max_tokens
    for before, after in pairwise(chunks):
        assert before.start < after.start and before.end < after.end
        shared = [span for span in after.sentences if span in before.sentences]
        assert len(shared) <= overlap
        assert (
            list(after.sentences[: len(shared)])
            == shared
            == list(before.sentences[len(before.sentences) - len(shared) :])
        )
    every = sorted({span for chunk in chunks for span in chunk.sentences}, key=lambda span: span.start)
    assert_spans_hold(text, every)
    return every


@settings(max_examples=800, deadline=None, derandomize=True)
@given(
    texts(),
    st.sampled_from(COUNTERS),
    st.integers(MIN_TOKENS, 60),
    st.integers(0, 4),
)
def test_any_text(drawn, counter, max_tokens, overlap):
    language, text = drawn
    chunks = chunk_document(document(text, language), counter, max_tokens=max_tokens, overlap_sentences=overlap)
    every = assert_chunks_hold(text, chunks, counter, max_tokens, overlap)
    assert bool(chunks) == bool(text.strip())
    whole = [span for span in sentence_spans(text, language) if counter([text[span.start : span.end]])[0] <= max_tokens]
    assert set(whole) <= set(every)
    if all(counter([cluster])[0] <= max_tokens for cluster in regex.findall(r"\X", text)):
        assert_clusters_whole(text, every)
    assert chunks == chunk_document(document(text, language), counter, max_tokens=max_tokens, overlap_sentences=overlap)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(), max_size=300), st.integers(MIN_TOKENS, 40))
def test_random_unicode(text, max_tokens):
    chunks = chunk_document(document(text), count_characters, max_tokens=max_tokens)
    assert_chunks_hold(text, chunks, count_characters, max_tokens, 1)


@settings(max_examples=800, deadline=None, derandomize=True)
@given(texts(), st.integers(2, 12))
def test_cuts_keep_every_character_and_cluster(drawn, parts):
    text = drawn[1].strip()
    if len(text) > 1:
        cuts = cut_evenly(text, Span(0, len(text)), parts)
        assert_spans_hold(text, cuts)
        if len(regex.findall(r"\X", text)) > 1:
            assert_clusters_whole(text, cuts)


def test_chunks_are_whole_sentences_that_overlap():
    chunks = chunk_document(document(numbered(12)), count_words, max_tokens=30, overlap_sentences=1)
    assert all(chunk.text.startswith("Sentence") and chunk.text.endswith("words.") for chunk in chunks)
    assert all(before.sentences[-1] == after.sentences[0] for before, after in pairwise(chunks))
    assert all(len(chunk.sentences) == 3 for chunk in chunks[:-1])


def test_no_overlap_when_none_is_asked_for():
    chunks = chunk_document(document(numbered(12)), count_words, max_tokens=30, overlap_sentences=0)
    assert all(before.end < after.start for before, after in pairwise(chunks))


def test_overlap_gives_way_to_a_long_sentence():
    text = f"{numbered(1, words=20)} {numbered(1, words=20)} Short one."
    chunks = chunk_document(document(text), count_words, max_tokens=30, overlap_sentences=3)
    assert [len(chunk.sentences) for chunk in chunks] == [1, 2]


def test_long_sentence_is_cut_at_clauses():
    text = "ذهب الولد إلى السوق، واشترى خبزا طازجا، وعاد إلى البيت، وأكل مع إخوته."
    chunks = chunk_document(document(text, "ar"), count_words, max_tokens=10, overlap_sentences=0)
    pieces = [text[span.start : span.end] for chunk in chunks for span in chunk.sentences]
    assert len(pieces) > 1
    assert all(piece.endswith(("،", ".")) for piece in pieces)


def test_long_sentence_may_have_a_budget_of_its_own():
    text = "one two three four, five six seven eight, nine ten eleven twelve."
    whole = chunk_document(document(text), count_words, max_tokens=40)
    cut = chunk_document(document(text), count_words, max_tokens=40, max_sentence_tokens=8)
    assert len(whole) == len(cut) == 1
    assert (len(whole[0].sentences), len(cut[0].sentences)) == (1, 3)


@pytest.mark.parametrize("cluster", ["👩‍👩‍👧‍👦", "e\u0301\u0302", "🇸🇦", "क्षि", "각", "ب\u064e\u0651"])
def test_text_without_any_space_is_cut_between_clusters(cluster):
    text = cluster * 100
    chunks = chunk_document(document(text), count_characters, max_tokens=23, overlap_sentences=0)
    assert_clusters_whole(text, assert_chunks_hold(text, chunks, count_characters, 23, 0))


def test_cluster_over_the_budget_is_cut_itself():
    text = "a" + "\u0301" * 100
    assert_chunks_hold(text, chunk_document(document(text), count_characters, max_tokens=10), count_characters, 10, 1)


def test_page_is_where_the_chunk_starts():
    text = numbered(6)
    half = text.index("Sentence 3")
    pages = [Page(1, 0, half), Page(2, half, len(text))]
    chunks = chunk_document(document(text, pages=pages), count_words, max_tokens=20, overlap_sentences=0)
    assert [chunk.page for chunk in chunks] == [1, 1, 2]
    assert chunk_document(document(text), count_words)[0].page is None


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_no_text_no_chunks(text):
    assert chunk_document(document(text), count_words) == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"max_tokens": MIN_TOKENS - 1}, "max_tokens is 7"),
        ({"overlap_sentences": -1}, "overlap_sentences is -1"),
        ({"max_sentence_tokens": 0}, "max_sentence_tokens is 0"),
        ({"max_tokens": 50, "max_sentence_tokens": 51}, "max_sentence_tokens is 51"),
    ],
)
def test_budgets_that_cannot_be_kept(options, named):
    with pytest.raises(ValueError, match=named):
        chunk_document(document("A text."), count_words, **options)


@pytest.mark.parametrize("text", [numbered(10_000), "word " * 100_000, "ก" * 200_000, "。" * 200_000])
def test_time_is_linear(text):
    assert is_linear(lambda length: chunk_document(document(text[:length]), count_words), len(text) // 4)
