"""How sure are the figures? Bootstrap intervals, and tests of whether one system is better than another."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
RESAMPLES = 2_000
PERMUTATIONS = 9_999
TEST = "paired permutation test on nDCG@10 (Fisher's randomisation, two-sided), Holm-corrected"


def bootstrap_intervals(values: Floats, *, seed: int = 0) -> list[tuple[float, float]] | None:
    """Return the 95 % percentile bootstrap interval of the mean of each column; None for fewer than two queries.

    Queries are what is drawn again, with replacement (Sakai, SIGIR 2006).

    Args:
        values: shape `(queries, measures)`.
        seed: the same seed gives the same intervals.
    """
    queries = len(values)
    if queries < 2:
        return None
    draws = np.random.default_rng(seed)
    even = np.full(queries, 1 / queries)
    means = np.concatenate(
        [draws.multinomial(queries, even, size=100) @ values / queries for _ in range(RESAMPLES // 100)]
    )
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def paired_p_value(one: Sequence[float], other: Sequence[float], *, seed: int = 0) -> float:
    """Return how likely so large a mean difference is by chance (0…1), were both systems alike.

    Fisher's randomisation test, two-sided, the sign of each query's difference flipped at random (Smucker et al., CIKM 2007).
    One query tells nothing: either sign is as extreme.
    """
    difference = np.asarray(one, float) - np.asarray(other, float)
    if len(difference) < 2 or not np.any(difference):
        return 1.0
    result = stats.permutation_test(
        (difference,),
        lambda sample, axis: np.mean(sample, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=max(1, 10_000_000 // len(difference)),
        rng=np.random.default_rng(seed),
    )
    return float(result.pvalue)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return p values corrected for being several (Holm 1979, Scandinavian Journal of Statistics 6).

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    corrected: dict[str, float] = {}
    most = 0.0
    for done, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        most = max(most, min(1.0, (len(p_values) - done) * p_values[name]))
        corrected[name] = most
    return {name: corrected[name] for name in p_values}
