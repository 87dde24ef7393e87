"""The cross-encoder: which layers are its own, what its file keeps, and what it sees that vectors of either text do not."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from rag.balance import file_name
from rag.bundled_model import bundled_model_name
from rag.cross_encoder import (
    LONGEST,
    CrossEncoder,
    Learnt,
    batches,
    forward,
    load_learnt,
    new_head,
    packed,
    tokens,
    unpacked,
    with_upper_layers,
)
from rag.embeddings import Embedder

DIMENSION, LAYERS = 64, 3
CHANGED = "encoder.layer.2.attention.self.query.weight"
NORM = "encoder.layer.2.output.LayerNorm.bias"


@pytest.fixture
def small() -> Any:
    torch.manual_seed(0)
    sizes = {"hidden_size": DIMENSION, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "intermediate_size": 128}
    return BertModel(BertConfig(vocab_size=50, max_position_embeddings=64, **sizes)).eval()


@pytest.fixture
def learnt() -> Learnt:
    generator = np.random.default_rng(0)
    added = {
        CHANGED: generator.normal(size=(DIMENSION, DIMENSION)).astype(np.float32),
        NORM: generator.normal(size=DIMENSION).astype(np.float32),
    }
    torch.manual_seed(1)
    return Learnt(added, {name: value.numpy() for name, value in new_head(DIMENSION).state_dict().items()})


def test_lower_layers_are_shared_and_the_model_stays_as_it_is(small: Any, learnt: Learnt) -> None:
    before = {name: value.clone() for name, value in small.state_dict().items()}
    model, _ = with_upper_layers(small, learnt)
    assert [model.encoder.layer[at] is small.encoder.layer[at] for at in range(LAYERS)] == [True, True, False]
    assert model.embeddings is small.embeddings
    assert all(torch.equal(value, before[name]) for name, value in small.state_dict().items())
    after = dict(model.named_parameters())
    for name, added in learnt.added.items():
        assert torch.allclose(after[name], before[name] + torch.from_numpy(added))
    assert torch.equal(
        after["encoder.layer.2.attention.self.key.weight"], before["encoder.layer.2.attention.self.key.weight"]
    )


def test_a_pair_reads_the_same_alone_and_among_others(small: Any, learnt: Learnt) -> None:
    model, head = with_upper_layers(small, learnt)
    with torch.inference_mode():
        alone = [float(forward(model, head, [ids], 0)) for ids in ([3, 4, 5], [6, 7, 8, 9, 10, 11, 12])]
        together = forward(model, head, [[3, 4, 5], [6, 7, 8, 9, 10, 11, 12]], 0).tolist()
    assert together == pytest.approx(alone, abs=1e-5)
    assert alone[0] != alone[1]


def test_what_the_file_keeps_is_within_its_rounding(learnt: Learnt) -> None:
    arrays = packed(learnt)
    kept = unpacked(arrays)
    assert arrays[f"matrix/{CHANGED}"].nbytes == DIMENSION * DIMENSION / 2, "four bits each"
    rounding = np.abs(learnt.added[CHANGED]).reshape(DIMENSION, -1, 32).max(axis=2).repeat(32, axis=1) / 7 / 2
    assert (np.abs(kept.added[CHANGED] - learnt.added[CHANGED]) <= rounding * 1.01).all()
    assert np.abs(kept.added[CHANGED]).max() > 1
    assert kept.added[NORM] == pytest.approx(learnt.added[NORM], abs=2e-3)
    assert set(kept.head) == set(learnt.head)
    nothing = unpacked(packed(Learnt({CHANGED: np.zeros((2, 64), np.float32)}, {})))
    assert (nothing.added[CHANGED] == 0).all()


def test_batches_hold_every_pair_once_and_no_more_tokens_than_they_may() -> None:
    lengths = np.random.default_rng(0).integers(5, 100, size=200).tolist()
    found = list(batches(lengths, 400))
    assert sorted(at for some in found for at in some) == list(range(200))
    assert all(len(some) * max(lengths[at] for at in some) <= 400 for some in found)
    assert list(batches([500], 400)) == [[0]] and list(batches([], 400)) == []


def test_another_model_has_none() -> None:
    assert load_learnt("some/other-model") is None


def test_what_was_learnt_is_of_the_upper_half_of_the_bundled_model() -> None:
    found = load_learnt(bundled_model_name())
    assert found is not None, file_name("cross-encoder", bundled_model_name(), "npz")
    assert {int(name.split(".")[2]) for name in found.added} == set(range(6, 12))
    assert all(np.isfinite(values).all() for values in (*found.added.values(), *found.head.values()))


PORT = "The port of Sidra was opened in 1907 by Hanna Weber. In 1951 a storm destroyed its northern pier."
MINA = "افتتح ميناء سدرة سنة 1907 على يد حنا فيبر. وفي سنة 1951 دمرت عاصفة رصيفه الشمالي."
HAFEN = "Der Hafen von Sidra wurde 1907 von Hanna Weber eröffnet. 1951 zerstörte ein Sturm seinen nördlichen Pier."


@pytest.fixture(scope="module")
def encoder(embedder: Embedder) -> CrossEncoder:
    assert embedder.cross_encoder is not None and embedder.cross_encoder is embedder.cross_encoder
    return embedder.cross_encoder


@pytest.mark.model
def test_it_sees_which_of_two_years_a_text_gives_for_what_is_asked(encoder: CrossEncoder) -> None:
    asked = [
        ("When was the port of Sidra opened?", "1907", "1951", PORT),
        ("When was the northern pier destroyed by a storm?", "1951", "1907", PORT),
        ("متى افتتح ميناء سدرة؟", "1907", "1951", MINA),
        ("متى دمرت العاصفة الرصيف الشمالي؟", "1951", "1907", MINA),
        ("Wann wurde der Hafen von Sidra eröffnet?", "1907", "1951", HAFEN),
        ("Wann zerstörte ein Sturm den nördlichen Pier?", "1951", "1907", HAFEN),
    ]
    right = encoder.logits([(f"{question} {answer}", text) for question, answer, _, text in asked])
    wrong = encoder.logits([(f"{question} {answer}", text) for question, _, answer, text in asked])
    assert (right > wrong).sum() >= 5, (right - wrong).tolist()


@pytest.mark.model
def test_nothing_in_is_nothing_out_and_long_or_empty_texts_are_read(encoder: CrossEncoder) -> None:
    assert encoder.logits([]).shape == (0,)
    found = encoder.logits([("", ""), ("word " * 5000, "text " * 5000), ("a", "text " * 5000), ("\x00\ud800", "🙂")])
    assert found.dtype == np.float32 and np.isfinite(found).all()


@pytest.mark.model
def test_pairs_are_cut_to_what_is_read(embedder: Embedder) -> None:
    (ids,) = tokens(embedder.transformer[1], [("word " * 500, "text " * 500)])
    assert len(ids) == LONGEST
    assert tokens(embedder.transformer[1], []) == []


@pytest.mark.model
def test_threads_may_share_it_with_each_other_and_with_the_embedder(encoder: CrossEncoder, embedder: Embedder) -> None:
    pairs = [(f"The port opened in {year}.", PORT) for year in range(1900, 1916)]
    vector, alone = embedder.encode_queries([PORT]), encoder.logits(pairs)
    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(encoder.logits, pairs[at : at + 4]) for at in range(0, 16, 4)]
        encoding = [pool.submit(embedder.encode_queries, [PORT]) for _ in range(4)]
        assert np.concatenate([one.result() for one in reading]) == pytest.approx(alone, abs=1e-3)
        assert all(np.allclose(one.result(), vector, atol=1e-5) for one in encoding)
