"""Kills programs that write into a store at random moments, fails their writes and fills their disk; then looks at what is left.

A child is forked for each attempt, with an embedder that makes vectors of a hash, so that hundreds of attempts take a minute.
After each the store must be, to the last vector, what it was before or what it is after the same done in peace, and `verify` must
find nothing but files that can be made again; and the next run, unharmed, must reach what peace reaches.
"""

import argparse
import ctypes
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
from hashes import MODEL, hash_recipe
from tqdm import tqdm

from rag.errors import RagError
from rag.index import Store, index_paths
from rag.index.archive import export_store, import_store
from rag.index.forgetting import forget
from rag.index.unfinished import UNFINISHED_FILE
from rag.index.verifying import verify

MADE_AGAIN = {"file", "leftover"}
"""What may be wrong after a kill: files that are made from the database, and what was being written."""


def digest(folder: Path) -> str:
    """Return what changes when anything that a store holds changes; ids of chunks and times of files apart."""
    parts = hashlib.sha256()
    connection = sqlite3.connect(folder / "index.sqlite")
    columns = "id, source, title, language, date, fingerprint, way, pages, outline, checksum, text"
    for query in (
        f"SELECT {columns} FROM documents ORDER BY id",
        "SELECT * FROM sentences ORDER BY document, start",
        "SELECT document, ordinal, start, end, page, key, checksum, text, vector, tokens FROM chunks ORDER BY document, ordinal",
        "SELECT * FROM lexical ORDER BY document",
        "SELECT * FROM languages ORDER BY language",
    ):
        for row in connection.execute(query):
            parts.update(repr(row).encode())
    connection.close()
    return parts.hexdigest()


class Trial:
    """A folder of documents that change, a store of them, and what is done to it."""

    def __init__(self, base: Path, seed: int = 0) -> None:
        self.base, self.docs, self.store, self.peace = base, base / "docs", base / "store", base / "peace"
        self.chance = random.Random(seed)
        self.docs.mkdir(parents=True)
        for number in range(8):
            self._write(number)
        index_paths([self.docs], self.store, hash_recipe())

    def _write(self, number: int) -> None:
        sentences = [f"Sentence {self.chance.randrange(10**6)} is about {'very ' * 5}much." for _ in range(12)]
        (self.docs / f"{number}.txt").write_text("\n".join([f"Headline {number}", "", *sentences]), "utf-8")

    def change(self) -> None:
        """Add, change and remove some documents."""
        for number in self.chance.sample(range(12), 3):
            self._write(number)
        one = self.docs / f"{self.chance.randrange(12)}.txt"
        if one.exists():
            text = one.read_text("utf-8")
            one.write_text(text.replace("very ", "quite ", self.chance.randrange(4)), "utf-8")
        gone = self.docs / f"{self.chance.randrange(12)}.txt"
        if len(list(self.docs.iterdir())) > 6:
            gone.unlink(missing_ok=True)

    def deed(self) -> tuple[str, Callable[[Path], object]]:
        """Return something to do to a store, and its name."""
        name = self.chance.choices(("index", "rebuild", "forget", "import"), (7, 1, 1, 1))[0]
        if name == "forget":
            source = self.chance.choice(Store(self.store, MODEL).documents()).source
            return name, lambda folder: forget(Store(folder, MODEL), source)
        if name == "import":
            file = self.base / "other.sanad"
            file.unlink(missing_ok=True)
            other = self.base / "other"
            index_paths([self.docs], other, hash_recipe(), rebuild=True)
            export_store(Store(other, MODEL), file)
            return name, lambda folder: import_store(file, folder, MODEL, replace=True)
        rebuild = name == "rebuild"
        return name, lambda folder: index_paths([self.docs], folder, hash_recipe(), rebuild=rebuild)

    def in_peace(self, deed: Callable[[Path], object]) -> tuple[str, float]:
        """Do it to a copy, and return what comes out and the seconds it took."""
        shutil.rmtree(self.peace, ignore_errors=True)
        shutil.copytree(self.store, self.peace)
        started = time.perf_counter()
        deed(self.peace)
        return digest(self.peace), time.perf_counter() - started

    def state(self, before: str, after: str) -> str:
        """Return whether the store is as `before` or as `after`.

        Raises:
            AssertionError: if it is neither, or does not hold together.
        """
        found = digest(self.store)
        assert found in (before, after), "the store is neither the old one nor the new one"
        problems = verify(self.store, MODEL).problems
        assert {problem.kind for problem in problems} <= MADE_AGAIN, problems
        return "old" if found == before else "new"

    def finish(self, deed: Callable[[Path], object], name: str, after: str) -> None:
        """Do it again unharmed.

        Raises:
            AssertionError: if what comes out is not what came out in peace, or something is wrong or left over.
        """
        if name == "forget" and digest(self.store) == after:
            index_paths([self.docs], self.store, hash_recipe())  # it is gone, and comes back with its file
            return
        deed(self.store)
        assert digest(self.store) == after, "going on does not lead to what peace leads to"
        assert not (self.store / UNFINISHED_FILE).exists()
        problems = verify(self.store, MODEL).problems
        assert not problems, problems


def forked(work: Callable[[], object], kill_after: float | None = None) -> int:
    """Do some work in a child, kill it after so many seconds, and return its exit status as `os.waitpid` gives it."""
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except RagError:
            os._exit(1)
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(2)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def kill(base: Path, kills: int, seed: int = 0) -> dict[str, Any]:
    """Kill so many writers at random moments, and return what was left by how many."""
    trial, left = Trial(base, seed), Counter[str]()
    while left["kills"] < kills:
        trial.change()
        name, deed = trial.deed()
        before = digest(trial.store)
        after, seconds = trial.in_peace(deed)
        status = forked(lambda deed=deed: deed(trial.store), trial.chance.uniform(0, 1.3 * seconds))  # type: ignore[misc]
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
        left["with vectors to go on from"] += (trial.store / UNFINISHED_FILE).exists()
        state = trial.state(before, after)
        if os.WIFSIGNALED(status):
            left.update(("kills", f"during {name}", f"{state} index left"))
        if trial.chance.random() < 0.6:
            trial.finish(deed, name, after)
            left["went on to the end"] += 1
    return dict(left)


def fail_writes(base: Path, times: int, seed: int = 0) -> dict[str, Any]:
    """Let so many writers fail at a random byte of a file, and return what was left by how many."""
    trial, left = Trial(base, seed), Counter[str]()
    while left["failed"] < times:
        trial.change()
        before = digest(trial.store)
        after, _ = trial.in_peace(lambda folder: index_paths([trial.docs], folder, hash_recipe()))
        most = max(path.stat().st_size for path in trial.peace.iterdir())
        limit = trial.chance.randrange(most)

        def work(limit: int = limit) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            index_paths([trial.docs], trial.store, hash_recipe())

        status = forked(work)
        assert os.waitstatus_to_exitcode(status) in (0, 1), "it must end in one of our own errors, or well"
        left["failed" if status else "not reached"] += 1
        left[f"{trial.state(before, after)} index left"] += 1
        trial.finish(lambda folder: index_paths([trial.docs], folder, hash_recipe()), "index", after)
    return dict(left)


def fill_disk(base: Path, times: int, seed: int = 0) -> dict[str, Any] | None:
    """Let so many writers run out of space on a disk in memory, and return what was left; None where none can be made."""
    result = base.parent / f"{base.name}.json"

    def work() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        user, group = os.getuid(), os.getgid()
        if libc.unshare(0x00020000 | (0x10000000 if user else 0)):  # a mount namespace, and a user one to be allowed to
            return
        if user:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        base.mkdir(parents=True)
        libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None)  # private, all below it too
        if not libc.mount(b"none", os.fsencode(base), b"tmpfs", 0, b"size=16m"):
            result.write_text(json.dumps(_fill(base, times, seed)))

    status = forked(work)
    assert status == 0, "the disk was full, and something broke"
    return json.loads(result.read_text()) if result.exists() else None


def _fill(base: Path, times: int, seed: int) -> dict[str, Any]:
    trial, left, ballast = Trial(base / "trial", seed), Counter[str](), base / "ballast"
    while left["failed"] < times:
        trial.change()
        before = digest(trial.store)
        after, _ = trial.in_peace(lambda folder: index_paths([trial.docs], folder, hash_recipe()))
        shutil.rmtree(trial.peace)
        free = os.statvfs(base).f_bavail * os.statvfs(base).f_frsize
        ballast.write_bytes(bytes(max(0, free - trial.chance.randrange(0, 600_000))))
        try:
            index_paths([trial.docs], trial.store, hash_recipe())
        except RagError as error:
            assert "\n" not in str(error)
            left["failed"] += 1
        ballast.unlink()
        left[f"{trial.state(before, after)} index left"] += 1
        trial.finish(lambda folder: index_paths([trial.docs], folder, hash_recipe()), "index", after)
    return dict(left)


def main() -> None:
    """Do all three, and print what was left as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--failures", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(1)  # its threads do not survive a fork
    tqdm.set_lock(threading.RLock())  # its own is shared with children, and stays locked when one is killed
    memory = Path("/dev/shm")  # a kill does not lose what was written, so that nothing need wait for a disk
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as temporary:
        base, started = Path(temporary), time.perf_counter()
        print(
            json.dumps(
                {
                    "killed": kill(base / "kill", arguments.kills, arguments.seed),
                    "write errors": fail_writes(base / "fail", arguments.failures, arguments.seed),
                    "disk full": fill_disk(base / "full", arguments.failures, arguments.seed),
                    "seconds": round(time.perf_counter() - started, 1),
                }
            )
        )


if __name__ == "__main__":
    main()
