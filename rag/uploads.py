"""Files that people hand in: looked at, kept within the store, indexed; of each is told what became of it.

They lie in `uploads/` in the store's folder under the names that they came with, so that `rag forget` takes them away with the
rest of a document, and `rag index` can read them again. A file that is not taken is not kept.
"""

import hashlib
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import regex

from rag.documents import SUPPORTED_SUFFIXES
from rag.documents.finding import is_left_out
from rag.errors import StoreError, UploadError
from rag.index import Store, files, index_paths, locking
from rag.index.build import Follow, Recipe
from rag.index.files import UPLOADS
from rag.index.forgetting import finish_forgetting

_NAME_BYTES = 180
_MB = 1_000_000
_CONTROLS = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}/\\:]")

Kind = Literal["added", "duplicate", "empty", "too_large", "unsupported", "left_out", "unreadable"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its name, which kind of outcome, and what there is to say of it.

    `detail` is the source of the document that is the same (`duplicate`), why it cannot be read (`unreadable`) or what could
    not be read of it (`added`), in English. `source` is what an added document is known by.
    """

    name: str
    kind: Kind
    detail: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How many files may be handed in at once, and how large each may be."""

    files: int = 200
    file_mb: int = 100


def take_in(
    paths: Sequence[Path],
    folder: Path,
    recipe: Recipe,
    limits: UploadLimits,
    *,
    on_step: Follow | None = None,
    on_wait: locking.Notify | None = None,
) -> list[Outcome]:
    """Move files into the store in `folder` and index them; return what became of each, in order.

    Whatever happens, none of `paths` is there afterwards.

    Raises:
        UploadError: if there are too many.
        StoreError: if the store cannot be used or written; it is then as it was.
        EmbeddingModelError: if the model fails; the store is then as it was.
    """
    try:
        if len(paths) > limits.files:
            raise UploadError(
                f"{len(paths):,} files were handed in, and at most {limits.files:,} are taken at once: hand in fewer "
                "(RAG_MAX_UPLOAD_FILES)"
            )
        return _take_in(paths, folder, recipe, limits, on_step, on_wait)
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def shown_name(source: str) -> str:
    """Return the name that people know a document's file by.

    >>> shown_name("vectorstore/uploads/report.pdf"), shown_name("seeds/ar/flood.txt")
    ('report.pdf', 'seeds/ar/flood.txt')
    """
    parts = PurePosixPath(source).parts
    return parts[-1] if len(parts) > 1 and parts[-2] == UPLOADS else source


def _take_in(
    paths: Sequence[Path],
    folder: Path,
    recipe: Recipe,
    limits: UploadLimits,
    on_step: Follow | None,
    on_wait: locking.Notify | None,
) -> list[Outcome]:
    known = {} if Store.is_absent(folder) else _sources_by_fingerprint(folder, recipe, on_wait)
    outcomes: list[Outcome] = []
    kept: dict[int, Path] = {}
    try:
        for number, path in enumerate(paths):
            outcome = _looked_at(path, known, limits)
            if outcome.kind == "added":
                kept[number] = _keep(path, folder / UPLOADS, outcome.name)
                source = files.source_of(kept[number], files.base_of(folder))
                known[outcome.detail] = source
                outcome = Outcome(outcome.name, "added", source=source)
            outcomes.append(outcome)
        if not kept:
            return outcomes
        report = index_paths(
            list(kept.values()), folder, recipe, on_step=on_step, on_wait=on_wait, roots=[folder / UPLOADS]
        ).documents
    except BaseException as error:
        _leave_out(kept.values(), folder, recipe)
        if isinstance(error, OSError):
            raise locking.unwritable(folder, error) from error
        raise
    failed = {one["source"]: one["error"] for one in report.failed}
    notes = {one["source"]: one["note"] for one in report.partly}
    for number, path in kept.items():
        one = outcomes[number]
        if one.source in failed:
            path.unlink(missing_ok=True)
            outcomes[number] = Outcome(one.name, "unreadable", failed[one.source])
        else:
            outcomes[number] = Outcome(one.name, "added", notes.get(one.source, ""), one.source)
    return outcomes


def _sources_by_fingerprint(folder: Path, recipe: Recipe, on_wait: locking.Notify | None) -> dict[str, str]:
    with locking.writing(folder, on_wait):
        finish_forgetting(folder)  # or else it would erase what is handed in anew of what was forgotten
        return Store(folder, recipe.model_name).sources_by_fingerprint()


def _leave_out(kept: Iterable[Path], folder: Path, recipe: Recipe) -> None:
    """Remove files that were to be indexed and are not."""
    indexed: set[str] = set()
    with suppress(StoreError):
        if not Store.is_absent(folder):
            indexed.update(Store(folder, recipe.model_name).sources_by_fingerprint().values())
    for path in kept:
        if files.source_of(path, files.base_of(folder)) not in indexed:
            path.unlink(missing_ok=True)


def _looked_at(path: Path, known: dict[str, str], limits: UploadLimits) -> Outcome:
    """Tell what is to become of a file; of one that is to be added, `detail` is the SHA-256 of its bytes."""
    name = safe_name(path.name)
    if is_left_out(name):
        return Outcome(name, "left_out")
    if Path(name).suffix.lower() not in SUPPORTED_SUFFIXES:
        return Outcome(name, "unsupported", ", ".join(SUPPORTED_SUFFIXES))
    try:
        size = path.stat().st_size
        if not size:
            return Outcome(name, "empty")
        if size > limits.file_mb * _MB:
            return Outcome(name, "too_large", str(limits.file_mb))
        with path.open("rb") as file:
            fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return Outcome(name, "unreadable", f"it did not arrive whole ({error.strerror}): hand it in again")
    if fingerprint in known:
        return Outcome(name, "duplicate", known[fingerprint])
    return Outcome(name, "added", fingerprint)


def safe_name(name: str) -> str:
    r"""Return a file's name without what could mislead a reader or a file system, and not too long.

    >>> safe_name("a\u202egpj.txt"), safe_name("../x.txt"), safe_name(" "), safe_name("تقرير.pdf")
    ('agpj.txt', '..x.txt', 'file', 'تقرير.pdf')
    """
    clean = _CONTROLS.sub("", unicodedata.normalize("NFC", name)).strip()
    suffix = Path(clean).suffix
    stem = clean.removesuffix(suffix).encode()[: _NAME_BYTES - len(suffix.encode())].decode(errors="ignore")
    return f"{stem.strip()}{suffix}" or "file"


def _keep(path: Path, folder: Path, name: str) -> Path:
    """Move a file into a folder, under a name that no other there has."""
    folder.mkdir(parents=True, exist_ok=True)
    for candidate in _names(name):
        target = folder / candidate
        try:
            target.touch(mode=0o600, exist_ok=False)  # ours from now on, whoever else comes with the same name
        except FileExistsError:
            continue
        try:
            shutil.copyfile(path, target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target
    raise AssertionError("there is always another name")


def _names(name: str) -> Iterator[str]:
    yield name
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in range(2, 1_000_000):
        yield f"{stem} ({number}){suffix}"
