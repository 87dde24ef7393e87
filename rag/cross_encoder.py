"""A cross-encoder: two texts read at once, to tell whether the one says what the other does.

Two vectors say what two texts are about. Whether 1963 is the year that the text gives for *this* is seen only by what reads the
claim and the text together, each word beside each. Here it is the embedding model itself that does so, with its upper layers
learnt anew: the lower ones, and the table of words, are those that it makes vectors with. What was learnt lies in
`rag/data/cross-encoder-MODEL.npz`, as what to add to the model's own weights; `benchmarks/fit_cross_encoder.py` learns it.

The `CrossEncoder` of sentence-transformers reads a model of its own from a folder: another 450 MB of disk and memory for this,
nearly all of it the same table of words. Here six layers are added, 42 MB.
"""

import copy
import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rag.balance import file_name

if TYPE_CHECKING:
    import torch

Logits = npt.NDArray[np.float32]
LONGEST = 192
"""Tokens of both texts together that are read; the longer of the two is cut."""
_BATCH = 2_048
"""Tokens read in one batch, at most, padding included."""
_BLOCK = 32
"""Numbers in a row of a matrix that are kept with one scale."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """What was learnt for one model: name of a parameter → what to add to it; and the head, by its own parameters' names."""

    added: Mapping[str, npt.NDArray[np.float32]]
    head: Mapping[str, npt.NDArray[np.float32]]


class CrossEncoder:
    """Reads pairs of texts. Safe to use from several threads.

    Args:
        model: the embedding model's `BertModel` or its like. Its lower layers are shared, not copied, and left as they are.
        tokenizer: the embedding model's.
        learnt: which of its layers to change, and the head.
    """

    def __init__(self, model: Any, tokenizer: Any, learnt: Learnt) -> None:
        self._model, self._head = with_upper_layers(model, learnt)
        self._tokenizer = copy.deepcopy(tokenizer)  # it cannot serve two threads: the embedder has the other
        self._lock = threading.Lock()

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Logits:
        """Return how likely it is that each second text says what the first does, as a logit, shape `(len(pairs),)`."""
        import torch

        found = np.zeros(len(pairs), np.float32)
        with self._lock:
            ids = tokens(self._tokenizer, pairs)
        with torch.inference_mode():
            for some in batches([len(one) for one in ids], _BATCH):
                made = forward(self._model, self._head, [ids[at] for at in some], self._tokenizer.pad_token_id)
                found[some] = made.cpu().numpy()
        return found


def tokens(tokenizer: Any, pairs: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Return the ids of the tokens of each pair, special ones included."""
    if not pairs:
        return []
    # What is no Unicode text, such as half of a pair of surrogates, the tokenizer refuses.
    firsts, seconds = ([pair[side].encode("utf-8", "replace").decode() for pair in pairs] for side in (0, 1))
    encoded = tokenizer(firsts, seconds, truncation="longest_first", max_length=LONGEST, return_attention_mask=False)
    return list(encoded["input_ids"])


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Yield the numbers of texts that are read together, the shortest first: `most` tokens, or one text.

    >>> list(batches([30, 10, 12, 90], 40))
    [[1, 2], [0], [3]]
    """
    some: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: lengths[at]):
        if some and (len(some) + 1) * lengths[at] > most:
            yield some
            some = []
        some.append(at)
    if some:
        yield some


def forward(model: Any, head: Any, ids: Sequence[Sequence[int]], padding: int) -> "torch.Tensor":
    """Return the logits of pairs as ids of tokens, shape `(len(ids),)`: the head on the first state and the mean of all."""
    import torch

    longest = max(len(one) for one in ids)
    padded = torch.tensor([[*one, *[padding] * (longest - len(one))] for one in ids], device=model.device)
    mask = torch.tensor([[1] * len(one) + [0] * (longest - len(one)) for one in ids], device=model.device)
    states = model(input_ids=padded, attention_mask=mask).last_hidden_state.float()
    mean = (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
    logits: torch.Tensor = head(torch.cat([states[:, 0], mean], dim=1))[:, 0]
    return logits


def new_head(dimension: int) -> Any:
    """Return a head that nothing was learnt for: a layer, and from it one number."""
    from torch import nn

    return nn.Sequential(nn.Linear(2 * dimension, dimension), nn.GELU(), nn.Linear(dimension, 1))


def with_upper_layers(model: Any, learnt: Learnt) -> tuple[Any, Any]:
    """Return a model that shares all but the layers which `learnt` adds to, and the head, both to read with."""
    import torch

    changed = {int(name.split(".")[2]) for name in learnt.added}
    upper = with_copied_layers(model, changed)
    parameters = dict(upper.named_parameters())
    with torch.no_grad():
        for name, added in learnt.added.items():
            parameters[name] += torch.from_numpy(added).to(parameters[name])
    head = new_head(model.config.hidden_size)
    head.load_state_dict({name: torch.from_numpy(values) for name, values in learnt.head.items()})
    return upper.eval(), head.to(upper.device).eval()


def with_copied_layers(model: Any, layers: set[int]) -> Any:
    """Return a model that shares all of `model` but these layers, which are copies."""
    import torch
    from torch import nn

    with torch.device("meta"):
        shell = type(model)(model.config, add_pooling_layer=False)
    shell.embeddings = model.embeddings
    shell.encoder.layer = nn.ModuleList(
        copy.deepcopy(layer) if at in layers else layer for at, layer in enumerate(model.encoder.layer)
    )
    return shell


def is_learnt(model_name: str) -> bool:
    """Tell whether upper layers were learnt for this model."""
    return _file(model_name).is_file()


def load_learnt(model_name: str) -> Learnt | None:
    """Return what was learnt for this model; None where nothing was: then nothing can be read together."""
    if not is_learnt(model_name):
        return None
    with np.load(io.BytesIO(_file(model_name).read_bytes()), allow_pickle=False) as arrays:
        return unpacked(arrays)


def _file(model_name: str) -> Traversable:
    return resources.files("rag.data").joinpath(file_name("cross-encoder", model_name, "npz"))


def unpacked(arrays: Mapping[str, npt.NDArray[Any]]) -> Learnt:
    """Return what arrays that `packed` made hold."""
    added, head = {}, {}
    for key in arrays:
        kind, _, name = key.partition("/")
        if kind == "head":
            head[name] = arrays[key].astype(np.float32)
        elif kind == "vector":
            added[name] = arrays[key].astype(np.float32)
        elif kind == "matrix":
            nibbles = np.stack([arrays[key] & 15, arrays[key] >> 4], axis=-1).reshape(len(arrays[key]), -1, _BLOCK)
            scales = arrays[f"scales/{name}"].astype(np.float32)[:, :, None]
            added[name] = ((nibbles.astype(np.float32) - 8) * scales).reshape(len(nibbles), -1)
    return Learnt(added, head)


def packed(learnt: Learnt) -> dict[str, npt.NDArray[Any]]:
    """Return it as arrays to keep: matrices in blocks of four-bit numbers with a scale each, all else as half floats.

    The embedding model's own weights are kept like that too. A logit moves by .03, where they differ by 2.4.
    """
    arrays: dict[str, npt.NDArray[Any]] = {f"head/{name}": one.astype(np.float16) for name, one in learnt.head.items()}
    for name, values in learnt.added.items():
        if values.ndim == 1:
            arrays[f"vector/{name}"] = values.astype(np.float16)
        else:
            blocks = values.reshape(len(values), -1, _BLOCK)
            scales = (np.abs(blocks).max(axis=2) / 7).astype(np.float16)
            least = np.finfo(np.float16).smallest_subnormal
            nibbles = np.rint(blocks / np.maximum(scales, least).astype(np.float32)[:, :, None]).clip(-7, 7) + 8
            pairs = nibbles.astype(np.uint8).reshape(len(values), -1, 2)
            arrays[f"matrix/{name}"], arrays[f"scales/{name}"] = pairs[:, :, 0] | pairs[:, :, 1] << 4, scales
    return arrays
