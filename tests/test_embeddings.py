"""Choosing and loading an embedding model."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import embeddings
from rag.bundled_model import bundled_model_folder
from rag.embeddings import Embedder, load_embedder, model_name
from rag.errors import EmbeddingModelError
from rag.late_interaction import SIZE, LateInteraction
from rag.settings import Settings, load_settings


@pytest.mark.parametrize("location", ["/nowhere/at/all", "./not-here", "no-such-org/no-such-model"])
def test_model_that_cannot_be_loaded_is_one_line(location: str) -> None:
    with pytest.raises(EmbeddingModelError) as caught:
        load_embedder(load_settings(embedding_model=location))
    assert location in str(caught.value) and "RAG_EMBEDDING_MODEL" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folder_that_is_no_model_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(EmbeddingModelError) as caught:
        load_embedder(load_settings(embedding_model=str(tmp_path)))
    assert "\n" not in str(caught.value)


@pytest.mark.model
@pytest.mark.parametrize("asked", ["كم مخـــطوطة في المكتــبة؟", "كَمْ مَخْطُوطَةً في المكتبةِ؟"])
def test_a_question_may_stretch_and_vocalise_its_words(embedder: Embedder, asked: str) -> None:
    found, plain = embedder.encode_questions([asked, "كم مخطوطة في المكتبة؟"])
    assert np.allclose(found.vector, plain.vector, atol=1e-5) and np.allclose(found.tokens, plain.tokens, atol=1e-4)


@pytest.mark.model
def test_a_folder_is_loaded_with_the_prompts_it_declares(settings: Settings, embedder: Embedder) -> None:
    folder = bundled_model_folder(settings.cache_dir)
    other = load_settings(embedding_model=str(folder))
    assert model_name(other) == str(folder) != model_name(settings)
    loaded = load_embedder(other)
    assert np.allclose(loaded.encode_queries(["ماء"]), embedder.encode_queries(["ماء"]), atol=1e-5)
    assert np.allclose(loaded.encode_passages(["ماء"]), embedder.encode_passages(["ماء"]), atol=1e-5)
    assert not np.allclose(loaded.encode_passages(["ماء"]), embedder.encode_queries(["ماء"]), atol=1e-3)


@pytest.mark.model
def test_prompts_can_be_set(settings: Settings, embedder: Embedder) -> None:
    same = load_embedder(load_settings(query_prompt="passage: "))
    assert np.allclose(same.encode_queries(["ماء"]), embedder.encode_passages(["ماء"]), atol=1e-5)


@pytest.mark.model
def test_vectors_are_unit_float32_and_nothing_gives_nothing(embedder: Embedder) -> None:
    vectors = embedder.encode_passages(["one", "two"])
    assert vectors.dtype == np.float32 and vectors.shape == (2, embedder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.encode_queries([]).shape == (0, embedder.dimension)
    assert embedder.count_tokens([]) == []


@pytest.fixture(scope="module")
def late(embedder: Embedder) -> LateInteraction:
    """A map that nothing was fitted by, yet one that tells any two tokens apart."""
    chance = np.random.default_rng(0)
    shapes = (embedder.dimension, (embedder.dimension, SIZE), embedder.dimension)
    mean, projection, importance = (chance.normal(size=shape).astype(np.float32) for shape in shapes)
    return LateInteraction(0.01 * mean, projection, importance, 0.5)


@pytest.fixture(scope="module")
def with_tokens(settings: Settings, late: LateInteraction) -> Embedder:
    """The default model, as if that map were in its file."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(embeddings, "load_late_interaction", {model_name(settings): late}.get)
        return load_embedder(settings)


TEXTS = [
    "The ferry leaves at nine.",
    "The ferry leaves at nine, but not on Sundays.",
    "Harbour news\nThe ferry Amal, with 240 people aboard, sank off the coast on Sunday night.",
    "افتتح الجسر في مايو 2021. بلغت كلفته 12 مليون يورو.",
    "由于风暴，机场关闭至星期二上午。",
    "ماء",
    " ".join(f"Sentence {number} tells of a ship." for number in range(20)),
]


@pytest.mark.model
def test_tokens_come_with_the_same_vectors_whatever_the_batch(embedder: Embedder, with_tokens: Embedder) -> None:
    for plain, encode in (
        (embedder.encode_passages, with_tokens.encode_chunks),
        (embedder.encode_queries, with_tokens.encode_questions),
    ):
        together = encode(TEXTS)
        assert np.array([one.vector for one in together]) == pytest.approx(plain(TEXTS), abs=1e-5)
        assert [len(one.tokens) for one in together] == embedder.count_tokens(TEXTS)
        for text, one in zip(TEXTS, together, strict=True):
            (alone,) = encode([text])
            assert alone.vector == pytest.approx(plain([text])[0], abs=1e-5)
            assert alone.vector == pytest.approx(one.vector, abs=1e-5)
            most = (
                1 if alone.tokens.dtype == np.int8 else 1e-5
            )  # a number that lies between two may be rounded to either
            assert np.abs(alone.tokens - one.tokens.astype(np.float32)).max() <= most, "padding is no token"
            assert (alone.tokens != one.tokens).mean() < 0.001 or alone.tokens.dtype == np.float32


@pytest.mark.model
def test_tokens_are_those_of_the_text_and_of_nothing_else(with_tokens: Embedder, late: LateInteraction) -> None:
    made = with_tokens._model.encode(
        TEXTS[3], prompt="passage: ", output_value="token_embeddings", show_progress_bar=False
    )
    states = np.asarray(made)[3:-1]  # <s>, "▁passage" and ":" stand before, </s> behind
    (chunk,) = with_tokens.encode_chunks(TEXTS[3:4])
    assert chunk.tokens.dtype == np.int8 and chunk.tokens.shape == (*states.shape[:1], SIZE)
    assert np.abs(chunk.tokens - late.of_passage(states).astype(np.float32)).max() <= 1
    (question,) = with_tokens.encode_questions(TEXTS[:1])
    assert question.tokens.dtype == np.float32
    assert np.linalg.norm(question.tokens, axis=1).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.model
def test_of_a_text_that_is_too_long_there_are_the_tokens_that_were_read(with_tokens: Embedder) -> None:
    long = " ".join(["ship"] * 900)
    assert with_tokens.count_tokens([long])[0] >= 900
    (chunk,) = with_tokens.encode_chunks([long])
    assert with_tokens.max_tokens <= len(chunk.tokens) <= with_tokens.max_tokens + 1
    assert chunk.vector == pytest.approx(with_tokens.encode_passages([long])[0], abs=1e-5)


@pytest.mark.model
def test_without_a_map_there_are_no_tokens(with_tokens: Embedder) -> None:
    plain = Embedder(with_tokens._model, "any/model", "query: ", "passage: ")
    for encode, vectors, kind in (
        (plain.encode_chunks, plain.encode_passages(TEXTS), np.int8),
        (plain.encode_questions, plain.encode_queries(TEXTS), np.float32),
    ):
        found = encode(TEXTS)
        assert np.array_equal([one.vector for one in found], vectors)
        assert {one.tokens.shape for one in found} == {(0, SIZE)} and {one.tokens.dtype.type for one in found} == {kind}
    assert plain.encode_chunks([]) == plain.encode_questions([]) == []
    assert with_tokens.encode_chunks([]) == with_tokens.encode_questions([]) == []


@pytest.mark.model
@pytest.mark.parametrize("tokens", [False, True])
def test_a_question_does_not_wait_for_a_long_document(embedder: Embedder, with_tokens: Embedder, tokens: bool) -> None:
    encode: Callable[[Sequence[str]], Any] = with_tokens.encode_chunks if tokens else embedder.encode_passages
    ask: Callable[[Sequence[str]], Any] = with_tokens.encode_questions if tokens else embedder.encode_queries
    texts = [f"Sentence {number} of a long document tells of a ship that came to harbour." for number in range(160)]
    made: list[Any] = []
    indexing = threading.Thread(target=lambda: made.extend(encode(texts)))
    indexing.start()
    time.sleep(0.1)
    ask(["Where did the ship come to?"])
    assert indexing.is_alive(), "the question came first"
    indexing.join()
    found, expected = (one.vector if tokens else one for one in (made[5], encode(texts[5:6])[0]))
    assert found == pytest.approx(expected, abs=1e-4), "each in its place"
