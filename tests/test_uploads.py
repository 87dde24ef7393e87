"""Files that people hand in: of each is told what became of it, and nothing that is not taken stays."""

import os
import threading
from pathlib import Path

import pytest
from hashes import MODEL, hash_recipe

from rag.errors import EmbeddingModelError, UploadError
from rag.index import Store, index_paths
from rag.index.build import Step
from rag.index.embedding import Recipe
from rag.index.forgetting import forget
from rag.index.verifying import verify
from rag.uploads import UPLOADS, Outcome, UploadLimits, take_in

LIMITS = UploadLimits(files=20, file_mb=1)


def hand_in(folder: Path, **texts: str | bytes) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = []
    for name, text in texts.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths.append(path)
    return paths


def test_of_each_file_is_told_what_became_of_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    files = hand_in(
        tmp_path / "in",
        flood__txt="The river rose by two metres.",
        twin__md="The river rose by two metres.",
        empty__txt="",
        blank__txt=" \n",
        large__txt="x" * 1_000_001,
        film__mp4="x",
        README__md="about",
        broken__pdf=b"%PDF-1.7 and then nothing of one",
    )
    steps: list[Step] = []
    told = take_in(files, store, hash_recipe(), LIMITS, on_step=steps.append)
    kinds = [(one.name, one.kind) for one in told]
    assert kinds == [
        ("flood.txt", "added"),
        ("twin.md", "duplicate"),
        ("empty.txt", "empty"),
        ("blank.txt", "unreadable"),
        ("large.txt", "too_large"),
        ("film.mp4", "unsupported"),
        ("README.md", "left_out"),
        ("broken.pdf", "unreadable"),
    ]
    assert told[1].detail == told[0].source == "store/uploads/flood.txt"
    assert all(told[at].detail for at in (3, 4, 5, 7))
    assert not any(path.exists() for path in files)
    assert [path.name for path in (store / UPLOADS).iterdir()] == ["flood.txt"]
    assert [one.source for one in Store(store, MODEL).documents()] == ["store/uploads/flood.txt"]
    assert [(one.stage, Path(one.source).name, one.done) for one in steps] == [
        ("reading", "flood.txt", 0),
        ("embedding", "flood.txt", 0),
        ("reading", "blank.txt", 1),
        ("reading", "broken.pdf", 2),
        ("saving", "", 3),
    ]


def test_what_is_there_already_is_told_and_another_of_the_name_kept_beside(tmp_path: Path) -> None:
    docs, store = tmp_path / "docs", tmp_path / "store"
    hand_in(docs, flood__txt="The river rose by two metres.")
    index_paths([docs], store, hash_recipe())
    told = take_in(hand_in(tmp_path / "in", a__txt="The river rose by two metres."), store, hash_recipe(), LIMITS)
    assert told == [Outcome("a.txt", "duplicate", "docs/flood.txt")]
    for number in ("one", "two", "three"):
        take_in(hand_in(tmp_path / "in", news__txt=f"Number {number} of them."), store, hash_recipe(), LIMITS)
    names = sorted(path.name for path in (store / UPLOADS).iterdir())
    assert names == ["news (2).txt", "news (3).txt", "news.txt"]
    assert Store(store, MODEL).count()[0] == 4 and verify(store, MODEL).problems == []


def test_what_was_handed_in_can_be_indexed_again_and_forgotten(tmp_path: Path) -> None:
    store = tmp_path / "store"
    take_in(
        hand_in(tmp_path / "in", a__txt="The river rose by two metres.", b__txt="Nobody was hurt."),
        store,
        hash_recipe(),
        LIMITS,
    )
    assert index_paths([store / UPLOADS], store, hash_recipe()).documents.unchanged == 2
    certificate = forget(Store(store, MODEL), "a.txt")
    assert certificate.gone and certificate.file is None
    assert [path.name for path in (store / UPLOADS).iterdir()] == ["b.txt"]


def test_too_many_at_once_are_none(tmp_path: Path) -> None:
    files = hand_in(tmp_path / "in", **{f"f{number}__txt": str(number) * 30 for number in range(21)})
    with pytest.raises(UploadError, match="21 files were handed in, and at most 20"):
        take_in(files, tmp_path / "store", hash_recipe(), LIMITS)
    assert not any(path.exists() for path in files) and Store.is_absent(tmp_path / "store")


def test_a_model_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail() -> None:
        raise EmbeddingModelError("no model: get one")

    recipe = Recipe(MODEL, fail, 200, 1)  # type: ignore[arg-type]
    with pytest.raises(EmbeddingModelError):
        take_in(hand_in(tmp_path / "in", a__txt="The river rose."), tmp_path / "store", recipe, LIMITS)
    assert list((tmp_path / "store" / UPLOADS).iterdir()) == []


def test_several_people_at_once_get_each_their_own_outcome(tmp_path: Path) -> None:
    told: dict[int, list[Outcome]] = {}

    def go(number: int) -> None:
        files = hand_in(
            tmp_path / f"in{number}", news__txt=f"What number {number} has to say.", bad__pdf=os.urandom(64)
        )
        told[number] = take_in(files, tmp_path / "store", hash_recipe(), LIMITS)

    threads = [threading.Thread(target=go, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all([one.kind for one in told[number]] == ["added", "unreadable"] for number in range(4))
    store = Store(tmp_path / "store", MODEL)
    for number in range(4):
        assert store.document(told[number][0].source).text.strip() == f"What number {number} has to say."
    assert store.count()[0] == 4 and verify(store.folder, MODEL).problems == []


@pytest.mark.parametrize("name", ["a\u202efdp.txt", "x" * 300 + ".txt", "‏نص‏.txt"])
def test_names_that_mislead_are_made_plain(tmp_path: Path, name: str) -> None:
    from rag.uploads import safe_name

    plain = safe_name(name)
    assert plain.endswith(".txt") and len(plain.encode()) <= 180 and not set(plain) & set("\u202e\u200f")
