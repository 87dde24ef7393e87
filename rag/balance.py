"""Language balance: a passage is as near to a question of another language as to one of its own.

Multilingual models put a text's language into its vector: in a corpus of many languages, e5 answers in the question's own. So
from each vector the mean of its language is taken; and before a question is compared with single sentences, both go through
small linear maps, learnt on parallel text to bring a question to the sentence that answers it, whatever its language.
`benchmarks/fit_balance.py` fits both, and says on what. A model that nothing was fitted for is used as it is.
"""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

MAPPED = (
    0.75  # of the cosine after the maps; the rest is the cosine before, which keeps what was not in the parallel text
)


@dataclass(frozen=True)
class Balance:
    """Means and maps of one model.

    Means are by language, with `und` for any other; maps have shape `(dimension, dimension)`. `digest` tells one balance
    from another.
    """

    query_means: Mapping[str, Vectors] = field(default_factory=dict)
    passage_means: Mapping[str, Vectors] = field(default_factory=dict)
    query_map: Vectors | None = None
    sentence_map: Vectors | None = None
    digest: str = "none"

    def query(self, vector: Vectors, language: str) -> Vectors:
        """Return a question's unit vector without its language, shape `(dimension,)`."""
        balanced: Vectors = _unit(_centred(vector[None], language, self.query_means))[0]
        return balanced

    def passages(self, vectors: Vectors, language: str) -> Vectors:
        """Return unit vectors of passages of one language without that language, shape `(n, dimension)`."""
        return _unit(_centred(vectors, language, self.passage_means))

    def answer_cosines(self, query: Vectors, query_language: str, sentences: Vectors, language: str) -> Vectors:
        """Return how directly each sentence, shape `(n, dimension)`, answers the question: −1…1, shape `(n,)`."""
        asked, stated = self.query(query, query_language), self.passages(sentences, language)
        plain = stated @ asked
        if self.query_map is None or self.sentence_map is None:
            return np.asarray(plain, np.float32)
        mapped = _unit(stated @ self.sentence_map) @ _unit(asked[None] @ self.query_map)[0]
        return np.asarray((1 - MAPPED) * plain + MAPPED * mapped, np.float32)


def _centred(vectors: Vectors, language: str, means: Mapping[str, Vectors]) -> Vectors:
    mean = means.get(language, means.get("und"))
    return vectors if mean is None else vectors - mean


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
    """Return what was fitted for this model, or a balance that changes nothing."""
    file = resources.files("rag.data").joinpath(file_name("balance", model_name, "npz"))
    if not file.is_file():
        return Balance()
    data = file.read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        languages = [str(language) for language in arrays["languages"]]
        query_means, passage_means = (
            arrays["query_means"].astype(np.float32),
            arrays["passage_means"].astype(np.float32),
        )
        return Balance(
            dict(zip(languages, query_means, strict=True)),
            dict(zip(languages, passage_means, strict=True)),
            arrays["query_map"].astype(np.float32),
            arrays["sentence_map"].astype(np.float32),
            hashlib.sha256(data).hexdigest(),
        )
