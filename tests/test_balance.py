"""Language balance: nothing in one language, level in many, careful with few."""

import numpy as np
import pytest

from rag.balance import OFF, Balance, Evener, IndexBalance, Mean, Vectors, even, load_balance
from rag.bundled_model import bundled_model_name

DIMENSION = 16


def vectors_of(seed: int, count: int, lean: float = 0.6) -> Vectors:
    """Unit vectors that lean towards one direction, the language's: shape `(count, DIMENSION)`."""
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)) / DIMENSION**0.5
    vectors += lean * np.eye(DIMENSION)[seed]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def mean_of(vectors: Vectors, count: int | None = None) -> Mean:
    return Mean(len(vectors) if count is None else count, vectors.mean(axis=0))


def offset(seed: int) -> Vectors:
    return (0.3 * np.eye(DIMENSION)[seed]).astype(np.float32)


@pytest.mark.parametrize("count", [1, 30, 5000])
@pytest.mark.parametrize("offsets", [{}, {"ar": offset(1)}, {"en": offset(2)}], ids=["none", "its own", "another's"])
def test_a_corpus_in_one_language_stays_as_it_is(count: int, offsets: dict[str, Vectors]) -> None:
    vectors = vectors_of(1, 50)
    index = Balance(offsets).of({"ar": mean_of(vectors, count)})
    assert index.level(vectors, "ar") == pytest.approx(vectors, abs=1e-6)
    asked = index.level(vectors[:1], "fr")
    assert asked == pytest.approx(vectors[:1], abs=1e-6), "nor is a question of a language that nothing is known of"
    assert Evener(("ar",), (vectors,), (count,)).scales(vectors[0]) == {}


def test_different_means_become_level() -> None:
    arabic, english = vectors_of(1, 3000), vectors_of(2, 1000)
    index = Balance().of({"ar": mean_of(arabic), "en": mean_of(english)})

    def apart(one: Vectors, other: Vectors) -> float:
        return float(np.linalg.norm(one.mean(axis=0) - other.mean(axis=0)))

    before, after = apart(arabic, english), apart(index.level(arabic, "ar"), index.level(english, "en"))
    assert before > 0.5 and after < 0.1 * before
    for language, vectors in (("ar", arabic), ("en", english)):
        level = index.level(vectors, language)
        assert np.linalg.norm(level, axis=1) == pytest.approx(1) and level.dtype == np.float32
        assert np.linalg.norm(index.bare(vectors, language).mean(axis=0)) < 0.1


def test_the_nearer_to_one_language_the_less_is_done() -> None:
    arabic, english = vectors_of(1, 500), vectors_of(2, 500)

    def moved(count: int) -> float:
        index = Balance().of({"ar": mean_of(arabic, 1000), "en": mean_of(english, count)})
        return float(np.linalg.norm(index.level(arabic, "ar") - arabic))

    found = [moved(count) for count in (0, 1, 20, 1000)]
    assert found == sorted(found) and found[0] == pytest.approx(0, abs=1e-4) and found[1] < 0.02 * found[-1]


def test_few_vectors_of_a_language_count_less_than_what_is_expected_of_it() -> None:
    arabic, english = vectors_of(1, 100), vectors_of(2, 100)

    def known(count: int) -> tuple[float, float]:
        """How far the mean is from what is expected of the language, and from what was seen of it."""
        index = Balance({"ar": offset(1), "en": offset(3)}).of(
            {"ar": mean_of(arabic, 1000), "en": mean_of(english, count)}
        )
        mean = index._mean("en")
        return float(np.linalg.norm(mean - index._expected("en"))), float(np.linalg.norm(mean - english.mean(axis=0)))

    from_expected, from_seen = zip(*map(known, (1, 5, 20, 100, 10_000)), strict=True)
    assert list(from_seen) == sorted(from_seen, reverse=True) and from_seen[-1] < 0.01
    assert from_expected[0] < 0.1 * from_seen[0]
    assert from_expected[2] == pytest.approx(from_seen[2]), "with twenty both count as much"


def test_a_question_of_a_language_without_documents() -> None:
    arabic, english = vectors_of(1, 3000), vectors_of(2, 1000)
    means = {"ar": mean_of(arabic), "en": mean_of(english)}
    common = 0.75 * means["ar"].vector + 0.25 * means["en"].vector
    index = Balance({"ar": offset(1), "fr": offset(4)}).of(means)
    assert index._mean("fr") == pytest.approx(common + offset(4) - 0.75 * offset(1), abs=1e-6)
    assert index._mean("sv") == pytest.approx(common, abs=1e-6)


@pytest.mark.parametrize(
    "index", [OFF.of({"ar": mean_of(vectors_of(1, 9)), "en": mean_of(vectors_of(2, 9))}), Balance().of({})]
)
def test_switched_off_or_empty_changes_nothing(index: IndexBalance) -> None:
    vectors = vectors_of(1, 20)
    for same in (index.level(vectors, "ar"), index.bare(vectors, "en")):
        assert np.array_equal(same, vectors)
    assert index.mapped(vectors, "ar") is None


def test_the_map_follows_the_means() -> None:
    turn = np.roll(np.eye(DIMENSION, dtype=np.float32), 1, axis=1)
    arabic = vectors_of(1, 300)
    index = Balance(map=turn).of({"ar": mean_of(arabic, 10**9)})
    assert index.mapped(arabic, "ar") == pytest.approx(np.roll(index.bare(arabic, "ar"), 1, axis=1), abs=1e-6)


def samples() -> tuple[Vectors, Vectors, Vectors]:
    """A question's vector, and samples of two languages of which one is nearer to it and more spread."""
    arabic, english = vectors_of(1, 200, 0.8), vectors_of(2, 200, 0.2)
    return (np.eye(DIMENSION)[1]).astype(np.float32), arabic, english


def test_evener_brings_mean_and_spread_together() -> None:
    query, arabic, english = samples()
    scales = Evener(("ar", "en"), (arabic, english), (10**9, 10**9)).scales(query)
    found = {
        name: even(sample @ query, [name] * len(sample), scales) for name, sample in (("ar", arabic), ("en", english))
    }
    assert found["ar"].mean() == pytest.approx(found["en"].mean(), abs=1e-5)
    assert found["ar"].std() == pytest.approx(found["en"].std(), abs=1e-5)
    everything = np.concatenate([arabic, english]) @ query
    assert found["ar"].mean() == pytest.approx(everything.mean(), abs=1e-5), "as it was over all languages"
    assert found["ar"].std() == pytest.approx(everything.std(), abs=1e-5)
    assert (np.argsort(found["en"]) == np.argsort(english @ query)).all(), "the order within a language stays"


def test_evener_does_less_where_there_are_few() -> None:
    query, arabic, english = samples()

    def gap(count: int) -> float:
        scales = Evener(("ar", "en"), (arabic, english), (count, count)).scales(query)
        means = {"ar": (arabic @ query).mean(), "en": (english @ query).mean()}
        level = {name: factor * means[name] + shift for name, (factor, shift) in scales.items()}
        return float(abs(level["ar"] - level["en"]))

    gaps = [gap(count) for count in (1, 20, 200, 2000, 10**6)]
    before = float((arabic @ query).mean() - (english @ query).mean())
    assert gaps == sorted(gaps, reverse=True) and gaps[0] > 0.9 * before and gaps[-1] < 0.01 * before


def test_even_leaves_languages_without_a_scale() -> None:
    cosines = np.array([0.2, 0.4, 0.6], np.float32)
    assert even(cosines, ["ar", "en", "xx"], {"ar": (2.0, 0.1), "en": (1.0, -0.4)}) == pytest.approx(
        [0.5, 0, 0.6], abs=1e-6
    )
    assert even(cosines[:0], [], {"ar": (2.0, 0.1)}).shape == (0,)


def test_what_was_fitted_is_read_and_unknown_models_have_nothing() -> None:
    unknown, bundled = load_balance("org/unknown"), load_balance(bundled_model_name())
    assert not unknown.offsets and unknown.map is None and unknown.is_on
    assert bundled.map is not None and {"ar", "en", "fr", "zh"} <= bundled.offsets.keys()
    assert bundled.digest != unknown.digest != OFF.digest
