"""The documents of a data set → an index of them, made as `rag index` makes one; kept and found again if asked for."""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from rag.errors import DatasetError
from rag.evaluation.gold import Dataset
from rag.index import Store
from rag.index.build import LOADERS_VERSION, Recipe, embed_document
from rag.index.database import FORMAT
from rag.models import Span

_PASSAGES = "passages.json"


@dataclass(frozen=True)
class Corpus:
    """An index, and every passage in it: document id → spans."""

    folder: Path
    passages: dict[str, list[Span]]

    @property
    def count(self) -> int:
        """How many passages there are."""
        return sum(map(len, self.passages.values()))


@contextmanager
def indexed(dataset: Dataset, recipe: Recipe, kept: Path | None, *, show_progress: bool = False) -> Iterator[Corpus]:
    """Give the index of a data set's documents.

    Without `kept` it lies in a temporary folder. Otherwise in a folder of `kept` that is named after its content and the way
    it was made, so that it is used again only while both are the same.

    Raises:
        DatasetError: if `kept` cannot be written.
    """
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="rag-evaluate-") as parts:
            yield Corpus(Path(parts), _build(dataset, recipe, Path(parts), show_progress))
        return
    folder = kept / f"{_plain(dataset.name)}-{_digest(dataset, recipe)[:12]}"
    try:
        if not (folder / _PASSAGES).is_file():
            kept.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="unfinished-", dir=kept, ignore_cleanup_errors=True) as parts:
                _build(dataset, recipe, Path(parts) / "index", show_progress)
                (Path(parts) / "index").rename(folder)
        spans = json.loads((folder / _PASSAGES).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"cannot keep an index in {folder} ({error}): free it, or give another --store") from error
    yield Corpus(folder, {document: [Span(*span) for span in found] for document, found in spans.items()})


def _build(dataset: Dataset, recipe: Recipe, folder: Path, show_progress: bool) -> dict[str, list[Span]]:
    store = Store.create(folder, recipe.model_name, recipe.load_embedder().dimension)
    passages: dict[str, list[Span]] = {}
    for document in tqdm(dataset.documents, "Indexing", unit="document", disable=None if show_progress else True):
        embedded = embed_document(document, "", recipe)
        store.add(embedded)
        passages[document.id] = [Span(chunk.start, chunk.end) for chunk in embedded.chunks]
    store.refresh()
    spans = {document: [[span.start, span.end] for span in found] for document, found in passages.items()}
    (folder / _PASSAGES).write_text(json.dumps(spans), "utf-8")  # last: it says that the index is whole
    return passages


def _digest(dataset: Dataset, recipe: Recipe) -> str:
    way = [FORMAT, LOADERS_VERSION, recipe.model_name, recipe.chunk_tokens, recipe.chunk_overlap, recipe.passage_prompt]
    digest = hashlib.sha256(json.dumps(way).encode())
    for document in dataset.documents:
        digest.update(json.dumps([document.source, document.title, document.language, document.text]).encode())
    return digest.hexdigest()


def _plain(name: str) -> str:
    stem = Path(name).stem or "dataset"
    return re.sub(r"\W+", "-", stem)[:40]
