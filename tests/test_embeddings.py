"""Choosing and loading an embedding model."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from rag.bundled_model import bundled_model_folder
from rag.embeddings import Embedder, Vectors, load_embedder, model_name
from rag.errors import EmbeddingModelError
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


@pytest.mark.model
def test_a_question_does_not_wait_for_a_long_document(embedder: Embedder) -> None:
    texts = [f"Sentence {number} of a long document tells of a ship that came to harbour." for number in range(160)]
    made: list[Vectors] = []
    indexing = threading.Thread(target=lambda: made.append(embedder.encode_passages(texts)))
    indexing.start()
    time.sleep(0.1)
    embedder.encode_queries(["Where did the ship come to?"])
    assert indexing.is_alive(), "the question came first"
    indexing.join()
    assert np.allclose(made[0][5], embedder.encode_passages(texts[5:6])[0], atol=1e-4), "each in its place"
