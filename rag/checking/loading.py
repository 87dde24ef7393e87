"""The checker that goes with an embedding model."""

from rag.balance import load_balance
from rag.checking.checker import Checker, CheckingModel, load_checking
from rag.cross_encoder import is_learnt
from rag.embeddings import Embedder


def load_checker(embedder: Embedder) -> Checker:
    """Return the checker that was fitted for this embedding model; its weights are for what a cross-encoder reads."""
    model = load_checking(embedder.name) if is_learnt(embedder.name) else CheckingModel()
    return Checker(embedder, model, load_balance(embedder.name))
