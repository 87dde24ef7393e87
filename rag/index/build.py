"""Files → the index: read what changed, chunk it, embed it, keep it; take out what is no longer there."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from rag.chunks import chunk_document
from rag.documents import SUPPORTED_SUFFIXES, Found, find_documents, read_document
from rag.embeddings import Embedder
from rag.errors import DocumentError
from rag.index import database
from rag.index.base import EmbeddedDocument
from rag.index.store import Store
from rag.models import Document
from rag.text.terms import terms

LOADERS_VERSION = 2
"""Raised when the same file is read, cut or made into terms differently than before, so that it is indexed anew."""


@dataclass
class DocumentCounts:
    """How many documents were added, updated, left as they were or taken out, and which could not be read and why."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)


@dataclass
class IndexReport:
    """What an indexing run did. `chunks` is how many the index holds now, `embedded` how many texts were embedded."""

    documents: DocumentCounts = field(default_factory=DocumentCounts)
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the report as the command line prints it with `--json`."""
        return {"documents": asdict(self.documents), "chunks": self.chunks, "seconds": self.seconds}


@dataclass(frozen=True)
class Recipe:
    """How documents become vectors: the model (loaded when first needed), and how large chunks are."""

    model_name: str
    load_embedder: Callable[[], Embedder]
    chunk_tokens: int
    chunk_overlap: int
    passage_prompt: str | None = None


def index_paths(
    paths: Sequence[Path], folder: Path, recipe: Recipe, *, rebuild: bool = False, show_progress: bool = False
) -> IndexReport:
    """Bring the store in `folder` up to date with the files and folders in `paths`.

    A file whose bytes are those indexed before costs nothing. A file that cannot be read is reported, keeps what the index
    held of it, and the rest goes on. Documents that lay in one of the folders and are there no longer are taken out.
    With `rebuild` all is read and embedded anew, beside the old index, which is replaced at the end, and not by nothing.
    One run at a time: a second one on the same store waits for the first.

    Raises:
        DocumentError: if a path does not exist or holds no document at all; the index is then as it was.
        StoreError: if the store cannot be used, or is one of another model.
    """
    started = time.perf_counter()
    base = Path(os.path.abspath(folder)).parent  # noqa: PTH100 - Path.resolve would follow links
    found = find_documents(paths)
    if not found.files and not found.failed:
        names, suffixes = ", ".join(map(str, paths)), ", ".join(sorted(SUPPORTED_SUFFIXES))
        raise DocumentError(f"no document in {names}: expected files ending in {suffixes}")
    with database.writing(folder):
        if rebuild:
            report = _rebuild(paths, found, folder, base, recipe, show_progress)
        else:
            report = _update(paths, found, folder, base, recipe, show_progress)
    report.seconds = round(time.perf_counter() - started, 3)
    return report


def _rebuild(
    paths: Sequence[Path], found: Found, folder: Path, base: Path, recipe: Recipe, show_progress: bool
) -> IndexReport:
    for leftover in folder.glob("rebuild-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    parts = Path(tempfile.mkdtemp(prefix="rebuild-", dir=folder))
    try:
        report = _update(paths, found, parts, base, recipe, show_progress)
        if not report.chunks:
            reason = report.documents.failed[0]["error"] if report.documents.failed else "they hold no text"
            raise DocumentError(f"nothing to rebuild from: no file could be read ({reason}); the index is as it was")
        database.replace(folder, parts / database.DATABASE_FILE)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    Store(folder, recipe.model_name).refresh()
    return report


def _update(
    paths: Sequence[Path], found: Found, folder: Path, base: Path, recipe: Recipe, show_progress: bool
) -> IndexReport:
    store = None if Store.is_absent(folder) else Store(folder, recipe.model_name)
    known = store.files() if store else {}
    report = IndexReport()
    counts = report.documents
    counts.failed += [{"source": _printable(path, base), "error": reason} for path, reason in found.failed]
    for path in tqdm(found.files, "Indexing", unit="file", disable=None if show_progress else True):
        source = _source(path, base)
        try:
            fingerprint = _fingerprint(path, recipe)
            if known.get(source) == fingerprint:
                counts.unchanged += 1
                continue
            document = read_document(path, source=source)
        except DocumentError as error:
            counts.failed.append({"source": _printable(path, base), "error": str(error)})
            continue
        store = store or Store.create(folder, recipe.model_name, recipe.load_embedder().dimension)
        embedded = embed_document(document, fingerprint, recipe)
        store.add(embedded)
        report.embedded += len(embedded.chunks) + len(embedded.sentences)
        counts.updated += source in known
        counts.added += source not in known
    if store is None:  # nothing could be read: no store is better than an empty one
        return report
    kept = {_source(path, base) for path in found.files}
    for source in _vanished(paths, base, known.keys() - kept):
        counts.removed += store.forget(source)
    store.add_roots(_source(path, base) for path in paths)
    store.refresh()
    report.chunks = store.count()[1]
    return report


def embed_document(document: Document, fingerprint: str, recipe: Recipe) -> EmbeddedDocument:
    """Chunk a document, embed its chunks and each of its sentences, and find its chunks' terms."""
    embedder = recipe.load_embedder()
    chunks = chunk_document(
        document,
        embedder.count_tokens,
        max_tokens=min(recipe.chunk_tokens, embedder.max_tokens - embedder.count_tokens([document.title])[0] - 1),
        overlap_sentences=recipe.chunk_overlap,
    )
    sentences = sorted({span for chunk in chunks for span in chunk.sentences}, key=lambda span: span.start)
    passages = [_under_title(document, chunk.start, chunk.end) for chunk in chunks]
    texts = passages + [_under_title(document, span.start, span.end) for span in sentences]
    unique = list(dict.fromkeys(texts))
    row = {text: number for number, text in enumerate(unique)}
    vectors = embedder.encode_passages(unique)[np.array([row[text] for text in texts], np.intp)]
    return EmbeddedDocument(
        document=document,
        fingerprint=fingerprint,
        chunks=chunks,
        chunk_vectors=vectors[: len(chunks)],
        sentences=sentences,
        sentence_vectors=vectors[len(chunks) :],
        terms=[terms(passage, document.language) for passage in passages],
    )


def _under_title(document: Document, start: int, end: int) -> str:
    """Return the text with the document's title before it: alone, "It opened in May" tells nobody what opened."""
    text = document.text[start:end]
    return text if text.startswith(document.title) else f"{document.title}\n{text}"


def _source(path: Path, base: Path) -> str:
    """Name a file relative to the folder that holds the store, so that both can move together; else in full."""
    full = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links out of the folder
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else full.as_posix()


def _printable(path: Path, base: Path) -> str:
    return _source(path, base).encode("utf-8", "backslashreplace").decode()


def _fingerprint(path: Path, recipe: Recipe) -> str:
    """Return what changes when the file's bytes, or the way it is made into chunks and vectors, change."""
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        raise DocumentError("has a name that is not UTF-8: rename it") from None
    way = f"{LOADERS_VERSION}/{recipe.chunk_tokens}/{recipe.chunk_overlap}/{recipe.passage_prompt}\n"
    try:
        return hashlib.sha256(way.encode() + path.read_bytes()).hexdigest()
    except OSError as error:
        raise DocumentError(
            f"cannot be read ({error.strerror or error}): see that it exists and may be read"
        ) from error


def _vanished(paths: Sequence[Path], base: Path, sources: set[str]) -> Iterator[str]:
    roots = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - as in _source
    for source in sorted(sources):
        file = base / source
        if any(file.is_relative_to(root) for root in roots) and _is_gone(file):
            yield source


def _is_gone(file: Path) -> bool:
    try:
        return not file.exists()
    except OSError:  # a folder on the way that may not be entered: the file may well be there
        return False
