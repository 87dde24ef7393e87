"""Language balance: a passage is as near to a question of another language as to one of its own.

Multilingual models put a text's language into its vector: in a corpus of many languages, e5 answers in the question's own. Three
things are done about it, all of which leave a corpus in one language exactly as it is:

1. The mean of each language, which the index keeps, gives way to the mean of all (`IndexBalance.level`).
2. Cosines with the passages of each language are brought to one mean and spread, question by question (`Evener`).
3. Beside the cosine of a question with a sentence stands another one, after a linear map learnt on parallel text to bring a
   question to the sentence that answers it, whatever its language.

`benchmarks/fit_balance.py` fits the map, and what is known of a language before any document of it is there, and says on what.
For a model that nothing was fitted for, the first two are done with what the index knows.
"""

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

_KNOWN_FROM = 20
"""A language's mean counts as much as what is expected of it from so many vectors on."""
_LEAST_KEPT = 0.5
"""Share of the common mean that is left in: none would be best for pools of bare sentences (XQuAD-R), all of it for sentences
under their titles (our parallel items)."""
_EVEN_FROM = 200
"""A language's own mean and spread of cosines count as much as all languages' from so many vectors on: among fewer, one that
answers the question would weigh too much in them."""


@dataclass(frozen=True, slots=True, eq=False)
class Mean:
    """How many vectors of a language there are, and their mean, shape `(dimension,)`, not of unit length."""

    count: int
    vector: Vectors


@dataclass(frozen=True)
class Balance:
    """What was fitted for one model.

    `offsets` tell by how much the mean of a language differs from that of all, shape `(dimension,)`; `map` has shape
    `(dimension, dimension)`. `digest` tells one balance from another. Without `is_on` nothing is balanced.
    """

    offsets: Mapping[str, Vectors] = field(default_factory=dict)
    map: Vectors | None = None
    digest: str = "none"
    is_on: bool = True

    def of(self, means: Mapping[str, Mean]) -> "IndexBalance":
        """Return the balance for an index with these vectors, by language."""
        return IndexBalance(self, means)


OFF = Balance(digest="off", is_on=False)


class IndexBalance:
    """The balance among the vectors of one index, of one kind: its chunks, or its sentences.

    Args:
        balance: of the model.
        means: of the vectors in the index, by language.
    """

    def __init__(self, balance: Balance, means: Mapping[str, Mean]) -> None:
        self._means: dict[str, Vectors] = {}
        self._map = balance.map if balance.is_on else None
        self._offsets = balance.offsets
        self.counts = {language: mean.count for language, mean in means.items() if mean.count}
        shares = {language: count / sum(self.counts.values()) for language, count in self.counts.items()}
        self.shares: Mapping[str, float] = shares
        self._is_on = balance.is_on and bool(self.counts)
        if not self._is_on:
            return
        dimension = len(next(iter(means.values())).vector)
        self._common = sum((share * means[name].vector for name, share in shares.items()), np.zeros(dimension))
        nothing = np.zeros(dimension, np.float32)
        self._offset = sum((share * self._offsets.get(name, nothing) for name, share in shares.items()), nothing)
        self._kept = max(_LEAST_KEPT, sum(share**2 for share in shares.values())) * self._common
        for language, count in self.counts.items():
            weight = count / (count + _KNOWN_FROM)
            expected = self._expected(language)
            self._means[language] = (weight * means[language].vector + (1 - weight) * expected).astype(np.float32)

    def level(self, vectors: Vectors, language: str) -> Vectors:
        """Return unit vectors of one language with the mean of all in place of its own, shape `(n, dimension)`."""
        return _unit(vectors - self._mean(language) + self._kept) if self._is_on else vectors

    def mapped(self, vectors: Vectors, language: str) -> Vectors | None:
        """Return unit vectors of one language after the map, shape `(n, dimension)`; None where there is none."""
        return None if self._map is None or not self._is_on else _unit(self.bare(vectors, language) @ self._map)

    def bare(self, vectors: Vectors, language: str) -> Vectors:
        """Return unit vectors of one language without its mean, shape `(n, dimension)`: what they say beyond the usual."""
        return _unit(vectors - self._mean(language)) if self._is_on else vectors

    def _mean(self, language: str) -> Vectors:
        mean = self._means.get(language)
        return self._expected(language) if mean is None else mean

    def _expected(self, language: str) -> Vectors:
        """Return what the mean of a language should be, from the mean of all and from what was fitted."""
        offset = self._offsets.get(language)
        return np.asarray(self._common if offset is None else self._common + offset - self._offset, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Evener:
    """Brings a question's cosines with the vectors of each language to one mean and spread.

    Args:
        languages: of the samples, none twice.
        samples: some vectors of each language, each of shape `(m, dimension)`, level or mapped as those that are asked about.
        counts: how many vectors of each language the index holds.
    """

    languages: tuple[str, ...]
    samples: tuple[Vectors, ...]
    counts: tuple[int, ...]

    def scales(self, query: Vectors) -> dict[str, tuple[float, float]]:
        """Return, by language, the `(factor, shift)` that make a cosine with the query even; `(1, 0)` in one language."""
        if len(self.languages) < 2:
            return {}
        cosines = [sample @ query for sample in self.samples]
        means = np.array([scores.mean() for scores in cosines])
        variances = np.array([scores.var() for scores in cosines])
        shares = np.array(self.counts) / sum(self.counts)
        mean = float(shares @ means)
        variance = float(shares @ (variances + (means - mean) ** 2))
        own = np.array(self.counts) / (np.array(self.counts) + _EVEN_FROM)
        means = own * means + (1 - own) * mean
        factors = np.sqrt(variance / np.maximum(own * variances + (1 - own) * variance, 1e-12))
        return {
            language: (float(factor), float(mean - factor * shifted))
            for language, factor, shifted in zip(self.languages, factors, means, strict=True)
        }


def even(cosines: Vectors, languages: Sequence[str], scales: Mapping[str, tuple[float, float]]) -> Vectors:
    """Return cosines with vectors of these languages made even, shape `(n,)`."""
    pairs = np.array([scales.get(language, (1.0, 0.0)) for language in languages], np.float32).reshape(-1, 2)
    return cosines * pairs[:, 0] + pairs[:, 1]


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)


def file_name(kind: str, model_name: str, suffix: str) -> str:
    """Return the name of the file of `rag/data` that holds what was fitted for a model.

    >>> file_name("balance", "org/some-model", "npz")
    'balance-org_some-model.npz'
    """
    return f"{kind}-{re.sub(r'[^A-Za-z0-9._-]', '_', model_name)}.{suffix}"


def load_balance(model_name: str) -> Balance:
    """Return what was fitted for this model, or a balance that knows of no language."""
    file = resources.files("rag.data").joinpath(file_name("balance", model_name, "npz"))
    if not file.is_file():
        return Balance()
    data = file.read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        languages = [str(language) for language in arrays["languages"]]
        offsets = dict(zip(languages, arrays["offsets"].astype(np.float32), strict=True))
        return Balance(offsets, arrays["map"].astype(np.float32), hashlib.sha256(data).hexdigest())
