"""The checker that goes with an embedding model."""

from rag.balance import load_balance
from rag.checking.checker import Checker, load_checking
from rag.embeddings import Embedder


def load_checker(embedder: Embedder) -> Checker:
    """Return the checker that was fitted for this embedding model."""
    return Checker(embedder, load_checking(embedder.name), load_balance(embedder.name))
