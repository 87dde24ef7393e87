"""Measures what an index survives, and what a change costs.

Kill points survived; chunks embedded after a sentence is added to a document of a hundred pages; seconds of indexing ten thousand
unchanged files again, and their ratio to the first build; threads that ask while others add and take out documents, with
nothing lost; malformed files that crash or hang the reading of files. All use the vectors of a hash, since not the model is
measured but what is asked of it; only how long the first build takes is measured with the default model, on some of the files,
and told for all.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hashes import MODEL, HashEmbedder, hash_recipe
from malformed import trials

from rag.chain import index_recipe
from rag.index import Store, index_paths
from rag.index.forgetting import forget
from rag.index.verifying import verify
from rag.settings import load_settings
from rag.text.terms import terms

PAGES, WORDS_A_PAGE = 100, 500
SAMPLE = 50


def edits(base: Path, tries: int = 20, seed: int = 0) -> dict[str, Any]:
    """Add, change and remove a sentence in a document of a hundred pages, at the top and at other places."""
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9))) for _ in range(3000)]
    sentences = []
    while sum(map(len, sentences)) < PAGES * WORDS_A_PAGE * 7:
        sentences.append(" ".join(chance.choices(vocabulary, k=chance.randint(6, 30))).capitalize() + ".")
    docs = base / "docs"
    docs.mkdir(parents=True)
    worst = Counter[str]()

    def index() -> list[str]:
        (docs / "long.txt").write_text("A report\n\n" + "\n".join(sentences), "utf-8")
        embedder = HashEmbedder()
        index_paths([docs], base / "store", hash_recipe(embedder, chunk_tokens=150))
        return embedder.embedded

    first = index()
    places = [0, *(chance.randrange(len(sentences)) for _ in range(tries - 1))]
    for place in places:
        for name, new in (
            ("added", [sentences[place], f"Something new happened {place} times."]),
            ("changed", [f"Something else happened {place} times."]),
            ("removed", []),
        ):
            sentences[place : place + 1] = new[::-1] if place == 0 else new
            known = {f"A report\n{sentence}" for sentence in sentences}
            chunks = [text for text in index() if text not in known]
            worst[name] = max(worst[name], len(chunks))
    return {"texts of the document": len(first), "edits": 3 * len(places), "most chunks embedded anew": dict(worst)}


def unchanged(base: Path, files: int) -> dict[str, Any]:
    """Index many files, then again, and again in a process of its own."""
    docs = base / "docs"
    for number in range(files):
        path = docs / f"{number // 100}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"Sentence {line} of file {number} is about number {number * line}." for line in range(10)]
        path.write_text("\n".join([f"Headline of {number}", "", *lines]), "utf-8")
    built = index_paths([docs], base / "store", hash_recipe()).seconds
    time.sleep(2.1)  # files of this very moment are not trusted to be unchanged
    index_paths([docs], base / "store", hash_recipe())
    again = []
    for _ in range(5):
        report = index_paths([docs], base / "store", hash_recipe())
        assert report.documents.unchanged == files and report.embedded == 0
        again.append(report.seconds)
    warm = sorted(again)[len(again) // 2]
    with_model = _seconds_with_model(sorted(docs.rglob("*.txt"))[:: files // SAMPLE], base / "sample") * files
    return {
        "files": files,
        "seconds": {
            "again, warm": warm,
            "first build with the vectors of a hash": built,
            f"first build with the default model (from {SAMPLE} files)": round(with_model),
        },
        "ratio to the first build": {
            "with the vectors of a hash": f"1:{built / warm:.0f}",
            "with the model": f"1:{with_model / warm:.0f}",
        },
    }


def _seconds_with_model(paths: list[Path], store: Path) -> float:
    """Return the seconds that a file takes with the default model, once it is loaded."""
    recipe = index_recipe(load_settings())
    index_paths(paths[:1], store, recipe)
    return index_paths(paths, store, recipe).seconds / (len(paths) - 1)


class Crowd:
    """Threads that ask one open store, while others add documents to it and take them out."""

    def __init__(self, base: Path, threads: int, uploads: int) -> None:
        self.base, self.threads, self.uploads = base, threads, uploads
        self.counts, self.failures = Counter[str](), list[BaseException]()
        self._done = threading.Event()
        for number in range(20):
            self._write("fixed", number)
        index_paths([base / "fixed"], base / "store", hash_recipe())
        self.store = Store(base / "store", MODEL)

    def _write(self, folder: str, number: int) -> Path:
        path = self.base / folder / f"{folder}{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"The {folder}{number} sailed at dawn. It carried {number} tons of salt and came back.", "utf-8"
        )
        return path

    def holds(self, name: str) -> bool:
        """Ask for a document by its own word, in words and by its vector, and see that both agree and tell its text."""
        with self.store.snapshot() as snapshot:
            found = [hit.document.source for hit in snapshot.hits(snapshot.lexical(terms(name, "en"), 3).ids)]
            text = (self.base / name.rstrip("0123456789") / f"{name}.txt").read_text("utf-8")
            vector = HashEmbedder().encode_queries([text])[0]
            ranked = snapshot.dense(vector, "en", 1)
            nearest = snapshot.hits(ranked.ids)[0]
        near = bool(ranked.scores[0] > 0.999)
        by_words = any(Path(source).stem == name for source in found)
        assert near == by_words, f"{name} is found by {'its vector' if near else 'its words'} alone"
        if near:
            assert Path(nearest.document.source).stem == name and nearest.chunk.text == text
        return near

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self.failures.append(error)

    def _ask(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._done.is_set():
            assert self.holds(f"fixed{chance.randrange(20)}"), "a document that nobody touched is not found"
            self.counts["answers"] += 1

    def _upload(self, name: str) -> None:
        for number in range(self.uploads):
            path = self._write(name, number)
            index_paths([path], self.base / "store", hash_recipe())
            assert self.holds(path.stem), "a document is not found after it was added"
            self.counts["added"] += 1
            if number % 3 == 1:
                assert forget(Store(self.base / "store", MODEL), path.name).gone
                assert not self.holds(path.stem), "a document is found after it was forgotten"
                self.counts["taken out"] += 1

    def run(self, uploaders: int = 2) -> dict[str, Any]:
        """Let them all go, and return what happened.

        Raises:
            AssertionError: if an answer was wrong, a document was lost, or anything failed.
        """
        askers = [
            threading.Thread(target=self._guarded, args=(lambda seed=seed: self._ask(seed),))
            for seed in range(self.threads)
        ]
        names = ["ship", "boat", "ferry", "barge"][:uploaders]
        writers = [
            threading.Thread(target=self._guarded, args=(lambda name=name: self._upload(name),)) for name in names
        ]
        for thread in (*askers, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        self._done.set()
        for thread in askers:
            thread.join()
        assert not self.failures, self.failures[:3]
        documents = self.store.count()[0]
        assert documents == 20 + self.counts["added"] - self.counts["taken out"], "a document was lost"
        assert verify(self.base / "store", MODEL).problems == []
        return {"threads": self.threads, "writers": uploaders, **self.counts, "documents": documents, "lost": 0}


def malformed(files: int) -> dict[str, Any]:
    """Try malformed files of each format."""
    total: Counter[str] = Counter()
    for _, counts in trials(files):
        total += counts
    return {"tried": total.total(), "crashed or hung": total["crashed or hung"], "outcomes": dict(total)}


def kills(count: int) -> dict[str, Any]:
    """Run `killing.py` in a process of its own, since it forks."""
    command = [sys.executable, str(Path(__file__).with_name("killing.py")), "--kills", str(count)]
    done: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return done


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=30)
    parser.add_argument("--uploads", type=int, default=30, help="of each of two writers")
    parser.add_argument("--malformed", type=int, default=60, help="files of each format")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        figures = {
            "killed, writes failed, disk full": kills(arguments.kills),
            "a sentence of a hundred pages": edits(base / "edits"),
            "unchanged files": unchanged(base / "unchanged", arguments.files),
            "malformed files": malformed(arguments.malformed),
            "asked while written": Crowd(base / "crowd", arguments.threads, arguments.uploads).run(),
        }
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(name)
        for key, value in figure.items():
            shown = ", ".join(f"{one} {what}" for one, what in value.items()) if isinstance(value, dict) else value
            print(f"  {key}: {shown}")


if __name__ == "__main__":
    main()
