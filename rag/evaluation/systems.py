"""The systems that can be compared, by name."""

from collections import defaultdict
from pathlib import Path
from typing import cast

from rag.balance import OFF
from rag.duplicates import without_repeats
from rag.embeddings import Embedder, Vectors
from rag.errors import DatasetError
from rag.evidence import load_evidence
from rag.index import Store
from rag.models import Passage, Question
from rag.ranking import Method
from rag.retrieval import PassageRetriever
from rag.settings import Settings

SYSTEMS = ("default", "dense", "lexical", "rrf", "hybrid", "dense+balance", "hybrid+balance")
"""`default` is what `rag ask` does, `hybrid+balance`. `dense` ranks by the passages' vectors, `lexical` by BM25, `rrf` by the
reciprocal ranks of both, `hybrid` as `rag.ranking` says; without `balance` vectors are compared as the model gives them."""


class MeasuredRetriever(PassageRetriever):
    """A retriever that can also tell what it found and left out, because it says nothing that another passage does not."""

    def ranked(self, question: Question, vector: Vectors) -> list[Passage]:
        """Return the passages that `retrieve` gives, and behind each those that repeat it: found, though shown as one.

        `vector` is the question's, shape `(dimension,)`.
        """
        with self.store.snapshot() as snapshot:
            found = self._candidates(snapshot, question, vector, self.where)
        kept = without_repeats(found, self.k)
        places = {_key(passage): place for place, passage in enumerate(kept)}
        holders: dict[str, list[int]] = defaultdict(list)  # source → places of what it repeats a passage of
        for place, passage in enumerate(kept):
            for source in passage.repeated_in:
                holders[source].append(place)
        behind: dict[int, list[Passage]] = defaultdict(list)
        for passage in found:
            if _key(passage) not in places:
                again = (
                    at for at in holders.get(passage.source, ()) if len(without_repeats([kept[at], passage], 2)) == 1
                )
                behind[next(again, -1)].append(passage)
        return [one for place, passage in enumerate(kept) for one in (passage, *behind[place])]


def _key(passage: Passage) -> tuple[str, int, int]:
    return passage.document, passage.start, passage.end


def make_retriever(name: str, store_folder: Path, settings: Settings, embedder: Embedder, k: int) -> MeasuredRetriever:
    """Return a system over an index, that finds the `k` best passages.

    Raises:
        DatasetError: if there is no system of this name.
    """
    check_systems([name])
    method, _, balance = _METHODS.get(name, name).partition("+")
    return MeasuredRetriever(
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
