"""Long sources in pieces that are exact slices, and the nearest of them."""

from itertools import pairwise

import pytest

from rag.checking.claims import Claim, Evidence
from rag.checking.nearest import PASSAGE, Nearest, pieces
from rag.embeddings import Embedder

TEXT = " ".join(f"Sentence number {number} is about lamp {number}." for number in range(300))


def test_pieces_are_slices_that_share_a_sentence_and_cover_all() -> None:
    found = pieces(Evidence(TEXT, "en", "a.txt", "d", 50, "2025-01-01"))
    assert len(found) > 5 and found[0].start == 50 and found[-1].start + len(found[-1].text) == 50 + len(TEXT)
    for piece in found:
        assert TEXT[piece.start - 50 : piece.start - 50 + len(piece.text)] == piece.text
        assert len(piece.text) <= PASSAGE and (piece.source, piece.document, piece.date) == ("a.txt", "d", "2025-01-01")
    for piece, following in pairwise(found):
        shared = piece.text[following.start - piece.start :]
        assert shared and following.text.startswith(shared) and shared.count(".") == 1


def test_short_sources_and_long_sentences_are_left_whole() -> None:
    assert pieces(Evidence("x" * 4000, "en")) == [Evidence("x" * 4000, "en")]
    assert [len(one.text) for one in pieces(Evidence("word " * 1000 + "end.", "en"))] == [5004]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "language", "at"),
    [("Lamp 250 is what sentence 250 tells of.", "en", 250), ("ارتفعت أسعار الخبز في المدينة", "ar", None)],
)
def test_the_nearest_pieces_are_chosen_by_words_and_across_languages(
    embedder: Embedder, text: str, language: str, at: int | None
) -> None:
    found = [*pieces(Evidence(TEXT, "en")), Evidence("The price of bread rose in the city.", "en")]
    chosen = Nearest(embedder)(Claim(text, language), found)
    assert len(chosen) == 4
    assert any(f"lamp {at}." in one.text if at else "bread" in one.text for one in chosen)
