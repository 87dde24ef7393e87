"""Which lexical index? Run: `python benchmarks/lexical.py [--shared DIR] [--passages N]`.

Resamples sentences of TyDi QA, SQuAD and XQuAD into passages of about 150 words of one language, and indexes their stems, then
stems and character grams, three ways: postings of our own in numpy, whose truth is a blob for each passage in SQLite; FTS5;
and tantivy, if installed. Prints what building, disk, a question for 200 candidates, adding and forgetting ten passages cost,
and the share of the exact BM25 top ten (stems and grams) among the candidates: kinder than real, as sentences come again.
"""

import argparse
import json
import random
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from timeit import timeit
from typing import Any

import numpy as np
import regex

tantivy = analyse = None
with suppress(ImportError):
    import tantivy
with suppress(ImportError):
    from rag.text.terms import terms as analyse

K1, B, CANDIDATES, CHUNKS, TRIALS, WORDS = 1.2, 0.75, 200, 10, 20, 140
FILES = ("training/tydiqa/*.json", "training/squad*.json", "benchmarks/xquad/*.json")
CODES = {"bengali": "bn", "indonesian": "id", "swahili": "sw"}  # the others begin with theirs
SENTENCE = regex.compile(r".{9,600}?(?:[.!?؟।。！？]\s|$)|.{9,600}")
UNSAFE = regex.compile(r"[^\P{ASCII}\w#.]")  # what FTS5's ascii tokenizer would cut at
PAIR = np.dtype([("term", "<u4"), ("count", "u1")])
Bag = list[str]


class _Fts5:
    """A contentless table, which wants the old tokens to forget a passage; the BM25 is SQLite's."""

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "fts5.sqlite")
        self.database.execute("CREATE VIRTUAL TABLE f USING fts5(bag, content='', tokenize=\"ascii tokenchars '_#.'\")")

    def write(self, first: int, bags: list[Bag], forget: bool = False) -> None:
        rows = (("delete" if forget else None, row, " ".join(bag)) for row, bag in enumerate(bags, first))
        with self.database:
            self.database.executemany("INSERT INTO f(f, rowid, bag) VALUES (?, ?, ?)", rows)

    def search(self, bag: Bag) -> list[int]:
        match = " OR ".join(f'"{term}"' for term in set(bag))
        found = self.database.execute("SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT ?", (match, CANDIDATES))
        return [row[0] for row in found]


class _Tantivy:
    """A Rust index beside the database: its commits are its own, and forgotten terms stay until it merges its segments."""

    def __init__(self, folder: Path) -> None:
        schema = tantivy.SchemaBuilder().add_unsigned_field("id", indexed=True, fast=True)
        self.schema = schema.add_text_field("bag", tokenizer_name="whitespace", index_option="freq").build()
        self.index = tantivy.Index(self.schema, path=str(folder))
        self.writer = self.index.writer(200_000_000, 1)

    def write(self, first: int, bags: list[Bag], forget: bool = False) -> None:
        for row, bag in enumerate(bags, first):
            if forget:
                self.writer.delete_documents_by_query(tantivy.Query.term_query(self.schema, "id", row))
            else:  # without the schema the number would be signed, which kills the writer
                self.writer.add_document(tantivy.Document.from_dict({"id": row, "bag": " ".join(bag)}, self.schema))
        self.writer.commit()
        self.index.reload()

    def search(self, bag: Bag) -> list[int]:
        terms = [tantivy.Query.term_query(self.schema, "bag", term, index_option="freq") for term in set(bag)]
        either = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in terms])
        searcher = self.index.searcher()
        hits = searcher.search(either, CANDIDATES, count=False).hits
        return searcher.fast_field_values("id", [hit[1] for hit in hits])


class _Postings:
    """A blob of hashed terms and counts for each passage is the truth; inverted in memory, exact BM25, deletes masked."""

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "postings.sqlite")
        self.database.executescript("PRAGMA secure_delete = ON; CREATE TABLE bags (chunk INTEGER PRIMARY KEY, pairs)")
        self.segments: list[tuple[Any, Any, Any, Any]] = []
        self.lengths = np.empty(0, np.float32)  # of the forgotten: 0

    def write(self, first: int, bags: list[Bag], forget: bool = False) -> None:
        if forget:
            with self.database:
                self.database.execute("DELETE FROM bags WHERE chunk BETWEEN ? AND ?", (first, first + len(bags) - 1))
            self.lengths[first : first + len(bags)] = 0
            return
        blobs = []
        for bag in bags:
            terms, counts = np.unique([zlib.crc32(term.encode()) for term in bag], return_counts=True)
            blobs.append(np.rec.fromarrays([terms, np.minimum(counts, 255)], dtype=PAIR).tobytes())
        with self.database:
            self.database.executemany("INSERT INTO bags VALUES (?, ?)", enumerate(blobs, first))
        self.lengths = np.append(self.lengths, np.array([len(bag) for bag in bags], np.float32))
        rows = np.repeat(np.arange(first, first + len(bags), dtype=np.uint64), [len(blob) // 5 for blob in blobs])
        pairs = np.frombuffer(b"".join(blobs), PAIR)
        keys = np.sort(pairs["term"].astype(np.uint64) << 32 | rows << 8 | pairs["count"])  # one number: one fast sort
        terms, rows = (keys >> 32).astype(np.uint32), (keys >> 8 & 0xFFFFFF).astype(np.int32)
        starts = np.flatnonzero(np.diff(terms, prepend=~terms[:1]))
        self.segments.append((terms[starts], np.append(starts, len(keys)), rows, keys.astype(np.uint8)))

    def search(self, bag: Bag) -> list[int]:
        scores, total = np.zeros_like(self.lengths), np.count_nonzero(self.lengths)
        mean = self.lengths.sum() / total
        for term in {zlib.crc32(term.encode()) for term in bag}:
            places = [(segment, segment[0].searchsorted(np.uint32(term))) for segment in self.segments]
            if found := [(segment, at) for segment, at in places if segment[0][at : at + 1] == term]:
                rows, counts = (np.concatenate([s[i][s[1][at] : s[1][at + 1]] for s, at in found]) for i in (2, 3))
                tf, lengths = counts.astype(np.float32), self.lengths[rows]
                df = np.count_nonzero(lengths)  # of those not forgotten
                idf = np.float32(np.log1p((total - df + 0.5) / (df + 0.5)))
                scores[rows] += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * lengths / mean))
        hits = np.flatnonzero(scores * self.lengths)
        if len(hits) > CANDIDATES:
            hits = hits[np.argpartition(scores[hits], -CANDIDATES)[-CANDIDATES:]]
        return [int(hit) for hit in hits[np.lexsort((hits, -scores[hits]))]]


def bags_of(text: str, language: str) -> tuple[Bag, Bag]:
    """Return the stems and the grams of a text."""
    if analyse is not None:
        found = analyse(text, language)
        return [UNSAFE.sub("_", stem) for stem in found.stems], ["#" + UNSAFE.sub("_", gram) for gram in found.grams]
    words = [word.removeprefix("ال") for word in regex.findall(r"\w+", text.casefold())]
    return words, [f"#{word[i : i + 4]}" for word in words for i in range(len(word) - 3)]


def read(shared: Path) -> tuple[dict[str, list[tuple[Bag, Bag]]], list[tuple[str, str]]]:
    """Return the stems and grams of the sentences of each language, and the questions with theirs."""
    pools: dict[str, list[tuple[Bag, Bag]]] = {}
    questions = []
    for path in [path for files in FILES for path in sorted(shared.glob(files))]:
        language = CODES.get(name := path.stem.split("_")[0].removeprefix("squad-slice."), name[:2])
        for part in [part for article in json.loads(path.read_text("utf-8"))["data"] for part in article["paragraphs"]]:
            found = SENTENCE.findall(part["context"])
            pools.setdefault(language, []).extend(bags_of(sentence, language) for sentence in found)
            questions += [(item["question"], language) for item in part["qas"]]
    return pools, questions


def resample(pools: dict[str, list[tuple[Bag, Bag]]], size: int, chance: random.Random) -> Iterator[tuple[Bag, Bag]]:
    """Yield the stems and grams of `size` passages: a third Arabic, a third English."""
    weights = [len(pools) if language in ("ar", "en") else 1 for language in pools]
    for number in range(size):
        pool = pools[chance.choices(list(pools), weights)[0]]
        stems, grams = [f"rare{number}"], [f"#{number}"]  # natural text never runs out of new words
        while max(len(stems), len(grams) / 3) < WORDS:
            stems, grams = stems + (more := chance.choice(pool))[0], grams + more[1]
        yield stems, grams


def measure(kind: type[_Fts5 | _Tantivy | _Postings], bags: list[Bag], asked: list[Bag]) -> tuple[str, list[list[int]]]:
    """Return a row of figures, and the candidates for each question."""
    with tempfile.TemporaryDirectory() as folder:
        index = kind(Path(folder))
        built = timeit(partial(index.write, 0, bags), number=1)
        disk = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        found = [index.search(bag) if bag else [] for bag in asked]
        asking = [timeit(partial(index.search, bag), number=1) for bag in asked if bag]
        some = [(at, bags[at : at + CHUNKS]) for at in range(0, TRIALS * CHUNKS, CHUNKS)]
        adding = [timeit(partial(index.write, len(bags) + at, document), number=1) for at, document in some]
        forgetting = [timeit(partial(index.write, at, document, True), number=1) for at, document in some]
    figures = 1000 * np.array([*np.percentile(asking, [50, 95]), np.median(adding), np.median(forgetting)])
    return f"{built:8.1f} {disk:8.0f} " + " ".join(f"{figure:8.2f}" for figure in figures), found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--passages", type=int, default=100_000)
    arguments, chance = parser.parse_args(), random.Random(7)
    pools, questions = read(arguments.shared)
    passages = list(resample(pools, arguments.passages, chance))
    asked = [bags_of(*question) for question in chance.sample(questions, 300)]
    print(len(passages), "passages,", "rag.text.terms" if analyse else "plain words", "" if tantivy else "(no tantivy)")
    print("terms  index     build s  disk MB   p50 ms   p95 ms   add ms forget ms  agreement")
    truth: list[list[int]] = []
    for name in ("both", "stems"):
        bags, wanted = ([b[0] + b[1] if name == "both" else b[0] for b in group] for group in (passages, asked))
        for kind in (_Postings, _Fts5, _Tantivy) if tantivy else (_Postings, _Fts5):
            row, found = measure(kind, bags, wanted)
            truth = truth or [best[:10] for best in found]
            shares = [len(set(best) & set(ids)) / len(best) for best, ids in zip(truth, found, strict=True) if best]
            print(f"{name:6} {kind.__name__[1:].lower():8}", row, f"{np.mean(shares):10.3f}", flush=True)


if __name__ == "__main__":
    main()
