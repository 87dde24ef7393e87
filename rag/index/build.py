"""Files → the index: read what changed, chunk it, embed what is new in it, keep it; take out what is no longer there.

A run is one transaction: who reads sees the index as it was before until all of it is as it is now, and a run that is killed,
or fails, leaves the old one. So that it is not lost, what a run embeds is kept beside (`rag.index.unfinished`), and the next one
goes on from there.
"""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from rag.documents import SUPPORTED_SUFFIXES, Found, find_documents, read_document
from rag.errors import DocumentError, StoreError
from rag.index import database, files, locking, rows, unfinished
from rag.index.embedding import Known, Recipe, embed_document
from rag.index.forgetting import finish_forgetting
from rag.index.store import Store
from rag.index.unfinished import Unfinished
from rag.index.ways import LOADERS_VERSION, Way, read_way

__all__ = ["LOADERS_VERSION", "DocumentCounts", "IndexReport", "Recipe", "Step", "embed_document", "index_paths"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a run is about to do: with which file, and how many of how many are done. Saving is of all files at once."""

    stage: Literal["reading", "embedding", "saving"]
    source: str
    done: int
    of: int


Follow = Callable[[Step], None]
"""Is told of each step of a run."""


@dataclass
class DocumentCounts:
    """How many documents were added, updated, left as they were or taken out, and which could not be read and why.

    `partly` tells of those that were read but for some of their pages, such as scans.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)
    partly: list[dict[str, str]] = field(default_factory=list)


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


def _finish_forgetting(folder: Path) -> bool:
    # What cannot be finished now, as someone still reads the old pages, is tried again at the end, and by the next run; what
    # cannot be opened at all is told by this one, or replaced.
    with suppress(StoreError):
        return not Store.is_absent(folder) and finish_forgetting(folder)
    return False


def index_paths(
    paths: Sequence[Path],
    folder: Path,
    recipe: Recipe,
    *,
    rebuild: bool = False,
    show_progress: bool = False,
    on_wait: locking.Notify | None = None,
    on_step: Follow | None = None,
    roots: Sequence[Path] | None = None,
) -> IndexReport:
    """Bring the store in `folder` up to date with the files and folders in `paths`, all at once at the end.

    A file that is as it was costs a look at its times; of one that changed, only the texts that are nowhere in the index yet
    are embedded. A file that cannot be read is reported, keeps what the index held of it, and the rest goes on. Documents that
    lay in one of the folders and are there no longer are taken out. With `rebuild` all is read and embedded anew, and takes the
    place of all that was there, but not if that would be nothing.
    One run at a time: a second one on the same store waits for the first, which `on_wait` is told. `on_step` is told of each
    step. `roots` are remembered as what to rebuild from, in place of `paths`.

    Raises:
        DocumentError: if a path does not exist or holds no document at all; the index is then as it was.
        StoreError: if the store cannot be used, is one of another model, or cannot be written; the index is then as it was.
        EmbeddingModelError: if the model fails; the index is then as it was.
    """
    started = time.perf_counter()
    found = find_documents(paths)
    if not found.files and not found.failed:
        names, suffixes = ", ".join(map(str, paths)), ", ".join(sorted(SUPPORTED_SUFFIXES))
        raise DocumentError(f"no document in {names}: expected files ending in {suffixes}")
    with locking.writing(folder, on_wait):
        locking.tidy(folder)
        if _finish_forgetting(folder):
            found = find_documents(paths)  # without what was erased
        if rebuild and not Store.is_absent(folder) and not _is_sound(folder):
            report = _replace(paths, found, folder, recipe, show_progress)
        else:
            run = _Run(paths, folder, recipe, rebuild=rebuild, on_step=on_step, roots=roots)
            report = run.go(found, show_progress)
        if not Store.is_absent(folder):
            unfinished.discard(folder)
            _finish_forgetting(folder)
            store = Store(folder, recipe.model_name)
            store.refresh(locked=True)
            report.chunks = store.count()[1]
    report.seconds = round(time.perf_counter() - started, 3)
    return report


def _is_sound(folder: Path) -> bool:
    try:
        with database.connected(folder / database.DATABASE_FILE) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except StoreError:
        return False


def _replace(paths: Sequence[Path], found: Found, folder: Path, recipe: Recipe, show_progress: bool) -> IndexReport:
    """Rebuild beside a database that is past mending, and put the new one in its place."""
    parts = Path(tempfile.mkdtemp(prefix="rebuild-", dir=folder))
    try:
        report = _Run(paths, parts, recipe, rebuild=True, base=files.base_of(folder)).go(found, show_progress)
        database.replace(folder, parts / database.DATABASE_FILE)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return report


class _Run:
    """One run over files that were found; its transaction begins when there is a database, or a first document to put in one."""

    def __init__(
        self,
        paths: Sequence[Path],
        folder: Path,
        recipe: Recipe,
        *,
        rebuild: bool,
        base: Path | None = None,
        on_step: Follow | None = None,
        roots: Sequence[Path] | None = None,
    ) -> None:
        self._on_step, self._roots = on_step, paths if roots is None else roots
        self._paths, self._folder, self._recipe, self._rebuild = paths, folder, recipe, rebuild
        self._base = base or files.base_of(folder)
        self._report = IndexReport()
        self._known: dict[str, sqlite3.Row] = {}
        self._ways = {titled: recipe.way(titled=titled).to_json() for titled in (True, False)}
        self._stamps: list[tuple[str, str]] = []
        self._open: _Open | None = None

    def go(self, found: Found, show_progress: bool) -> IndexReport:
        """Index the files, and return what was done."""
        counts = self._report.documents
        counts.failed += [
            {"source": files.printable(path, self._base), "error": reason} for path, reason in found.failed
        ]
        with ExitStack() as stack:
            if not self._rebuild and not Store.is_absent(self._folder):
                self._begin(stack)
            sources = set()
            files_found = tqdm(found.files, "Indexing", unit="file", disable=None if show_progress else True)
            for done, path in enumerate(files_found):
                source = files.source_of(path, self._base)
                sources.add(source)
                try:
                    self._index(path, source, stack, done, len(found.files))
                except DocumentError as error:
                    counts.failed.append({"source": files.printable(path, self._base), "error": str(error)})
            if self._rebuild and not counts.added:
                reason = counts.failed[0]["error"] if counts.failed else "they hold no text"
                raise DocumentError(
                    f"nothing to rebuild from: no file could be read ({reason}); the index is as it was"
                )
            self._tell("saving", "", len(found.files), len(found.files))
            if self._open:  # otherwise nothing could be read: no store is better than an empty one
                self._take_out(sources)
                self._report.embedded = self._open.known.embedded
        with suppress(StoreError):  # the documents are in, and this is done again by the next run
            self._note()
        return self._report

    def _begin(self, stack: ExitStack) -> "_Open":
        """Open the transaction, in a database that is made if there is none, and emptied for a rebuild."""
        if Store.is_absent(self._folder):
            database.create(self._folder, self._recipe.model_name, self._recipe.load_embedder().dimension)
        if not self._rebuild:
            dimension = database.check(self._folder, self._recipe.model_name)
        else:
            dimension = self._recipe.load_embedder().dimension
        self._open = stack.enter_context(_opened(self._folder, self._recipe.model_name, dimension, self._rebuild))
        found = self._open.connection.execute("SELECT id, source, fingerprint, way, stamp FROM documents")
        self._known = {row["source"]: row for row in found}
        return self._open

    def _tell(self, stage: Literal["reading", "embedding", "saving"], source: str, done: int, of: int) -> None:
        if self._on_step:
            self._on_step(Step(stage, source, done, of))

    def _index(self, path: Path, source: str, stack: ExitStack, done: int, of: int) -> None:
        known = self._known.get(source)
        if known and known["stamp"] and known["way"] in self._ways.values() and known["stamp"] == files.stamp_of(path):
            self._report.documents.unchanged += 1
            return
        seen = files.look(path)
        if known and known["way"] in self._ways.values() and known["fingerprint"] == seen.fingerprint:
            self._report.documents.unchanged += 1
            if seen.stamp:
                self._stamps.append((seen.stamp, source))
            return
        self._tell("reading", source, done, of)
        document = read_document(path, source=source)
        self._tell("embedding", source, done, of)
        opened = self._open or self._begin(stack)
        way = self._recipe.way(titled=files.is_titled(document, path))
        cut_alike = known is not None and _cuts_alike(way, known["way"])
        embedded = embed_document(
            document,
            seen.fingerprint,
            self._recipe,
            way=way,
            stamp=seen.stamp,
            known=opened.known,
            previous=rows.read_chunks(opened.connection, document.id) if cut_alike else (),
        )
        rows.delete(opened.connection, source, opened.dimension)
        rows.insert(opened.connection, embedded)
        self._report.documents.partly += [{"source": source, "note": note} for note in document.notes]
        self._report.documents.updated += known is not None
        self._report.documents.added += known is None

    def _take_out(self, kept: set[str]) -> None:
        assert self._open is not None
        for source in files.vanished(self._paths, self._base, self._known.keys() - kept):
            self._report.documents.removed += rows.delete(self._open.connection, source, self._open.dimension)

    def _note(self) -> None:
        """Remember times, and what was asked to be indexed: nothing that a search depends on."""
        if Store.is_absent(self._folder):
            return
        roots = [files.source_of(path, self._base) for path in self._roots]
        with database.connected(self._folder / database.DATABASE_FILE) as connection:
            if self._rebuild:
                database.keep_log(connection)
            known = {row["path"] for row in connection.execute("SELECT path FROM roots")}
            if self._stamps or not known.issuperset(roots):
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("UPDATE documents SET stamp = ? WHERE source = ?", self._stamps)
                connection.executemany("INSERT OR IGNORE INTO roots VALUES (?)", [(root,) for root in roots])
                connection.commit()
            database.empty_log(connection)


@dataclass(frozen=True)
class _Open:
    """A transaction that is open, and the vectors that it may take."""

    connection: sqlite3.Connection
    dimension: int
    known: Known


@contextmanager
def _opened(folder: Path, model: str, dimension: int, empty: bool) -> Iterator[_Open]:
    with (
        database.transaction(folder / database.DATABASE_FILE) as connection,
        Unfinished(folder, model, dimension) as left,
    ):
        if empty:
            database.reset(connection, model, dimension)
        yield _Open(connection, dimension, Known(connection, left))


def _cuts_alike(way: Way, kept: str) -> bool:
    try:
        return way.cuts_like(read_way(kept))
    except ValueError:  # damaged
        return False
