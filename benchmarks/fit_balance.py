"""Fit what `rag/balance.py` reads for the default embedding model: what is known of each language, and a linear map.

Run: `python benchmarks/fit_balance.py [--training ../shared/training] [--output rag/data]`, about fifteen minutes on two cores.

The map is fitted on `benchmarks/data/parallel-*.jsonl` (short news items of our own writing, each in seven to ten of 19
languages: a question in one language should find the sentence that answers it in every language, under its title and
without), on TyDi QA's dev sets in nine languages (Clark et al. 2020, Apache-2.0) and on a slice of SQuAD 1.1's training set
(Rajpurkar et al. 2016, CC BY-SA 4.0): the sentence that answers, among all of its language. Nothing of `seeds/`, XQuAD or
XQuAD-R is seen. A quarter of the items and of the questions of each other set are held out first, and what they say before
and after is printed; the map that is written is then fitted on all. It is `I + A·B` with A, B of low rank, learnt with a
softmax over candidates (InfoNCE, van den Oord et al. 2018), one for questions and sentences: two learnt apart were better on
the held-out items and worse elsewhere.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from fit_data import Pool, fit_arguments, read_parallel, read_squad
from torch import Tensor, nn
from tqdm import tqdm

from rag.balance import Balance, Evener, IndexBalance, Mean, Vectors, even, file_name
from rag.embeddings import load_embedder, model_name
from rag.settings import load_settings

RANK, DROPOUT, NOISE = 384, 0.3, 0.5
EPOCHS, BATCH, LEARNING_RATE, WEIGHT_DECAY = 8, 512, 1e-3, 0.05
WEIGHTS = (0.0, 0.3, 0.5, 0.7, 1.0)
SAMPLE = 256


class Map(nn.Module):
    """A residual low-rank map, and the temperature of the softmax."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.randn(dimension, RANK) * 0.05)
        self.b = nn.Parameter(torch.zeros(RANK, dimension))
        self.temperature = nn.Parameter(torch.tensor(2.7))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return unit vectors after the map; while learning, noise is added first."""
        if self.training:
            vectors = vectors + torch.randn_like(vectors) * NOISE / vectors.shape[1] ** 0.5
        return nn.functional.normalize(vectors + self.dropout(vectors @ self.a) @ self.b)

    def matrix(self) -> Vectors:
        """Return the map, shape `(dimension, dimension)`."""
        with torch.no_grad():
            return (torch.eye(len(self.a)) + self.a @ self.b).numpy()


@dataclass
class Tensors:
    """A pool, centred, as tensors; `facts[j]` is the number of the fact that candidate j states, `asked[i]` of the one asked."""

    queries: Tensor
    candidates: Tensor
    asked: Tensor
    facts: Tensor

    @classmethod
    def of(cls, pool: Pool) -> "Tensors":
        """Take the mean of each language's candidates off questions and candidates."""
        numbers = {fact: number for number, fact in enumerate(dict.fromkeys([*pool.facts, *pool.gold]))}
        return cls(
            torch.tensor(_centred(pool.queries, pool.query_languages, pool.means())),
            torch.tensor(_centred(pool.candidates, pool.candidate_languages, pool.means())),
            torch.tensor([numbers[fact] for fact in pool.gold]),
            torch.tensor([numbers[fact] for fact in pool.facts]),
        )

    def loss(self, learnt: Map, rows: Tensor) -> Tensor:
        """Return the softmax loss of finding, for each question, one gold candidate drawn at random; the others are out."""
        scores = learnt(self.queries[rows]) @ learnt(self.candidates).T * learnt.temperature.exp()
        gold = self.asked[rows][:, None] == self.facts[None]
        drawn = (torch.rand(gold.shape) * gold).argmax(dim=1)
        others = gold.scatter(1, drawn[:, None], False)
        return nn.functional.cross_entropy(scores.masked_fill(others, -1e9), drawn)


def fit(pools: Sequence[Pool]) -> Vectors:
    """Learn the map, shape `(dimension, dimension)`."""
    torch.manual_seed(0)
    parts = [Tensors.of(pool) for pool in pools]
    learnt = Map(parts[0].queries.shape[1])
    optimiser = torch.optim.AdamW(learnt.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for _ in tqdm(range(EPOCHS), "Fitting", disable=None):
        for rows in torch.randperm(len(parts[0].queries)).split(BATCH):
            loss = parts[0].loss(learnt, rows)
            for part in parts[1:]:
                loss = loss + part.loss(learnt, torch.randperm(len(part.queries))[:200])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return learnt.eval().matrix()


def language_offsets(pools: Sequence[Pool]) -> dict[str, Vectors]:
    """Return by how much the mean of each language differs from the mean of all languages alike."""
    vectors = np.concatenate([pool.candidates for pool in pools])
    languages = np.array([language for pool in pools for language in pool.candidate_languages])
    means = {str(name): vectors[languages == name].mean(axis=0) for name in sorted(set(languages))}
    common = np.mean(list(means.values()), axis=0)
    return {name: mean - common for name, mean in means.items()}


def cosines(pool: Pool, balance: Balance) -> tuple[Vectors, Vectors]:
    """Return the even cosines of all questions with all candidates, level and mapped."""
    means = {name: Mean(pool.candidate_languages.count(name), mean) for name, mean in pool.means().items()}
    index = balance.of(means)
    return _even(pool, index, index.level), _even(pool, index, lambda vectors, name: index.mapped(vectors, name))


def _even(pool: Pool, index: IndexBalance, change: Callable[[Vectors, str], Vectors | None]) -> Vectors:
    names = list(index.counts)
    languages = np.array(pool.candidate_languages)
    candidates = np.empty_like(pool.candidates)
    for name in names:
        candidates[languages == name] = change(pool.candidates[languages == name], name)
    evener = Evener(
        tuple(names), tuple(candidates[languages == name][:SAMPLE] for name in names), tuple(index.counts.values())
    )
    rows = []
    for vector, name in zip(pool.queries, pool.query_languages, strict=True):
        changed = change(vector[None], name)
        assert changed is not None
        rows.append(even(candidates @ changed[0], pool.candidate_languages, evener.scales(changed[0])))
    return np.array(rows)


def held_out(pool: Pool, scores: Vectors) -> dict[str, float]:
    """Return mean average precision, and how often a gold candidate is first.

    `own`: among all of the question's language; `cross`: among all, where of the gold one of another language alone is left.
    """
    facts, languages = np.array(pool.facts), np.array(pool.candidate_languages)
    figures: dict[str, list[float]] = {"mAP": [], "own@1": [], "cross@1": []}
    generator = np.random.default_rng(0)
    for row, fact, language in zip(scores, pool.gold, pool.query_languages, strict=True):
        gold, own = facts == fact, languages == language
        ranks = np.array([(row > score).sum() for score in sorted(row[gold], reverse=True)]) + 1
        figures["mAP"].append(float(np.mean(np.arange(1, len(ranks) + 1) / ranks)))
        if (gold & own).any():
            figures["own@1"].append(float(row[gold & own].max() >= row[own].max()))
        if (gold & ~own).any():
            kept = generator.choice(np.flatnonzero(gold & ~own))
            figures["cross@1"].append(float(row[kept] > row[~gold].max()))
    return {name: round(float(np.mean(values)), 3) for name, values in figures.items() if values}


def report(pools: dict[str, Pool]) -> None:
    """Fit on three quarters of each set, and print what the rest says, by how much the mapped cosine counts."""
    shown, hidden = zip(*(pool.split(random.Random(0), share=0.25) for pool in pools.values()), strict=True)
    balance = Balance(language_offsets(shown), fit(shown), "held out")
    for name, pool in zip(pools, hidden, strict=True):
        level, mapped = cosines(pool, balance)
        print(f"{name:<16} raw        {held_out(pool, pool.queries @ pool.candidates.T)}")
        for weight in WEIGHTS:
            print(f"{name:<16} mapped {weight:.1f} {held_out(pool, (1 - weight) * level + weight * mapped)}")


def _centred(vectors: Vectors, languages: Sequence[str], means: dict[str, Vectors]) -> Vectors:
    centred = vectors - np.array([means[language] for language in languages])
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)


def main() -> None:
    """Embed, print what the held-out questions say, fit, write the file."""
    arguments = fit_arguments(__doc__)
    settings = load_settings()
    embedder = load_embedder(settings)
    pools = read_parallel(embedder) | read_squad(arguments.training, embedder)
    report(pools)
    offsets = language_offsets(list(pools.values()))
    path = arguments.output / file_name("balance", model_name(settings), "npz")
    np.savez_compressed(
        path,
        languages=np.array(list(offsets)),
        offsets=np.array(list(offsets.values()), np.float16),
        map=fit(list(pools.values())).astype(np.float16),
    )
    print(f"{path}: {len(offsets)} languages, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
