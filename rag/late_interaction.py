"""Late interaction: every token of a question is compared with the token of a passage that is nearest to it.

One vector for a whole passage says what it is about; a vector for each of its tokens also says which name, which year. ColBERT
(Khattab & Zaharia 2020, arXiv 2004.12832) adds up, over the question's tokens, the greatest similarity with any token of the
passage (MaxSim). Here a token's vector is what the embedding model makes of it on the way to the vector of its text, brought to
a few numbers by a map that was fitted, and kept as int8; and some tokens of a question weigh more than others.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from rag.balance import file_name

Vectors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int8]
"""The vectors of a passage's tokens, shape `(tokens, SIZE)`: 127 times unit ones, rounded."""

SIZE = 64
"""Numbers, and bytes, of a token's vector."""


@dataclass(frozen=True, slots=True, eq=False)
class LateInteraction:
    """What was fitted for one model, to make small vectors of its tokens' states.

    `mean` and `importance` have shape `(dimension,)`, `projection` has `(dimension, SIZE)`.
    """

    mean: Vectors
    projection: Vectors
    importance: Vectors
    bias: float

    def of_passage(self, states: Vectors) -> Tokens:
        """Return the vectors to keep of a passage whose tokens have these states, shape `(n, dimension)` → `(n, SIZE)`.

        >>> late = LateInteraction(np.zeros(2), np.eye(2, SIZE), np.zeros(2), 0.0)
        >>> late.of_passage(np.array([[3.0, 4.0], [0.0, -2.0]]))[:, :3].tolist()
        [[76, 102, 0], [0, -127, 0]]
        """
        return np.rint(127 * self._projected(states - self.mean)).astype(np.int8)

    def of_question(self, states: Vectors) -> Vectors:
        """Return unit vectors of a question's tokens, each times its weight, shape `(n, dimension)` → `(n, SIZE)`.

        The weights are positive and add up to 1.
        """
        centred = states - self.mean
        # The logarithms of sigmoids: they are exact where the sigmoids themselves would all round to 0.
        logs = -np.logaddexp(0, -(centred @ self.importance + self.bias))
        weights = np.exp(logs - logs.max(initial=-np.inf))
        return np.asarray(self._projected(centred) * (weights / weights.sum())[:, None], np.float32)

    def _projected(self, centred: Vectors) -> Vectors:
        made = centred @ self.projection
        return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9), np.float32)


def late_scores(question: Vectors, passages: Sequence[Tokens]) -> Scores:
    """Return how near a question's tokens, shape `(n, SIZE)`, are to those of each passage: about −1…1, shape `(passages,)`.

    It is 0 where the passage, or the question, has no tokens.
    """
    scores = np.zeros(len(passages), np.float32)
    held = [number for number, tokens in enumerate(passages) if len(tokens)]
    if not len(question) or not held:
        return scores
    tokens = np.concatenate([passages[number] for number in held]).astype(np.float32)
    starts = np.cumsum([0, *(len(passages[number]) for number in held[:-1])])
    nearest = np.maximum.reduceat(tokens @ question.T, starts, axis=0)
    scores[held] = nearest.sum(axis=1) / 127
    return scores


def load_late_interaction(model_name: str) -> LateInteraction | None:
    """Return what was fitted for this model; None where nothing was: then there are no tokens, and nothing comes of them."""
    file = resources.files("rag.data").joinpath(file_name("late-interaction", model_name, "npz"))
    if not file.is_file():
        return None
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
        mean, projection, importance = (
            arrays[name].astype(np.float32) for name in ("mean", "projection", "importance")
        )
        return LateInteraction(mean, projection, importance, float(arrays["bias"]))
