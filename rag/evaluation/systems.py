"""The systems that can be compared, by name."""

from pathlib import Path
from typing import cast

from rag.balance import OFF
from rag.duplicates import with_repeats
from rag.embeddings import Embedder, EncodedQuestion
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

    def ranked(self, question: Question, encoded: EncodedQuestion, depth: int) -> list[Passage]:
        """Return what `retrieve` chooses from, ranked, and behind each those that repeat it: found, though shown as one.

        Measures such as R@100 look deeper. Where `depth` is more than that, what a search so deep finds besides follows, in
        its own order. `encoded` is what the embedder makes of the question.
        """
        with self.store.snapshot() as snapshot:
            found = self._ranked(snapshot, question, encoded, self.where, self._pool, 2 * self._pool)
            if depth > len(found):
                known = set(map(_key, found))
                deeper = self._ranked(snapshot, question, encoded, self.where, depth, 2 * depth)
                found += [passage for passage in deeper if _key(passage) not in known]
        return [passage for group in with_repeats(found, len(found)) for passage in group]


def _key(passage: Passage) -> tuple[str, int, int]:
    return passage.document, passage.start, passage.end


def make_retriever(name: str, store_folder: Path, settings: Settings, embedder: Embedder) -> MeasuredRetriever:
    """Return a system over an index, that finds as many passages as `settings` say.

    Raises:
        DatasetError: if there is no system of this name.
    """
    check_systems([name])
    method, _, balance = _METHODS.get(name, name).partition("+")
    return MeasuredRetriever(
        store=Store(store_folder, embedder.name, None if balance else OFF),
        embedder=embedder,
        evidence=load_evidence(embedder.name),
        k=settings.passages,
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
