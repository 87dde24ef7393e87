"""Documents to index, and what tests ask of a store and of a run."""

from pathlib import Path

from rag.index import Store
from rag.index.build import Recipe


def two_documents(folder: Path) -> Path:
    """Write one in English, and one in Arabic in a folder within the folder, which is returned."""
    (folder / "sub").mkdir(parents=True)
    (folder / "bridge.txt").write_text(
        "The bridge opened in May 2021. It cost 12 million euros. Ada Vance built it.", "utf-8"
    )
    (folder / "sub" / "جسر.txt").write_text("افتُتح الجسر في مايو 2021. بلغت كلفته 12 مليون يورو.", "utf-8")
    return folder


def counts(report: object) -> tuple[int, int, int, int, int]:
    documents = report.documents  # type: ignore[attr-defined]
    return documents.added, documents.updated, documents.unchanged, documents.removed, len(documents.failed)


def open_store(store: Path, recipe: Recipe) -> Store:
    return Store(store, recipe.model_name)
