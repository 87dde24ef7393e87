"""XQuAD-R as one pool of 11 languages, ranked in the ways that a question's vector and a sentence's can be compared."""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from fit_data import embed
from tqdm import tqdm

from rag.balance import Balance, Evener, IndexBalance, Mean, Vectors
from rag.embeddings import Embedder
from rag.index.levels import MAPPED
from rag.ranking import echoes

_SAMPLE = 256
_TOP = 10
_RANK = 8  # of the language subspace that LSAR removes

Rows = Callable[[int], Vectors]


@dataclass
class Pool:
    """Questions and candidates with their languages; `gold[i]` are the candidates that answer question i."""

    queries: Vectors
    query_languages: npt.NDArray[np.str_]
    gold: list[npt.NDArray[np.int64]]
    candidates: Vectors
    candidate_languages: npt.NDArray[np.str_]

    def means(self) -> dict[str, Mean]:
        """Return the means of the candidates."""
        found = {}
        for name in np.unique(self.candidate_languages):
            mine = self.candidates[self.candidate_languages == name]
            found[str(name)] = Mean(len(mine), mine.mean(axis=0))
        return found


def read_xquad_r(folder: Path, embedder: Embedder, store: Path | None) -> Pool:
    """Return all questions and candidate sentences of a folder, embedded; `store` keeps the vectors."""
    asked: list[tuple[str, str, str]] = []
    stated: list[tuple[str, str]] = []
    answers: dict[str, list[int]] = {}
    for path in sorted(folder.glob("*.json")):
        for article in json.loads(path.read_text("utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                breaks, base = paragraph["sentence_breaks"], len(stated)
                stated += [(paragraph["context"][start:end], path.stem) for start, end in breaks]
                for question in paragraph["qas"]:
                    asked.append((question["id"], question["question"], path.stem))
                    at = question["answers"][0]["answer_start"]
                    holding = [base + place for place, (start, end) in enumerate(breaks) if start <= at < end]
                    answers.setdefault(question["id"], []).extend(holding)
    return Pool(
        _kept(store, embedder.encode_queries, [text for _, text, _ in asked]),
        np.array([language for _, _, language in asked]),
        [np.unique(answers[key]) for key, _, _ in asked],
        _kept(store, embedder.encode_passages, [text for text, _ in stated]),
        np.array([language for _, language in stated]),
    )


def xquad_r(pool: Pool, balance: Balance) -> dict[str, dict[str, float]]:
    """Return way of comparing → mean average precision, and share of the ten first in the question's language."""
    index = balance.of(pool.means())
    levelled = _changed(pool, index.level)
    level = _even(pool, index, *levelled)
    figures = {
        "as the model gives them": _measure(pool, lambda row: pool.candidates @ pool.queries[row]),
        "language means off": _measure(pool, _plain(pool, index.bare)),
        f"LSAR, rank {_RANK}": _measure(pool, _lsar(pool)),
        "means of all in their place": _measure(pool, _plain(pool, index.level)),
        "level, even": _measure(pool, level),
    }
    if balance.map is not None:
        mapped = _even(pool, index, *_changed(pool, lambda vectors, name: _mapped(index, vectors, name)))
        figures["mapped, even"] = _measure(pool, mapped)
        both = _sum(level, mapped)
        figures["level and mapped, even"] = _measure(pool, both)
        alike = _even(pool, index, levelled[1], levelled[1])
        figures["and echoes of the first"] = _measure(pool, _echoed(pool, both, alike))
    return figures


def _measure(pool: Pool, scores: Rows) -> dict[str, float]:
    precision, own = [], []
    for row in tqdm(range(len(pool.queries)), "Ranking", disable=None):
        found = scores(row)
        gold = np.sort(found[pool.gold[row]])[::-1]
        ranks = np.array([(found > score).sum() for score in gold]) + 1
        precision.append(float(np.mean(np.arange(1, len(ranks) + 1) / ranks)))
        first = np.argpartition(-found, _TOP)[:_TOP]
        own.append(float((pool.candidate_languages[first] == pool.query_languages[row]).mean()))
    figures = {"mAP": round(float(np.mean(precision)), 4), "own language": round(float(np.mean(own)), 4)}
    print(figures, file=sys.stderr)
    return figures


def _changed(pool: Pool, change: Callable[[Vectors, str], Vectors]) -> tuple[Vectors, Vectors]:
    queries, candidates = np.empty_like(pool.queries), np.empty_like(pool.candidates)
    for name in np.unique(pool.candidate_languages).tolist():
        mine = pool.query_languages == name
        queries[mine] = change(pool.queries[mine], name)
        mine = pool.candidate_languages == name
        candidates[mine] = change(pool.candidates[mine], name)
    return queries, candidates


def _plain(pool: Pool, change: Callable[[Vectors, str], Vectors]) -> Rows:
    queries, candidates = _changed(pool, change)
    return lambda row: candidates @ queries[row]


def _sum(level: Rows, mapped: Rows) -> Rows:
    return lambda row: (1 - MAPPED) * level(row) + MAPPED * mapped(row)


def _echoed(pool: Pool, scores: Rows, alike: Rows) -> Rows:
    languages = pool.candidate_languages.tolist()

    def echoed(row: int) -> Vectors:
        found = scores(row)
        return echoes(found, alike(int(np.argmax(found))), languages)

    return echoed


def _even(pool: Pool, index: IndexBalance, queries: Vectors, candidates: Vectors) -> Rows:
    names = tuple(index.counts)
    evener = Evener(
        names,
        tuple(candidates[pool.candidate_languages == name][:: max(1, index.counts[name] // _SAMPLE)] for name in names),
        tuple(index.counts[name] for name in names),
    )
    numbers = {name: number for number, name in enumerate(names)}
    codes = np.array([numbers[name] for name in pool.candidate_languages.tolist()])

    def scores(row: int) -> Vectors:  # as `rag.balance.even` does, for all candidates at once
        scales = evener.scales(queries[row])
        factors, shifts = np.array([scales.get(name, (1.0, 0.0)) for name in names], np.float32).T
        return np.asarray((candidates @ queries[row]) * factors[codes] + shifts[codes], np.float32)

    return scores


def _mapped(index: IndexBalance, vectors: Vectors, name: str) -> Vectors:
    found = index.mapped(vectors, name)
    assert found is not None
    return found


def _lsar(pool: Pool) -> Rows:
    """Low-rank language-subspace removal (Yang et al. 2021): take out the directions in which the languages' means differ."""
    means = np.array([mean.vector for mean in pool.means().values()])
    directions = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)[2][:_RANK]

    def change(vectors: Vectors, _: str) -> Vectors:
        rest = vectors - vectors @ directions.T @ directions
        return np.asarray(rest / np.linalg.norm(rest, axis=1, keepdims=True), np.float32)

    return _plain(pool, change)


def _kept(store: Path | None, encode: Callable[[list[str]], Vectors], texts: list[str]) -> Vectors:
    if store is None:
        return embed(encode, texts)
    digest = hashlib.sha256(json.dumps([getattr(encode, "__name__", ""), texts]).encode()).hexdigest()[:16]
    path = store / f"xquad-r-{digest}.npy"
    if not path.is_file():
        store.mkdir(parents=True, exist_ok=True)
        np.save(path, embed(encode, texts))
    return np.asarray(np.load(path), np.float32)
