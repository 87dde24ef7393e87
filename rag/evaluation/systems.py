"""The systems that can be compared, by name."""

from pathlib import Path
from typing import cast

from rag.balance import OFF
from rag.embeddings import Embedder
from rag.errors import DatasetError
from rag.evidence import load_evidence
from rag.index import Store
from rag.ranking import Method
from rag.retrieval import PassageRetriever
from rag.settings import Settings

SYSTEMS = ("default", "dense", "lexical", "rrf", "hybrid", "dense+balance", "hybrid+balance")
"""`default` is what `rag ask` does, `hybrid+balance`. `dense` ranks by the passages' vectors, `lexical` by BM25, `rrf` by the
reciprocal ranks of both, `hybrid` as `rag.ranking` says; without `balance` vectors are compared as the model gives them."""


def make_retriever(name: str, store_folder: Path, settings: Settings, embedder: Embedder, k: int) -> PassageRetriever:
    """Return a system over an index, that finds the `k` best passages.

    Raises:
        DatasetError: if there is no system of this name.
    """
    check_systems([name])
    method, _, balance = _METHODS.get(name, name).partition("+")
    return PassageRetriever(
        store=Store(store_folder, embedder.name, None if balance else OFF),
        embedder=embedder,
        evidence=load_evidence(embedder.name),
        k=k,
        method=cast(Method, method),
        balanced=bool(balance),
    )


_METHODS = {"default": "hybrid+balance"}


def check_systems(names: list[str]) -> None:
    """Tell of an unknown system before hours have gone into an index.

    Raises:
        DatasetError: if there is no system of one of these names, or a name comes twice.
    """
    for number, name in enumerate(names):
        if name not in SYSTEMS:
            raise DatasetError(f"there is no system {name!r}: choose from {', '.join(SYSTEMS)}")
        if name in names[:number]:
            raise DatasetError(f"the system {name!r} is named twice: name each once")
