"""The house's order: imports only ever point up DESIGN's table, and each heavy library has one home."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROWS = [
    ["errors", "models", "data"],
    ["settings", "prompts"],
    ["text"],
    ["llms"],
    ["facts"],
    ["followups"],
    ["documents", "alignment"],
    ["chunks"],
    ["packed_model"],
    ["bundled_model"],
    ["balance"],
    ["late_interaction", "cross_encoder"],
    ["embeddings"],
    ["conversations"],
    ["index"],
    ["questions"],
    ["relevance", "ranking", "duplicates"],
    ["evidence"],
    ["retrieval"],
    ["answering"],
    ["checking"],
    ["chain"],
    ["evaluation", "answers"],
    ["users", "uploads"],
    ["ui"],
    ["options"],
    ["upkeep", "people"],
    ["cli"],
    ["__main__"],
]
RANK = {name: rank for rank, row in enumerate(ROWS) for name in row}
HOMES = {
    "gradio": {"ui"},
    "faiss": {"index"},
    "sentence_transformers": {"embeddings", "bundled_model"},
    "pypdfium2": {"documents"},
    "trafilatura": {"documents"},
    "docx": {"documents"},
    "openpyxl": {"documents"},
    "pptx": {"documents"},
    "argon2": {"users"},
    "sqlite3": {"index", "conversations"},
    "xllamacpp": {"llms"},
    "typer": {"cli", "options", "upkeep", "people"},
    "ir_measures": {"evaluation"},
    "scipy": {"evaluation"},
    "sklearn": {"evaluation"},
}
FILES = sorted(ROOT.glob("rag/**/*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(ROOT / "rag").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_up(path: Path) -> None:
    if room(path) == "__init__":
        return
    for name in imported(path):
        if name.startswith("rag.") and (other := name.split(".")[1]) in RANK and other != room(path):
            assert RANK[other] < RANK[room(path)], f"{room(path)} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_heavy_library_has_one_home(path: Path) -> None:
    for name in imported(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or room(path) in homes, f"{path} imports {name}"


def test_every_room_is_in_the_table() -> None:
    assert {room(path) for path in FILES} - {"__init__"} <= RANK.keys()


def test_app_is_small() -> None:
    assert len((ROOT / "app.py").read_text("utf-8").splitlines()) <= 20
